import Control
import Foundation
import Journal
import Language
import ProcessImage
import Quantities
import Scan
import Site
import Sparkplug
import Uplink

/// All that goes upstream, where the site file says so. It starts when control runs, and ends before it does; nothing in the controller
/// waits for it.
struct Upstream {
    /// How long a goodbye may take.
    private static let goodbye: Duration = .seconds(2)

    private let farm: FarmUplink?

    /// - Parameter onPlant: a simulated farm speaks to this machine alone.
    init(_ site: Site, journal: Journal, inbox: CommandInbox, dataFolder: String, onPlant: Bool, wall: @escaping @Sendable () -> WallTime) {
        let sheet = onPlant ? site.uplink?.onPlant : site.uplink
        farm = sheet.flatMap { site.farm($0, journal: journal, inbox: inbox, dataFolder: dataFolder, wall: wall) }
    }

    func start() { farm?.start() }

    func stop() {
        if farm?.stop(within: Self.goodbye) == false { complain("no goodbye to the broker in time: it will tell of a death") }
    }
}

extension Site {
    fileprivate func farm(_ sheet: UplinkSheet, journal: Journal, inbox: CommandInbox, dataFolder: String,
                          wall: @escaping @Sendable () -> WallTime) -> FarmUplink? {
        guard let sparkplug = sheet.sparkplug, let group = TopicName(sparkplug.group),
              let node = TopicName(sparkplug.node) else { return nil }
        let writable = Set(sparkplug.writable)
        let farm = FarmSheet(NodeName(group: group, node: node), tables: tables, writable: writable,
                             mayAcknowledge: writable.contains(SparkplugSheet.alarms), mayStopAll: writable.contains(SparkplugSheet.site),
                             gates: scan.control.gates.map(\.orders),
                             language: Language(locale: ProcessInfo.processInfo.environment["LANG"] ?? ""))
        do {
            return try FarmUplink(farm, sheet.settings(sparkplug), brokers: sheet.brokers.map(\.broker),
                                  keepAlive: Int(sheet.link.keepAlive.seconds), folder: dataFolder, journal: journal, inbox: inbox,
                                  wall: wall)
        } catch {
            complain("no Sparkplug node, control goes on: \(error)")
            return nil
        }
    }
}

extension UplinkSheet {
    /// `nil`: none of its brokers is on this machine.
    fileprivate var onPlant: UplinkSheet? {
        let near = brokers.filter { $0.host == "localhost" || $0.host.hasPrefix("127.") || $0.host == "::1" }
        return near.isEmpty ? nil : UplinkSheet(gateway: gateway, brokers: near, link: link, sync: sync, sparkplug: sparkplug)
    }

    /// Links that are paid for are told how things are as seldom as the site file says.
    fileprivate func settings(_ sparkplug: SparkplugSheet) -> SessionSettings {
        var settings = SessionSettings()
        settings.primaryHost = sparkplug.primaryHost.flatMap(TopicName.init)
        settings.firstRest = link.firstRest
        settings.longestRest = link.longestRest
        settings.dataInterval = link.kind == .ethernet ? .seconds(1) : link.stateEvery
        settings.seed = UInt64.random(in: .min ... .max)
        return settings
    }
}

extension BrokerSheet {
    /// With the password as it is now: a file that cannot be read is told, and the broker then refuses us.
    fileprivate var broker: Broker {
        let login = user.map { Broker.Login(name: $0, password: passwordFile.map(password) ?? "") }
        let security: Broker.Security = switch self.security {
        case .none: .none
        case .tls(let authority, let certificate?, let key?): .tls(authority: authority, own: .init(file: certificate, key: key))
        case .tls(let authority, _, _): .tls(authority: authority, own: nil)
        }
        return Broker(host: host, port: port, login: login, security: security)
    }

    private func password(_ file: String) -> String {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            complain("the password file \(file) cannot be read")
            return ""
        }
        return text.split(separator: "\n", omittingEmptySubsequences: false).first.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
    }
}
