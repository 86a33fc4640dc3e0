public import Interlocks
public import ProcessImage
public import Quantities
import Synchronization

/// Every Modbus bus of a site: a thread for each serial port and for each TCP connection of a device, and the mailboxes
/// between them and the scan.
///
/// `latch` and `commit` belong to the scan's thread; they never block and allocate nothing.
public final class ModbusField: Sendable {
    private struct Line: Sendable {
        let bus: Int
        let transport: BusPlan.Transport
        let devices: [DevicePlan]
        let slots: [MailSlots]
        let counters: LineCounters
    }

    /// One thread and the lines it serves.
    private struct Driver: Sendable {
        let lines: [Line]
        let power = LineSwitch()
        let heart = Heartbeat()
    }

    private let buses: [BusPlan]
    private let tables: SiteTables
    private let drivers: [Driver]
    private let layout: MailLayout
    private let mail: LineMail
    private let threads = Mutex<[WorkThread]>([])

    /// - Parameter lease: after so long without a commit the bus threads drive their outputs to the safe value.
    /// - Precondition: every index named in the plan is one of the tables.
    public init(plan buses: [BusPlan], tables: SiteTables, lease: Duration = Limits.leaseDefault) {
        precondition(lease > .zero && lease <= Limits.leaseMax)
        self.buses = buses
        self.tables = tables
        var layout = MailLayout()
        var looped: [Line] = [], alone: [Line] = []
        for (bus, plan) in buses.enumerated() {
            for devices in plan.lines {
                // The loop is the first driver.
                let driver = plan.transport.isTCP ? 0 : alone.count + 1
                let line = Line(bus: bus, transport: plan.transport, devices: devices,
                                slots: devices.map { layout.add($0, driver: driver) }, counters: LineCounters(devices: devices.count))
                if plan.transport.isTCP { looped.append(line) } else { alone.append(line) }
            }
        }
        drivers = [Driver(lines: looped)] + alone.map { Driver(lines: [$0]) }
        self.layout = layout
        mail = LineMail(readings: Mailbox(count: layout.points.count), feedback: Mailbox(count: layout.drives.count),
                        news: NewsCounters(count: layout.ends.count), orders: OrderBox(safe: layout.drives.map(\.drive.safe)),
                        thrift: Thrift(), lease: lease)
    }

    /// Starts the threads. Until the first commit outputs are driven to their safe values.
    /// - Precondition: not started before.
    public func start() {
        threads.withLock { threads in
            precondition(threads.isEmpty)
            threads = drivers.filter { !$0.lines.isEmpty }.map { driver in
                let name = driver.lines[0].transport.isTCP ? "modbus-tcp" : buses[driver.lines[0].bus].tag
                return WorkThread(name: name) { [self] in
                    RealtimeThread.raiseFieldThread()
                    work(driver)
                }
            }
        }
    }

    /// Drives every output that can be reached to its safe value and ends the threads. Takes as long as the longest
    /// exchange under way, and two seconds at most for the outputs.
    public func stop() {
        for driver in drivers { driver.power.stop() }
        threads.withLock { threads in
            for thread in threads { thread.join() }
            threads = []
        }
    }

    /// Writes what came since the last call into the image. The scan's side.
    public func latch(into image: inout InputImage) {
        for device in 0..<layout.ends.count where mail.news.take(device) {
            let begin = layout.begin(of: device), end = layout.ends[device]
            for slot in begin.points..<end.points {
                if let reading = mail.readings.take(from: slot) { image.latch(reading, at: layout.points[slot]) }
            }
            for slot in begin.drives..<end.drives {
                if let feedback = mail.feedback.take(from: slot) { layout.drives[slot].drive.latch(feedback, into: &image) }
            }
        }
    }

    /// Hands over what may happen and renews the leases. A thread whose orders changed is woken, once. The scan's side.
    public func commit(_ permitted: borrowing PermittedOutputs, at now: Instant) {
        let wasExpired = now - mail.orders.lastCommit > mail.lease
        for slot in 0..<layout.drives.count {
            let isNews = mail.orders.order(layout.drives[slot].drive.word(in: permitted), in: slot)
            if isNews || wasExpired { drivers[layout.drives[slot].driver].power.noteNews() }
        }
        mail.orders.committed(at: now)
        for driver in 0..<drivers.count { drivers[driver].power.wakeIfNews() }
    }

    /// From `low` on, points that are polled every 5 s or less often are polled half as often. The scan's side.
    public func save(power stage: PowerStage) { mail.thrift.isOn = stage.rawValue >= PowerStage.low.rawValue }

    /// Of its threads.
    public var hearts: [Heartbeat] { drivers.map(\.heart) }

    public var statistics: [BusStatistics] {
        let now = SystemClock.now()
        return buses.enumerated().map { number, bus in
            let own = drivers.flatMap(\.lines).filter { $0.bus == number }
            return BusStatistics(
                tag: bus.tag, counts: own.map(\.counters.counts).reduce(LineCounts(), +),
                occupancy: own.map { $0.counters.occupancy(at: now) }.max() ?? 0,
                devices: own.flatMap { zip($0.devices, $0.counters.devices).map { $1.statistics(of: $0.index, $0.tag) } })
        }
    }

    private func work(_ driver: Driver) {
        let now = SystemClock.now()
        if driver.lines.allSatisfy(\.transport.isTCP) {
            let resolver = Resolver(answered: driver.power.wake)
            let lines = driver.lines.compactMap { line -> (line: ConnectionLoop.Line, lane: Lane)? in
                guard case .tcp(let host, let port) = line.transport else { return nil }
                return (ConnectionLoop.Line(host: host, port: port), lane(of: line, at: now))
            }
            ConnectionLoop(lines, power: driver.power, heart: driver.heart, resolver: resolver).run()
        } else {
            for line in driver.lines {
                LineWorker(transport: line.transport, lane: lane(of: line, at: now), power: driver.power, heart: driver.heart).run()
            }
        }
    }

    private func lane(of line: Line, at now: Instant) -> Lane {
        let isShared = line.devices.count > 1
        line.counters.started(at: now)
        let devices = zip(line.devices, line.slots).map { plan, slots in
            DeviceWorker(plan, slots: slots, cost: line.transport.cost(plan.rules),
                         backoff: isShared ? .sharedLine : .connection, tables: tables, at: now)
        }
        return Lane(devices: devices, mail: mail, counters: line.counters)
    }
}

/// Where every device's values lie in the mailboxes, device after device.
private struct MailLayout: Sendable {
    /// By slot.
    private(set) var points: [PointIndex] = []
    private(set) var drives: [(drive: Drive, driver: Int)] = []
    /// By device: the slots after its own.
    private(set) var ends: [MailSlots] = []

    /// - Returns: where the device's slots begin.
    mutating func add(_ device: DevicePlan, driver: Int) -> MailSlots {
        let begin = begin(of: ends.count)
        points += device.readablePoints.map(\.point) + [device.online]
        drives += device.drives.map { ($0, driver) }
        ends.append(MailSlots(points: points.count, drives: drives.count, news: ends.count + 1))
        return begin
    }

    func begin(of device: Int) -> MailSlots {
        device == 0 ? MailSlots(points: 0, drives: 0, news: 0) : ends[device - 1]
    }
}

extension Drive {
    /// What the scan permits, as the word to be written.
    fileprivate func word(in permitted: borrowing PermittedOutputs) -> UInt64 {
        switch self {
        case .output(let output): output.word(of: permitted[output.output].level)
        case .setpoint(let setpoint): setpoint.word(of: permitted[setpoint.setpoint].value)
        }
    }

    fileprivate func latch(_ told: DriveFeedback, into image: inout InputImage) {
        switch self {
        case .output(let output):
            let feedback = OutputFeedback(level: told.seen.flatMap { level(of: $0) }, at: told.at, leaseExpired: told.leaseExpired)
            image.latch(feedback, of: output.output)
        case .setpoint(let setpoint):
            let value = told.seen.flatMap { self.value(of: $0) }
            let feedback = SetpointFeedback(value: value, agrees: told.agrees, at: told.at, leaseExpired: told.leaseExpired)
            image.latch(feedback, of: setpoint.setpoint)
        }
    }
}

extension BusPlan {
    /// The devices that share a connection: all of a serial line or converter, each alone over TCP.
    var lines: [[DevicePlan]] { transport.isTCP ? devices.map { [$0] } : devices.isEmpty ? [] : [devices] }
}

extension BusPlan.Transport {
    var isTCP: Bool { if case .tcp = self { true } else { false } }
    var isSerial: Bool { if case .serial = self { true } else { false } }

    func cost(_ rules: ReadRules) -> WireCost {
        switch self {
        case .serial(_, let settings): .serial(settings, rules: rules)
        // What lies behind the converter is taken for the usual 9600 baud.
        case .rtuOverTCP: .serial(SerialSettings(baud: 9600, parity: .none), rules: rules)
        case .tcp: .tcp
        }
    }
}
