public import Quantities
import Foundation
import Language

/// Whose word a gateway takes for what.
public enum TrustRole: String, Sendable, Hashable, CaseIterable {
    /// Says whose keys count: signs the trust file itself.
    case installer
    /// Signs schedules, for the zones that are delegated to the key.
    case agronomist
    /// Says, week by week, which schedule is the newest.
    case `operator`
}

/// The keys a gateway trusts, as a trust file says them.
public struct TrustSheet: Sendable, Hashable {
    public struct Key: Sendable, Hashable {
        public let tag: String
        public let role: TrustRole
        /// The 32 bytes of an Ed25519 public key.
        public let bytes: [UInt8]
        /// Zones an agronomist answers for; `nil`: all.
        public let zones: [String]?
        /// Since when it counts for nothing.
        public let revoked: CivilDate?

        public init(tag: String, role: TrustRole, bytes: [UInt8], zones: [String]? = nil, revoked: CivilDate? = nil) {
            self.tag = tag
            self.role = role
            self.bytes = bytes
            self.zones = zones
            self.revoked = revoked
        }

        /// Whether the key's owner answers for a zone. Tags are compared byte by byte.
        public func answers(for zone: String) -> Bool {
            zones.map { $0.contains { $0.utf8.elementsEqual(zone.utf8) } } ?? true
        }
    }

    public let site: String
    /// 1 …; each file follows the one before it.
    public let version: Int
    /// The last day on which anything new is taken by these keys.
    public let expires: CivilDate
    /// How many different keys of a role must sign. 1 … 8.
    public let needs: [TrustRole: Int]
    public let keys: [Key]

    public init(site: String, version: Int, expires: CivilDate, needs: [TrustRole: Int], keys: [Key]) {
        self.site = site
        self.version = version
        self.expires = expires
        self.needs = needs
        self.keys = keys
    }

    public func needed(_ role: TrustRole) -> Int { max(1, needs[role] ?? 1) }

    /// Reads a trust file strictly; see docs/schedule-trust.md.
    public static func read(_ bytes: [UInt8], file: String) throws(SiteRefused) -> TrustSheet {
        let report = Report()
        guard let root = Entry.root(of: bytes, file: file, report: report), let sheet = TrustReader(root)?.sheet(),
              report.isClean else { throw report.refusal(first: file) }
        return sheet
    }
}

private struct TrustReader {
    static let keysMax = 32
    let fields: Fields

    init?(_ root: Entry) {
        guard let fields = root.fields(["trust", "version", "expires", "needs", "keys"]) else { return nil }
        self.fields = fields
    }

    func sheet() -> TrustSheet {
        let site = fields.required("trust", Phrase(zh: "写上站点标识，如 trust: shouguang-07。", en: "Name the site, such as trust: shouguang-07."))?.tag() ?? ""
        let version = fields.required("version", Phrase(zh: "写上版本号，比上一版大 1。", en: "Give its number: one more than the last."))?
            .integer(1...ScheduleFile.versionMax) ?? 1
        let due = Phrase(zh: "写上最后有效日，如 expires: 2027-03-01。", en: "Give its last day, such as expires: 2027-03-01.")
        let expires = fields.required("expires", due)?.day() ?? CivilDate(daysSinceEpoch: 0)
        let keys = keys()
        return TrustSheet(site: site, version: version, expires: expires, needs: needs(keys), keys: keys)
    }

    private func needs(_ keys: [TrustSheet.Key]) -> [TrustRole: Int] {
        let due = Phrase(zh: "写成 needs: { installer: 2, agronomist: 1, operator: 1 }。", en: "Write needs: { installer: 2, agronomist: 1, operator: 1 }.")
        guard let entry = fields.required("needs", due), let given = entry.fields(TrustRole.allCases.map(\.rawValue)) else { return [:] }
        var needs: [TrustRole: Int] = [:]
        for role in TrustRole.allCases {
            needs[role] = given.required(role.rawValue, due)?.integer(1...8)
            let there = keys.count { $0.role == role && $0.revoked == nil }
            guard let needed = needs[role], there < needed, role == .installer || there > 0 else { continue }
            entry.refuse(Phrase(zh: "\(role.rawValue) 要 \(needed) 把钥匙签名，表里有效的只有 \(there) 把。",
                                en: "\(needed) keys of role \(role.rawValue) must sign, but only \(there) in force are listed."),
                         Phrase(zh: "补上钥匙，或把数目改小。", en: "List more keys, or need fewer."))
        }
        return needs
    }

    private func keys() -> [TrustSheet.Key] {
        guard let entry = fields.required("keys", Phrase(zh: "逐个列出钥匙。", en: "List the keys.")) else { return [] }
        var keys: [TrustSheet.Key] = []
        for (tag, entry) in entry.tagged() {
            guard let key = key(tag, entry) else { continue }
            if let other = keys.first(where: { $0.bytes == key.bytes }) {
                entry.refuse(Phrase(zh: "与 \(other.tag) 是同一把钥匙，一把只能算一次。", en: "is the same key as \(other.tag); one key counts once."),
                             Phrase(zh: "删掉一处；每个角色各用一把。", en: "Remove one; use a key of its own for each role."))
            }
            keys.append(key)
        }
        if keys.count > Self.keysMax {
            entry.refuse(Phrase(zh: "钥匙超过 \(Self.keysMax) 把。", en: "has more than \(Self.keysMax) keys."),
                         Phrase(zh: "删掉不用的。", en: "Remove those no longer in use."))
        }
        return keys
    }

    private func key(_ tag: String, _ entry: Entry) -> TrustSheet.Key? {
        guard let fields = entry.fields(["name", "role", "key", "zones", "revoked"]) else { return nil }
        let due = Phrase(zh: "写成 \(tag): { role: agronomist, key: …, zones: all }。", en: "Write \(tag): { role: agronomist, key: …, zones: all }.")
        _ = fields["name"]?.name()
        let roles: KeyValuePairs<String, TrustRole> = ["installer": .installer, "agronomist": .agronomist, "operator": .operator]
        guard let role = fields.required("role", due)?.word(roles), let bytes = fields.required("key", due)?.publicKey() else { return nil }
        return TrustSheet.Key(tag: tag, role: role, bytes: bytes, zones: zones(role, fields, due), revoked: fields["revoked"]?.day())
    }

    private func zones(_ role: TrustRole, _ fields: Fields, _ due: Phrase) -> [String]? {
        guard role == .agronomist else {
            fields["zones"]?.refuse(Phrase(zh: "只有农艺师的钥匙按分区授权。", en: "only an agronomist's key is bound to zones."),
                                    Phrase(zh: "删去 zones。", en: "Remove zones."))
            return []
        }
        guard let entry = fields.required("zones", due) else { return [] }
        if case .word("all") = entry.value { return nil }
        return (entry.list() ?? []).compactMap { $0.tag() }
    }
}

extension Entry {
    /// One day, such as `2027-03-01`.
    func day() -> CivilDate? {
        guard let text = text() else { return nil }
        if let day = CivilDate(text: text) { return day }
        refuse(Phrase(zh: "“\(quoted(text))”不是日期。", en: "\"\(quoted(text))\" is not a date."),
               Phrase(zh: "写成 2027-03-01。", en: "Write 2027-03-01."))
        return nil
    }

    /// 32 bytes in base64, as `tidegate schedule key` prints them.
    fileprivate func publicKey() -> [UInt8]? {
        guard let text = text() else { return nil }
        if text.utf8.count == 44, let bytes = Data(base64Encoded: text), bytes.count == 32, bytes.base64EncodedString() == text {
            return Array(bytes)
        }
        refuse(Phrase(zh: "不是公钥。", en: "is not a public key."),
               Phrase(zh: "照抄 tidegate schedule key 打印的 44 个字符。", en: "Copy the 44 characters that tidegate schedule key prints."))
        return nil
    }
}
