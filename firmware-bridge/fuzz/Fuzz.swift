import Glibc

// Throws bytes at BridgeCore and judges every move of a relay by a decoder of its own. Built by `make fuzz`; ends when
// TIDEGATE_FUZZ_BYTES (10 million) bytes went over the line.

nonisolated(unsafe) private var total = Total()

/// What all inputs together did.
private struct Total {
    let goal = getenv("TIDEGATE_FUZZ_BYTES").flatMap { Int(String(cString: $0)) } ?? 10_000_000
    var bytes = 0
    var moves = 0
    var armed = 0
}

@c(LLVMFuzzerTestOneInput) public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    var run = Run(Array(UnsafeBufferPointer(start: data, count: count)))
    run.play()
    if total.bytes >= total.goal {
        print("fuzz: \(total.bytes) bytes, \(total.moves) moves of relays, \(total.armed) times armed, none but by a valid frame")
        fflush(nil)
        _exit(0)
    }
    return 0
}

/// One input: a script of raw bytes, whole frames and pauses.
private struct Run: ~Copyable {
    private var script: ArraySlice<UInt8>
    private var line = BridgeLine(BridgeServer(identity: .reference, boot: Boot(count: 1, cause: .powerOn, safeLevels: 0)))
    private var now: UInt32 = 0
    private var recent: [UInt8] = []

    init(_ bytes: [UInt8]) { script = bytes[...] }

    private mutating func next() -> UInt8 { script.popFirst() ?? 0 }

    mutating func play() {
        if next() & 1 == 1 { commission(safe: UInt16(next() & 0x3F)) }
        while !script.isEmpty {
            switch next() & 7 {
            case 0: wait(Int(next()))
            case 1: wait(21)
            case 2, 3: sendFrame((0..<next() & 31).map { _ in next() })
            case 4: sendFrame([16, 0, 0, 0, 2, 4, next(), next(), 0, next() & 0x3F])
            case 5: arm()
            case 6: for _ in 0..<next() & 31 { send(next()) }
            default: send(next())
            }
        }
    }

    private mutating func wait(_ milliseconds: Int) {
        for _ in 0..<milliseconds {
            now &+= 1
            let before = line.server.relays
            line.server.tick(at: now)
            let after = line.server.relays
            if after != before { precondition(line.server.safety.state == .tripped, "time moved a relay without a trip") }
            checkSafe()
        }
    }

    private mutating func send(_ byte: UInt8) {
        let before = line.server.relays
        recent.append(byte)
        if recent.count > 256 { recent.removeFirst() }
        _ = line.receive(byte, at: now)
        total.bytes += 1
        let after = line.server.relays
        if after != before {
            total.moves += 1
            precondition(Judge.explains(before, after, safe: line.server.safety.safeLevels, heard: recent), "moved by no valid frame")
        }
        checkSafe()
    }

    private func checkSafe() {
        precondition(line.server.safety.state == .armed || line.server.relays == line.server.safety.safeLevels,
                     "away from safe while not armed")
        precondition(line.server.relays < 1 << 6, "a relay that is not there")
    }

    private mutating func sendFrame(_ pdu: [UInt8]) {
        let body = [17] + pdu
        let crc = Judge.crc(body[...])
        for byte in body + [UInt8(crc & 0xFF), UInt8(crc >> 8)] { send(byte) }
    }

    private mutating func write(_ address: UInt8, _ words: [UInt16]) {
        sendFrame([16, 0, address, 0, UInt8(words.count), UInt8(words.count * 2)] + words.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] })
    }

    private mutating func commission(safe: UInt16) {
        let words = [200, safe, 1, 2, 3, 4, 5, 0] + Array(repeating: UInt16(0), count: 10)
        let crc = Judge.crc(words.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }[...])
        write(32, words + [crc])
        arm()
    }

    private mutating func arm() {
        write(8, [0xA53C, 1, line.server.safety.sealedCRC, line.server.safety.tripCount])
        if line.server.safety.state == .armed { total.armed += 1 }
    }
}

/// Written from PROTOCOL.md, not from BridgeCore.
private enum Judge {
    static func crc(_ bytes: ArraySlice<UInt8>) -> UInt16 {
        var crc: UInt16 = 0xFFFF
        for byte in bytes {
            for bit in 0..<8 {
                let feedback = (crc ^ UInt16(byte >> UInt8(bit))) & 1
                crc = crc >> 1 ^ (feedback == 1 ? 0xA001 : 0)
            }
        }
        return crc
    }

    /// Some intact frame ends here that asks for just this.
    static func explains(_ before: UInt16, _ after: UInt16, safe: UInt16, heard: [UInt8]) -> Bool {
        heard.indices.contains { start in
            let frame = heard[start...]
            guard frame.count >= 8, frame.first == 17, crc(frame) == 0 else { return false }
            return levels(before, safe: safe, Array(frame.dropFirst().dropLast(2))) == after
        }
    }

    /// What the relays are after a request that is obeyed; `nil` when it concerns no relay.
    private static func levels(_ before: UInt16, safe: UInt16, _ pdu: [UInt8]) -> UInt16? {
        func word(_ at: Int) -> Int { at + 1 < pdu.count ? Int(pdu[at]) << 8 | Int(pdu[at + 1]) : -1 }
        let address = word(1)
        switch (pdu[0], address) {
        case (5, 0..<6): return before & ~(1 << UInt16(address)) | (word(3) == 0xFF00 ? 1 << UInt16(address) : 0)
        case (15, 0..<6): return (0..<min(word(3), 16)).reduce(before) { levels, index in
            let bit = UInt16(1) << UInt16(address + index)
            return levels & ~bit | (pdu[6 + index / 8] >> UInt8(index % 8) & 1 == 1 ? bit : 0)
        }
        case (6, 1): return UInt16(word(3))
        case (16, 0) where word(3) == 2: return UInt16(word(8))
        case (16, 1) where word(3) == 1: return UInt16(word(6))
        case (6, 12), (16, 12), (6, 32...50), (16, 32...50): return safe
        default: return nil
        }
    }
}
