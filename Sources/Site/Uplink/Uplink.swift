import Language
import ProcessImage
import Quantities

/// `uplink:`: who is told, over what.
extension SiteReader {
    private static let brokersMax = 4

    func readUplink() {
        guard let entry = fields["uplink"],
              let fields = entry.fields(["gateway", "brokers", "link", "keep-alive", "message", "budget", "state", "sync", "sparkplug",
                                         "schedules"])
        else { return }
        let gateway = fields["gateway"]?.topicName() ?? label.tag
        let link = link(fields), sync = sync(fields["sync"]), isThingsBoard = sync?.form == .thingsBoard
        let takesSchedules = fields["schedules"]?.word(["on": true, "off": false])
        uplink = UplinkSheet(gateway: gateway, brokers: brokers(fields, byToken: isThingsBoard), link: link, sync: sync,
                             sparkplug: fields["sparkplug"].flatMap { sparkplug($0, gateway: gateway) },
                             takesSchedules: takesSchedules ?? (link.kind.bearsDocuments && !isThingsBoard))
        guard isThingsBoard else { return }
        fields["sparkplug"]?.refuseBesideThingsBoard()
        if takesSchedules == true { fields["schedules"]?.refuseBesideThingsBoard() }
    }

    // MARK: Brokers

    private func brokers(_ fields: Fields, byToken: Bool) -> [BrokerSheet] {
        let due = Phrase(zh: "写成 brokers: [ { host: mqtt.example.cn, user: gw-7, password-file: /etc/tidegate/mqtt.password } ]。",
                         en: "Write brokers: [ { host: mqtt.example.cn, user: gw-7, password-file: /etc/tidegate/mqtt.password } ].")
        guard let entry = fields.required("brokers", due), let entries = entry.list() else { return [] }
        if !(1...Self.brokersMax).contains(entries.count) {
            entry.refuse(Phrase(zh: "有 \(entries.count) 个，应为 1 … \(Self.brokersMax) 个。", en: "has \(entries.count); 1 … \(Self.brokersMax) are due."), due)
        }
        return entries.prefix(Self.brokersMax).compactMap { broker($0, due, byToken: byToken) }
    }

    private func broker(_ entry: Entry, _ due: Phrase, byToken: Bool) -> BrokerSheet? {
        guard let fields = entry.fields(["host", "port", "mqtt", "tls", "user", "password-file", "token-file"]),
              let host = fields.required("host", due)?.host() else { return nil }
        let security = security(fields, host)
        let user = fields["user"]?.text(), password = fields["password-file"]?.filePath(), token = fields["token-file"]?.filePath()
        if let second = fields["token-file"], fields["user"] != nil || fields["password-file"] != nil { second.refuseBesideUser() }
        if byToken, fields["user"] == nil, fields["token-file"] == nil, !security.hasCertificate { entry.refuseWithoutToken() }
        if user == nil, token == nil, let lonely = fields["password-file"] {
            lonely.refuse(Phrase(zh: "有密码，却没有用户名。", en: "is a password without a user."), Phrase(zh: "补上 user。", en: "Give the user beside it."))
        }
        return BrokerSheet(host: host, port: UInt16(fields["port"]?.integer(1...65_535) ?? (security == .none ? 1883 : 8883)), user: user,
                           passwordFile: password, tokenFile: token, security: security,
                           isFive: fields["mqtt"]?.word(["3.1.1": false, "5": true]) ?? false)
    }

    private func security(_ fields: Fields, _ host: String) -> BrokerSheet.Security {
        guard let entry = fields["tls"] else { return .tls(authority: nil, certificate: nil, key: nil) }
        if case .word = entry.value { return plain(entry, host) }
        guard let tls = entry.fields(["authority", "certificate", "key"]) else { return .none }
        if (tls["certificate"] == nil) != (tls["key"] == nil) {
            entry.refuse(Phrase(zh: "certificate 与 key 要成对写。", en: "certificate and key belong together."), Phrase(zh: "两个都写，或都不写。", en: "Give both or neither."))
        }
        return .tls(authority: tls["authority"]?.filePath(), certificate: tls["certificate"]?.filePath(), key: tls["key"]?.filePath())
    }

    /// In the open only to this machine, or where somebody says that another closes the way.
    private func plain(_ entry: Entry, _ host: String) -> BrokerSheet.Security {
        enum Word { case off, tunneled }
        guard let word = entry.word(["off": Word.off, "off-in-a-tunnel": .tunneled]) else { return .none }
        if word == .off, !BrokerSheet.isThisMachine(host) {
            entry.refuse(Phrase(zh: "到 \(host) 的连接不加密，密码和数据谁都能看到。", en: "leaves the way to \(host) open: password and data can be read by anyone on it."),
                         Phrase(zh: "删去 tls: off；若已在 VPN 内，写 tls: off-in-a-tunnel。", en: "Remove it; inside a VPN write tls: off-in-a-tunnel."))
        }
        return .none
    }

    // MARK: Link

    private func link(_ fields: Fields) -> LinkSheet {
        let kinds: KeyValuePairs<String, LinkSheet.Kind> = [
            "ethernet": .ethernet, "4g": .cellular, "nb-iot": .narrowband, "satellite": .satellite,
        ]
        let usual = LinkSheet.usual(fields["link"]?.word(kinds) ?? .ethernet)
        return LinkSheet(usual.kind, keepAlive: fields["keep-alive"]?.duration("5 s", "12 h", guess: "min") ?? usual.keepAlive,
                         messageBytes: fields["message"]?.bytes(300...250_000).map { Int($0) } ?? usual.messageBytes,
                         budget: budget(fields["budget"]) ?? usual.budget,
                         stateEvery: fields["state"]?.duration("10 s", "24 h", guess: "min") ?? usual.stateEvery,
                         firstRest: usual.firstRest, longestRest: usual.longestRest)
    }

    /// Such as `5 MB/day`.
    private func budget(_ entry: Entry?) -> Int? {
        guard let entry, let word = entry.text() else { return nil }
        guard word.hasSuffix("/day") else {
            entry.refuse(Phrase(zh: "没有写明是每天。", en: "does not say of what time."), Phrase(zh: "写成 5 MB/day。", en: "Write 5 MB/day."))
            return nil
        }
        return entry.replacing(String(word.dropLast(4))).bytes(5_000...100_000_000_000).map { Int($0) }
    }

    // MARK: What goes

    private func sync(_ entry: Entry?) -> SyncSheet? {
        let usual = SyncSheet(form: .cbor, keepDays: 60)
        guard let entry else { return usual }
        if case .word = entry.value { return entry.word(["on": usual, "off": nil]) ?? nil }
        guard let fields = entry.fields(["form", "keep"]) else { return nil }
        let forms: KeyValuePairs<String, SyncSheet.Form> = ["cbor": .cbor, "json": .json, "thingsboard": .thingsBoard]
        let days = fields["keep"]?.duration("1 day", "400 day", guess: "day").map { Int($0.components.seconds / 86_400) }
        return SyncSheet(form: fields["form"]?.word(forms) ?? usual.form, keepDays: days ?? usual.keepDays)
    }

    private func sparkplug(_ entry: Entry, gateway: String) -> SparkplugSheet? {
        let due = Phrase(zh: "写成 sparkplug: { group: shandong }。", en: "Write sparkplug: { group: shandong }.")
        guard let fields = entry.fields(["group", "node", "primary-host", "writable"]) else { return nil }
        let tags = (fields["writable"]?.list() ?? []).compactMap { writable($0) }
        guard let group = fields.required("group", due)?.topicName() else { return nil }
        return SparkplugSheet(group: group, node: fields["node"]?.topicName() ?? gateway, primaryHost: fields["primary-host"]?.topicName(),
                              writable: tags)
    }

    /// What may be ordered from upstream: a zone, gate, cage or dosing unit; all alarms acknowledged; all water stopped.
    private func writable(_ entry: Entry) -> String? {
        guard let tag = entry.text() else { return nil }
        let labels = zones.map(\.label) + gates.map(\.label) + cages.map(\.label) + dosingUnits.map(\.label)
        let known = labels.map(\.tag) + [SparkplugSheet.alarms, SparkplugSheet.site]
        if known.contains(tag) { return tag }
        entry.refuse(Phrase(zh: "“\(quoted(tag))”不能由上级下令。", en: "\"\(quoted(tag))\" is nothing that can be ordered from upstream."),
                     choices(known, insteadOf: tag, zh: "可写的名字", en: "names"))
        return nil
    }
}

extension Entry {
    /// A part of an MQTT topic: 1 … 128 bytes without `/`, `+`, `#` and control characters.
    fileprivate func topicName() -> String? {
        guard let word = text() else { return nil }
        if word.utf8.count <= 128, !word.contains(where: { "/+#".contains($0) }) { return word }
        refuse(Phrase(zh: "“\(quoted(word))”不能作主题的一段：不含 / + #，最多 128 字节。",
                      en: "\"\(quoted(word))\" cannot be a part of a topic: no / + #, at most 128 bytes."),
               Phrase(zh: "换一个名字。", en: "Choose another name."))
        return nil
    }

    /// Where a file lies on the gateway. Whether it is there is seen when the controller starts: a site is checked at the desk too.
    fileprivate func filePath() -> String? {
        guard let word = text() else { return nil }
        if word.hasPrefix("/") { return word }
        refuse(Phrase(zh: "“\(quoted(word))”不是完整的路径。", en: "\"\(quoted(word))\" is not a whole path."),
               Phrase(zh: "从 / 写起，如 /etc/tidegate/mqtt.password。", en: "Write it from /, such as /etc/tidegate/mqtt.password."))
        return nil
    }
}
