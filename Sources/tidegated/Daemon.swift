import Control
import Field
import Foundation
import Interlocks
import Journal
import LocalAPI
import ProcessImage
import Quantities
import Scan
import Schedule
import Site

/// Puts the parts together, starts them in order, and ends them in order.
struct Daemon {
    static let version = "0.1.0"

    private let site: Site
    private let journal: Journal
    private let lines: GuardField
    private let buses: ModbusField
    private let bridges: BridgeField
    private let inbox = CommandInbox()
    private let twin = ControlTwin()
    private let scanner: Scanner
    private let clock: SystemClock
    private let socketPath: String
    private let access: SocketAccess
    private let manager: ServiceManager
    private let requiresProof: Bool
    private let inForce: InForce
    private let deliveries: Deliveries
    private let scheduleLog: ScheduleLog
    private let upstream: Upstream

    init(_ inForce: InForce, runFolder: String, dataFolder: String, group: String?, sticks: [String], onPlant: Bool) {
        self.inForce = inForce
        site = inForce.site
        try? FileManager.default.createDirectory(atPath: runFolder, withIntermediateDirectories: true)
        journal = Journal(folder: dataFolder, tables: site.tables, plan: site.recording, scanPeriod: site.scan.period)
        clock = SystemClock(lastKnown: journal.lastWall)
        let field = onPlant ? site.field.onPlant(inRunDirectory: runFolder) : site.field.placed(inRunDirectory: runFolder)
        lines = GuardField(plan: field.lines, tables: site.tables, runDirectory: runFolder)
        buses = ModbusField(plan: field.buses, tables: site.tables, lease: field.lines.lease)
        bridges = BridgeField(plan: field.bridges, tables: site.tables, lease: field.lines.lease)
        manager = ServiceManager(hearts: buses.hearts + bridges.hearts + [journal.heart])
        var restored = journal.restore()
        // The simulated farm cannot be wired the wrong way round.
        if onPlant { restored.proven = site.tables.outputs.indices.map { OutputIndex($0) } }
        requiresProof = site.scan.interlocks.requiresProof && !onPlant
        scanner = Scanner(site: site, restored: restored, inbox: inbox, twin: twin,
                          field: SiteField(lines: lines, buses: buses, bridges: bridges), journal: journal.port, clock: clock,
                          manager: manager)
        let log = ScheduleLog(journal, inbox)
        scheduleLog = log
        socketPath = runFolder + "/tidegate.sock"
        access = SocketAccess(group: group)
        upstream = Upstream(site, journal, inbox, dataFolder: dataFolder, ports: runFolder, onPlant: onPlant) { [clock] in clock.wall() }
        deliveries = Deliveries(inForce, clock: clock, sticks: sticks, onPlant: onPlant, account: upstream.account) { log.note($0) }
    }

    /// Runs until SIGTERM or SIGINT, or until another schedule is due and nothing runs: the supervisor then starts it anew.
    /// Records first, then the field, then the scan, then people; and back.
    func run() {
        let signals = blockedEndSignals()
        if !RealtimeThread.lockMemory() { complain("memory is not locked (no right to): the scan may be late") }
        journal.start()
        lines.start()
        buses.start()
        bridges.start()
        scanner.start()
        deliveries.start()
        upstream.start()
        let serving = serve()
        inForce.answers.forEach(scheduleLog.note)
        manager.ready()
        waitForEnd(signals)
        manager.stopping()
        upstream.endSoon()
        serving?.end()
        scanner.stop()
        bridges.stop()
        buses.stop()
        lines.stop()
        // When all outputs are safe: who does not answer upstream keeps nothing on.
        deliveries.stop()
        upstream.stop()
        if !journal.stop() { complain("the disk did not take the last records") }
    }

    /// People are served once the scan has turned, so that what they are told is true from the first answer on.
    private func serve() -> LocalAPI.Serving? {
        let scannerStands = scanner.waitForFirstTurn(within: .seconds(2))
        let api = LocalAPI(context: site.context(
            journal: journal, inbox: inbox, twin: twin, buses: { [buses, bridges] in buses.statistics + bridges.statistics },
            links: { [upstream] in upstream.thin.health }, times: scanner.times, requiresProof: requiresProof,
            isRealtime: scannerStands == .realtime, startedAt: clock.wall(), version: Daemon.version,
            uplink: { [upstream] in upstream.standing }))
        do {
            return try api.serve(socketPath: socketPath, access: access)
        } catch {
            complain("the local API cannot be served, control goes on: \(error)")
            return nil
        }
    }

    /// The end signals are taken by `waitForEnd` alone; every thread started later inherits the mask.
    private func blockedEndSignals() -> sigset_t {
        signal(SIGPIPE, SIG_IGN)
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        return signals
    }

    /// Looks once a minute, and soon after something has come, whether another schedule is due.
    private func waitForEnd(_ signals: sigset_t) {
        var signals = signals, moment = timespec(tv_sec: 5, tv_nsec: 0), lookAt = SystemClock.now() + .minutes(1)
        while sigtimedwait(&signals, nil, &moment) < 0 {
            if deliveries.hasChanged() { lookAt = .start }
            guard SystemClock.now() >= lookAt, isBetweenRuns else { continue }
            guard !inForce.isChangeDue(now: clock.wall()) else {
                return complain("another schedule is due and nothing runs: starting anew")
            }
            lookAt = SystemClock.now() + .minutes(1)
        }
    }

    /// No water, no dose, no feed on its way, and no program due within the minutes that a new start may take.
    private var isBetweenRuns: Bool {
        let live = journal.live.snapshot(), now = clock.wall().unixSeconds
        guard zip(site.tables.outputs, live.outputs).allSatisfy({ $0.safe == .on || $1.level == .off }),
              live.zones.allSatisfy({ [.idle, .tripped].contains($0.status.phase) }),
              live.cages.allSatisfy({ $0.planned == .zero }),
              live.feedLines.allSatisfy({ [.idle, .faulted].contains($0.phase) }) else { return false }
        return site.scan.control.upcoming(from: now, until: now + 120).isEmpty
    }
}

/// A line on standard error, for whoever looks after the service.
func complain(_ text: String) {
    FileHandle.standardError.write(Data("tidegated: \(text)\n".utf8))
}
