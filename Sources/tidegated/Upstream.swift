import Control
import Foundation
import Journal
import Language
import LocalAPI
import ProcessImage
import Quantities
import Scan
import Site
import Sparkplug
import Uplink

/// Everything that speaks upstream: made of what the site file says, started after the scan, ended before it.
struct Upstream: Sendable {
    /// Of what goes over the link of `uplink:`; `nil`: the site has none, or none to here.
    let account: LinkAccount?
    private let records: RecordUplink?
    private let farm: FarmUplink?
    let thin: ThinLinks
    private let journal: Journal
    private let keepsRows: Bool
    private let firstBroker: String

    /// - Parameters:
    ///   - dataFolder: what must outlive a restart and is in no database.
    ///   - ports: where serial ports that are plain names lie.
    ///   - onPlant: only this machine is spoken to.
    init(_ site: Site, _ journal: Journal, _ inbox: CommandInbox, dataFolder: String, ports: String, onPlant: Bool,
         wall: @escaping @Sendable () -> WallTime) {
        (self.journal, keepsRows) = (journal, site.uplink?.sync != nil)
        let brokers = site.uplink?.reached(onPlant: onPlant) ?? []
        firstBroker = brokers.first?.host ?? ""
        let account = brokers.isEmpty ? nil : site.uplink.map {
            LinkAccount(journal, clock: site.tables.clock, budget: $0.link.budget, wall: wall)
        }
        self.account = account
        thin = ThinLinks(site, journal, account, dataFolder: dataFolder, ports: ports, onPlant: onPlant, wall: wall)
        guard let sheet = site.uplink, let account else {
            (records, farm) = (nil, nil)
            return
        }
        records = sheet.sync.flatMap { sync in
            TopicName(sheet.gateway).map { gateway in
                RecordUplink(journal, site.tables, RecordSettings(sheet, sync, site.tables, gateway, brokers), account, wall: wall)
            }
        }
        do {
            farm = try site.farm(sheet).map { farm in
                try FarmUplink(farm, SessionSettings(sheet), brokers: brokers, keepAlive: Int(sheet.link.keepAlive.seconds),
                               folder: dataFolder, journal: journal, inbox: inbox, account: account, wall: wall)
            }
        } catch {
            complain("no Sparkplug node, control goes on: \(error)")
            farm = nil
        }
    }

    func start() {
        if !keepsRows { forgetRows() }
        account?.start()
        records?.start()
        farm?.start()
        thin.start()
    }

    /// Of a site that tells nobody any more: what nobody will fetch must not grow.
    private func forgetRows() {
        do {
            guard try journal.outgoingHeads() != nil else { return }
            complain("no `sync` under `uplink` any more: rows that wait to be sent are forgotten")
            try journal.keepOutgoing(false)
        } catch {
            complain("rows that wait to be sent cannot be forgotten now: \(error)")
        }
    }

    /// Says that it is to end; control does not wait for it.
    func endSoon() { thin.endSoon() }

    /// As people are told of it; `nil`: nobody is told anything.
    var standing: Context.Uplink? {
        guard let account else { return nil }
        let status = records?.status, today = account.today
        let streams = SyncStream.all.map(\.name)
        let uses = streams + ["acknowledgements", "overhead", "sparkplug", "documents", "water-bureau"]
        return Context.Uplink(
            isUp: status?.isUp ?? farm?.isAlive ?? false, form: status?.form.name ?? "none", broker: status?.broker ?? firstBroker,
            lastStored: status?.lastStored, problem: status?.words,
            waiting: streams.compactMap { name in (status?.waiting[name]).flatMap { $0 > 0 ? (stream: name, rows: $0) : nil } },
            roomDays: status?.roomDays ?? 0, daysLeft: status?.daysLeft,
            bytesToday: uses.compactMap { name in today[name].map { (use: name, bytes: $0) } },
            budget: account.budget, givenUp: status?.givenUp ?? 0)
    }

    func stop() {
        thin.stop()
        let areStopped = [farm?.stop(within: .seconds(2)), records?.stop(within: .seconds(3)), account?.stop(within: .seconds(1))]
        if areStopped.contains(false) { complain("a link upstream did not end in time and is left alone") }
    }
}

extension Site {
    /// As a Sparkplug node; `nil`: it is none.
    fileprivate func farm(_ sheet: UplinkSheet) -> FarmSheet? {
        guard let sparkplug = sheet.sparkplug, let group = TopicName(sparkplug.group),
              let node = TopicName(sparkplug.node) else { return nil }
        let writable = Set(sparkplug.writable)
        return FarmSheet(NodeName(group: group, node: node), tables: tables, writable: writable,
                         mayAcknowledge: writable.contains(SparkplugSheet.alarms), mayStopAll: writable.contains(SparkplugSheet.site),
                         gates: scan.control.gates.map(\.orders),
                         language: .ofProcess)
    }
}

extension SessionSettings {
    /// Links that are paid for are told how things are as seldom as the site file says.
    fileprivate init(_ sheet: UplinkSheet) {
        self.init()
        let link = sheet.link
        primaryHost = sheet.sparkplug?.primaryHost.flatMap(TopicName.init)
        (firstRest, longestRest) = (link.firstRest, link.longestRest)
        dataInterval = link.kind == .ethernet ? .seconds(1) : link.stateEvery
        seed = UInt64.random(in: .min ... .max)
    }
}

extension RecordSettings {
    fileprivate init(_ sheet: UplinkSheet, _ sync: SyncSheet, _ tables: SiteTables, _ gateway: TopicName, _ brokers: [Broker]) {
        self.init(gateway: gateway, brokers: brokers)
        form = switch sync.form {
        case .cbor: .rows(.cbor)
        case .json: .rows(.json)
        case .thingsBoard: .thingsBoard
        }
        (keepDays, roomRows) = (sync.keepDays, sync.rowsKept(of: tables))
        let link = sheet.link
        (keepAlive, messageBytes, stateEvery) = (link.keepAlive, link.messageBytes, link.stateEvery)
        (firstRest, longestRest) = (link.firstRest, link.longestRest)
    }
}

extension UplinkSheet {
    /// On the simulated farm only this machine is spoken to.
    func reached(onPlant: Bool) -> [Broker] { brokers.filter { !onPlant || $0.isOnThisMachine }.map(Broker.init) }
}

extension Broker {
    /// Without its password or token where that cannot be read: then the broker says no, and people hear of it as of any refusal.
    init(_ sheet: BrokerSheet) {
        let login = sheet.tokenFile.map { Login(name: Broker.secret(in: $0), password: "") }
            ?? sheet.user.map { Login(name: $0, password: sheet.passwordFile.map(Broker.secret) ?? "") }
        let security: Security = switch sheet.security {
        case .none: .none
        case .tls(let authority, let certificate, let key):
            .tls(authority: authority, own: certificate.flatMap { file in key.map { Certificate(file: file, key: $0) } })
        }
        self.init(host: sheet.host, port: sheet.port, login: login, security: security, version: sheet.isFive ? .five : .three)
    }

    private static func secret(in file: String) -> String {
        switch BoundedFile.read(file) {
        case .success(let bytes): return BoundedFile.firstLine(of: bytes)
        case .failure(let failure):
            complain("no password, and this broker will refuse us: \(file): \(failure.what.en)")
            return ""
        }
    }
}
