import BridgeCore
@testable import BridgeSim

/// A bridge on a line with virtual time: every millisecond is ticked.
struct Bench: ~Copyable {
    var line: BridgeLine
    private(set) var now: UInt32

    init(boot: Boot = Boot(count: 1, cause: .powerOn, safeLevels: 0), startingAt now: UInt32 = 0) {
        self.now = now
        line = BridgeLine(BridgeServer(identity: .reference, boot: boot, clock: now))
    }

    var relays: UInt16 { line.server.relays }
    var safety: Safety { line.server.safety }

    mutating func wait(_ milliseconds: Int) {
        for _ in 0..<milliseconds {
            now &+= 1
            line.server.tick(at: now)
        }
    }

    /// All replies to these bytes, one behind the other.
    mutating func send(_ bytes: [UInt8]) -> [UInt8] {
        var heard: [UInt8] = []
        for byte in bytes where line.receive(byte, at: now) { heard += line.reply.bytes }
        return heard
    }

    /// Sends a request without address and checksum; the reply likewise.
    @discardableResult
    mutating func ask(_ pdu: [UInt8]) -> [UInt8] {
        Array(send(Self.frame(pdu)).dropFirst().dropLast(2))
    }

    @discardableResult
    mutating func write(_ register: HoldingRegister, _ words: [UInt16]) -> [UInt8] {
        ask(Self.writing(register, words))
    }

    mutating func read(_ register: InputRegister) -> UInt32 {
        let reply = ask([4] + Self.bytes([register.rawValue, register.words]))
        return reply.dropFirst(2).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Seals a configuration and arms.
    mutating func commission(_ configuration: Configuration) {
        write(.configuration, Self.words(of: configuration))
        arm()
    }

    mutating func arm() {
        let order = ArmOrder(bootCount: UInt16(read(.bootCount)), sealedCRC: UInt16(read(.sealedCRC)), tripCount: UInt16(read(.tripCount)))
        write(.arm, Self.words(of: order))
    }

    /// With the CRC that seals it.
    static func words(of configuration: Configuration) -> [UInt16] {
        (0..<Configuration.wordCount).map { configuration[word: $0] } + [configuration.crc]
    }

    static func words(of order: ArmOrder) -> [UInt16] { (0..<4).map { order[word: $0] } }

    /// The request that writes words from a register on, without address and checksum.
    static func writing(_ register: HoldingRegister, _ words: [UInt16]) -> [UInt8] {
        [16] + bytes([register.rawValue, UInt16(words.count)]) + [UInt8(words.count * 2)] + bytes(words)
    }

    static func configuration(timeout: UInt16 = 1000, safe: UInt16 = 0, longestOn: [UInt16] = [60, 60, 60, 60, 60, 60]) -> Configuration {
        var configuration = Configuration()
        configuration.heartbeatTimeout = timeout
        configuration.safeLevels = safe
        for (relay, seconds) in longestOn.enumerated() { configuration.setLongestOn(relay: relay, seconds: seconds) }
        return configuration
    }

    static func frame(_ pdu: [UInt8], to address: UInt8 = BridgeProtocol.address) -> [UInt8] {
        var frame = Frame()
        for byte in [address] + pdu { frame.append(byte) }
        frame.finish()
        return frame.bytes
    }

    static func bytes(_ words: [UInt16]) -> [UInt8] { words.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } }

    static func text(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    }
}
