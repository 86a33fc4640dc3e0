internal import BridgeCore

/// A bridge with the channels of the reference board as a host process: the same core, and what the board does around it.
///
/// Moments are milliseconds of the host; the bridge's own clock begins at 0 with each start.
struct Twin: ~Copyable {
    /// The watchdog's patience with a main loop that hangs, as on the boards.
    static let watchdogPatience: UInt32 = 500

    static let identity = BoardIdentity(.twin, relays: 6, inputs: 8, counters: 4, analogues: 4)

    private(set) var line: BridgeLine
    private var began: UInt32
    private var hungAt: UInt32?
    private var boots: UInt16 = 1
    /// Bytes get through.
    var isWhole = true

    init(at moment: UInt32) {
        began = moment
        line = BridgeLine(BridgeServer(identity: Self.identity, boot: Boot(count: 1, cause: .powerOn, safeLevels: 0)))
    }

    var clock: UInt32 { line.server.clock }
    var relays: UInt16 { line.server.relays }
    var state: BridgeState { line.server.safety.state }
    var bootCount: UInt16 { boots }

    mutating func advance(to moment: UInt32) {
        line.server.tick(at: moment &- began)
        if let hungAt, moment &- hungAt >= Self.watchdogPatience { restart(.watchdog, at: moment) }
    }

    /// - Returns: what to send.
    mutating func receive(_ byte: UInt8) -> [UInt8] {
        guard isWhole, hungAt == nil, line.receive(byte, at: clock) else { return [] }
        return line.reply.bytes
    }

    /// The main loop stops: no replies, but ticks go on until the watchdog bites.
    mutating func hang(at moment: UInt32) { hungAt = moment }

    /// A warm reset keeps safe levels and boot count; power-on forgets them. Counts begin anew in both.
    mutating func restart(_ cause: Cause, at moment: UInt32) {
        let isCold = cause == .powerOn || cause == .brownOut
        boots = isCold ? 1 : boots &+ 1
        let digital = line.server.inputs.digital
        let boot = Boot(count: boots, cause: cause, safeLevels: isCold ? 0 : line.server.safety.safeLevels)
        line = BridgeLine(BridgeServer(identity: Self.identity, boot: boot))
        line.server.inputs.digital = digital
        began = moment
        hungAt = nil
    }

    mutating func set(digital: UInt16) { line.server.inputs.digital = digital }
    mutating func set(analogue: Int, to word: UInt16) { line.server.inputs[analogue: analogue] = word }

    mutating func pulse(_ counter: Int, count: Int) {
        for _ in 0..<max(0, count) { line.server.inputs.count(counter, at: clock) }
    }
}

extension Frame {
    /// On the heap, which the core does without.
    var bytes: [UInt8] {
        mutating get {
            var bytes: [UInt8] = []
            for index in 0..<count { bytes.append(self[index]) }
            return bytes
        }
    }
}
