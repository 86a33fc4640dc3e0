@testable import Field
@testable import Interlocks
import Foundation
import Glibc
import Language
import ProcessImage
import Quantities
import Testing

/// The far end of a bridge under test: its serial line, its relays, its inputs.
protocol BridgeEnd: AnyObject {
    var path: String { get }
    var relays: UInt16 { get }
    func drive(input: Int, _ level: Bool)
    /// One rising edge.
    func pulse(_ counter: Int)
    func end()
}

extension TwinPeer: BridgeEnd {
    func drive(input: Int, _ level: Bool) {
        let bit: UInt16 = 1 << UInt16(input)
        set(digital: level ? digital | bit : digital & ~bit)
    }
}

/// A bridge's firmware that runs elsewhere, such as in QEMU: `TIDEGATE_BRIDGE` names its serial line and a socket on which
/// `relays`, `input N 0|1` and `pulse N` are each answered by one line.
final class RemoteBridge: BridgeEnd {
    private static let place = ProcessInfo.processInfo.environment["TIDEGATE_BRIDGE"]?.split(separator: " ").map(String.init)
    static var isHere: Bool { place?.count == 2 }

    let path: String
    private let control: UnsafeMutablePointer<FILE>

    init() throws {
        let place = try #require(RemoteBridge.place)
        path = place[0]
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        try #require(LocalSocket.withAddress(of: place[1]) { connect(socket, $0, $1) } == 0)
        control = try #require(fdopen(socket, "r+"))
    }

    func end() { fclose(control) }

    var relays: UInt16 { UInt16(ask("relays"), radix: 16) ?? .max }
    func drive(input: Int, _ level: Bool) { _ = ask("input \(input) \(level ? 1 : 0)") }
    func pulse(_ counter: Int) { _ = ask("pulse \(counter)") }

    private func ask(_ line: String) -> String {
        fputs(line + "\n", control)
        fflush(control)
        var buffer = [CChar](repeating: 0, count: 64)
        guard fgets(&buffer, Int32(buffer.count), control) != nil else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// A bridge in the place of a board's lines: O0 and O1 are its first relays, I0 and I1 its first inputs; the contact on I1 is
/// on the first counter too, since a counter of a bridge shows no level.
final class BridgeBoard: LineBoard {
    let driver: any LineDriver
    private let end: any BridgeEnd

    init(_ end: some BridgeEnd) throws {
        self.end = end
        for input in 0..<2 { end.drive(input: input, false) }
        driver = try BridgeDriver(path: end.path)
    }

    deinit {
        driver.release()
        end.end()
    }

    func output(_ number: Int) -> Bool? { end.relays >> UInt16(number) & 1 == 1 }

    func drive(input: Int, _ level: Bool) {
        end.drive(input: input, level)
        if input == 1, level { end.pulse(0) }
    }
}

/// What the contract of line drivers asks, asked of a bridge through its field: each call scans until it is so, as the
/// daemon's scan would.
///
/// Where the contract asks for more than a bridge tells: of edges it tells the count, so all that came with one look bear
/// the moment of that look; it has no descriptor that speaks, since its thread listens to the line.
private final class BridgeDriver: LineDriver {
    private static let patience: Duration = .seconds(20)
    private static let each = Volume.liters(1)

    private let path: String
    private let tables: SiteTables
    private var field: BridgeField?
    private var image: InputImage
    private var permitted: PermittedOutputs
    private var wanted: [OutputLevel] = [.off, .on]
    private var countedUpTo: Int?

    init(path: String) throws {
        self.path = path
        tables = try BridgeDriver.tables()
        image = InputImage(tables: tables)
        permitted = PermittedOutputs(safe: tables.outputs)
    }

    private static func tables() throws -> SiteTables {
        let points = try [("I0", "1", true), ("I1", "1", true), ("total", "L", false), ("rate", "L/h", false), ("online", "1", true),
                          ("state", "1", false)].map { tag, unit, isDigital in
            PointDefinition(label: Label(tag: tag), unit: try #require(Unit(symbol: unit)), uncertainAfter: .seconds(30),
                            badAfter: .seconds(60), isDigital: isDigital)
        }
        let outputs = [OutputLevel.off, .on].enumerated().map { number, safe in
            OutputDefinition(label: Label(tag: "O\(number)"), kind: .other, safe: safe, maximumOn: .hours(1))
        }
        return SiteTables(site: Label(tag: "test"), clock: .shanghai, points: points, outputs: outputs, devices: [Label(tag: "bridge")])
    }

    private var plan: BridgePlan {
        BridgePlan(
            index: DeviceIndex(0), tag: "bridge", path: path,
            relays: tables.outputs.enumerated().map { number, output in
                BridgeRelay(name: output.tag, output: OutputIndex(number), number: number, activeLow: false, safe: output.safe,
                            maximumOn: output.maximumOn)
            },
            inputs: [
                BridgeInput(name: "I0", number: 0, use: .level(PointIndex(0), activeLow: false)),
                BridgeInput(name: "I1", number: 1, use: .level(PointIndex(1), activeLow: false)),
                BridgeInput(name: "I1", number: 0, use: .pulses(total: PointIndex(2), rate: PointIndex(3), each: BridgeDriver.each)),
            ],
            online: PointIndex(4), state: PointIndex(5))
    }

    // MARK: The scan

    private var isArmed: Bool {
        image.standing(of: BridgePoint(index: PointIndex(5)), noOlderThan: .seconds(2)).value == .armed
    }

    private func scan() {
        guard let field else { return }
        let now = SystemClock.now()
        image.begin(now: now, wall: WallTime(unixSeconds: 0, trust: .unset))
        field.latch(into: &image)
        for (number, output) in tables.outputs.enumerated() {
            permitted[OutputIndex(number)] = Permitted(level: isArmed ? wanted[number] : output.safe, cause: .idle, isRefused: false)
        }
        field.commit(permitted, at: now)
    }

    private func scan(until holds: () -> Bool) -> Bool {
        let end = SystemClock.now() + BridgeDriver.patience
        while SystemClock.now() < end {
            scan()
            if holds() { return true }
            usleep(10_000)
        }
        return false
    }

    private func isAt(_ output: Int) -> Bool { image.feedback(of: OutputIndex(output)).level == wanted[output] }

    // MARK: The driver

    func take(outputs levels: UInt64) -> UInt64 {
        guard field == nil else { return 0 }
        wanted = (0..<2).map { levels >> UInt64($0) & 1 == 1 ? .on : .off }
        let field = BridgeField(plan: [plan], tables: tables)
        self.field = field
        field.start()
        return scan { isArmed && isAt(0) && isAt(1) } ? 0b11 : 0
    }

    var faulted: UInt64 { field != nil && isArmed && isAt(0) && isAt(1) ? 0 : 0b11 }

    func set(output: Int, _ level: Bool) -> Bool {
        guard field != nil else { return false }
        wanted[output] = level ? .on : .off
        return scan { isAt(output) }
    }

    func level(input: Int) -> Bool? {
        guard field != nil else { return nil }
        scan()
        let reading = image.reading(PointIndex(input))
        return reading.quality == .good ? reading.recorded != 0 : nil
    }

    func forEachDescriptor(_ body: (Int32) -> Void) {}

    func read(_ report: (LineSight) -> Void) {
        scan()
        let reading = image.reading(PointIndex(2))
        guard reading.quality == .good else { return }
        let count = Int(reading.recorded.rounded())
        for _ in (countedUpTo ?? count)..<max(count, countedUpTo ?? count) {
            report(.edge(input: 1, to: true, at: reading.takenAt, missed: 0))
        }
        countedUpTo = count
    }

    func release() {
        field?.stop()
        field = nil
        countedUpTo = nil
    }
}
