import Foundation
import Journal
import Language
import LocalAPI
import ProcessImage
import Quantities
import Site
import Sparkplug
import Uplink

/// Everything that speaks upstream: made of what the site file says, started after the scan, ended before it.
struct Upstream: Sendable {
    let records: RecordUplink?

    /// - Parameter onPlant: only brokers on this machine are spoken to.
    init(_ site: Site, _ journal: Journal, onPlant: Bool, wall: @escaping @Sendable () -> WallTime) {
        guard let sheet = site.uplink, let sync = sheet.sync, let gateway = TopicName(sheet.gateway) else {
            records = nil
            return
        }
        let brokers = sheet.brokers.filter { !onPlant || $0.isOnThisMachine }.compactMap(Broker.init)
        records = brokers.isEmpty ? nil : RecordUplink(journal, site.tables, RecordSettings(sheet, sync, gateway, brokers), wall: wall)
    }

    func start() { records?.start() }

    /// As people are told of it; `nil`: the site tells nobody.
    var standing: Context.Uplink? {
        records.map { records in
            let status = records.status
            let streams = SyncStream.all.map(\.name)
            return Context.Uplink(
                isUp: status.isUp, broker: status.broker, lastStored: status.lastStored, problem: status.problem?.problem,
                waiting: streams.compactMap { name in status.waiting[name].flatMap { $0 > 0 ? (stream: name, rows: $0) : nil } },
                roomDays: status.roomDays, daysLeft: status.daysLeft,
                bytesToday: (streams + ["acknowledgements"]).compactMap { name in status.bytesToday[name].map { (use: name, bytes: $0) } },
                budget: status.budget, givenUp: status.givenUp)
        }
    }

    func stop() {
        if records?.stop(within: .seconds(3)) == false { complain("the link upstream did not end in time and is left alone") }
    }
}

extension RecordSettings {
    fileprivate init(_ sheet: UplinkSheet, _ sync: SyncSheet, _ gateway: TopicName, _ brokers: [Broker]) {
        self.init(gateway: gateway, brokers: brokers)
        encoding = sync.form == .json ? .json : .cbor
        keepDays = sync.keepDays
        let link = sheet.link
        (keepAlive, messageBytes, budget, stateEvery) = (link.keepAlive, link.messageBytes, link.budget, link.stateEvery)
        (firstRest, longestRest) = (link.firstRest, link.longestRest)
    }
}

extension BrokerSheet {
    fileprivate var isOnThisMachine: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
}

extension Broker {
    /// `nil`: its password cannot be read.
    fileprivate init?(_ sheet: BrokerSheet) {
        var login: Login?
        if let user = sheet.user {
            guard let password = sheet.passwordFile.map(Broker.password) ?? "" else { return nil }
            login = Login(name: user, password: password)
        }
        let security: Security = switch sheet.security {
        case .none: .none
        case .tls(let authority, let certificate, let key):
            .tls(authority: authority, own: certificate.flatMap { file in key.map { Certificate(file: file, key: $0) } })
        }
        self.init(host: sheet.host, port: sheet.port, login: login, security: security)
    }

    private static func password(in file: String) -> String? {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            complain("the password in \(file) cannot be read: this broker is left out")
            return nil
        }
        return String(text.prefix { !$0.isNewline })
    }
}
