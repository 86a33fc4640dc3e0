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
        let name: String
        let transport: BusPlan.Transport
        let devices: [DevicePlan]
        let slots: [MailSlots]
        let power: LineSwitch
        let counters: LineCounters
    }

    private let buses: [BusPlan]
    private let tables: SiteTables
    private let lines: [Line]
    /// By slot of the mailbox.
    private let points: [PointIndex]
    private let outputs: [(index: OutputIndex, line: Int)]
    private let mail: LineMail
    private let threads = Mutex<[WorkThread]>([])

    /// - Parameter lease: after so long without a commit the bus threads drive their outputs to the safe value.
    /// - Precondition: every index named in the plan is one of the tables.
    public init(plan buses: [BusPlan], tables: SiteTables, lease: Duration = Limits.leaseDefault) {
        precondition(lease > .zero && lease <= Limits.leaseMax)
        self.buses = buses
        self.tables = tables
        var lines: [Line] = []
        var points: [PointIndex] = []
        var outputs: [(index: OutputIndex, line: Int)] = []
        var safe: [OutputLevel] = []
        for (bus, plan) in buses.enumerated() {
            for devices in plan.lines {
                var slots: [MailSlots] = []
                for device in devices {
                    slots.append(MailSlots(points: points.count, outputs: outputs.count))
                    points += device.readablePoints.map(\.point) + [device.online]
                    outputs += device.outputs.map { ($0.output, lines.count) }
                    safe += device.outputs.map(\.safe)
                }
                lines.append(Line(bus: bus, name: devices.count == 1 ? devices[0].tag : plan.tag, transport: plan.transport,
                                  devices: devices, slots: slots, power: LineSwitch(),
                                  counters: LineCounters(devices: devices.count)))
            }
        }
        self.lines = lines
        self.points = points
        self.outputs = outputs
        mail = LineMail(readings: Mailbox(count: points.count), feedback: Mailbox(count: outputs.count),
                        orders: OrderBox(safe: safe), lease: lease)
    }

    /// Starts the threads. Until the first commit outputs are driven to their safe values.
    /// - Precondition: not started before.
    public func start() {
        threads.withLock { threads in
            precondition(threads.isEmpty)
            threads = lines.map { line in
                WorkThread(name: line.name) { [tables, mail] in ModbusField.work(line, tables, mail) }
            }
        }
    }

    /// Drives every output that can be reached to its safe value and ends the threads. Takes as long as the longest
    /// exchange under way, and two seconds at most for the outputs.
    public func stop() {
        for line in lines { line.power.stop() }
        threads.withLock { threads in
            for thread in threads { thread.join() }
            threads = []
        }
    }

    /// Writes what came since the last call into the image. The scan's side.
    public func latch(into image: inout InputImage) {
        for slot in 0..<points.count {
            if let reading = mail.readings.take(from: slot) { image.latch(reading, at: points[slot]) }
        }
        for slot in 0..<outputs.count {
            if let feedback = mail.feedback.take(from: slot) { image.latch(feedback, of: outputs[slot].index) }
        }
    }

    /// Hands over what may happen and renews the leases. A line whose orders changed is woken. The scan's side.
    public func commit(_ permitted: borrowing PermittedOutputs, at now: Instant) {
        let wasExpired = now - mail.orders.lastCommit > mail.lease
        for slot in 0..<outputs.count {
            let isNews = mail.orders.order(permitted[outputs[slot].index].level, in: slot)
            if isNews || wasExpired { lines[outputs[slot].line].power.noteNews() }
        }
        mail.orders.committed(at: now)
        for line in 0..<lines.count { lines[line].power.wakeIfNews() }
    }

    public var statistics: [BusStatistics] {
        let now = SystemClock.now()
        return buses.enumerated().map { number, bus in
            let own = lines.filter { $0.bus == number }
            return BusStatistics(
                tag: bus.tag, counts: own.map(\.counters.counts).reduce(LineCounts(), +),
                occupancy: own.map { $0.counters.occupancy(at: now) }.max() ?? 0,
                devices: own.flatMap { zip($0.devices, $0.counters.devices).map { $1.statistics(of: $0) } })
        }
    }

    private static func work(_ line: Line, _ tables: SiteTables, _ mail: LineMail) {
        let now = SystemClock.now()
        let isShared = line.devices.count > 1
        let devices = zip(line.devices, line.slots).map { plan, slots in
            DeviceWorker(plan, slots: slots, cost: line.transport.cost(plan.rules),
                         backoff: isShared ? .sharedLine(timeout: plan.rules.timeout) : .connection, tables: tables, at: now)
        }
        LineWorker(transport: line.transport, devices: devices, mail: mail, power: line.power, counters: line.counters).run()
    }
}

extension BusPlan {
    /// The devices that share a thread: all of a serial line or converter, each alone over TCP.
    var lines: [[DevicePlan]] { transport.isTCP ? devices.map { [$0] } : devices.isEmpty ? [] : [devices] }
}

extension BusPlan.Transport {
    var isTCP: Bool { if case .tcp = self { true } else { false } }

    func cost(_ rules: ReadRules) -> WireCost {
        switch self {
        case .serial(_, let settings): .serial(settings, rules: rules)
        // What lies behind the converter is taken for the usual 9600 baud.
        case .rtuOverTCP: .serial(SerialSettings(baud: 9600, parity: .none), rules: rules)
        case .tcp: .tcp
        }
    }
}
