import SL651
import Testing

/// Any bytes in, frames or a reason out; a trap ends the run, which is the failure.
@Suite struct HostileBytesTests {
    /// Everything the module does with bytes from outside.
    private func devour(_ frame: Frame, _ joiner: inout PacketJoiner) {
        if let message = try? Message(frame) { _ = message.body(in: frame.form) }
        if case .whole(let body) = joiner.add(frame) { _ = try? Message(body, of: frame) }
    }

    @Test func `no single bit that flips is taken for a frame`() throws {
        for line in try exampleFrames() where (try? Frame(line)) != nil {
            for bit in 0..<(line.count * 8) {
                var bent = line
                bent[bit / 8] ^= 1 << (bit % 8)
                #expect((try? Frame(bent)) == nil, "bit \(bit)")
            }
        }
    }

    @Test func `texts with a flipped bit are read or refused, never trapped on`() throws {
        var refused = 0
        for line in try exampleFrames() {
            guard let good = try? Frame(line), good.packet == nil else { continue }
            for bit in 0..<(good.body.count * 8) {
                var body = good.body
                body[bit / 8] ^= 1 << (bit % 8)
                if let message = try? Message(body, of: good) { #expect(message.body(in: .hex) == body) } else { refused += 1 }
            }
        }
        #expect(refused > 100)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `a quarter of a million hostile bytes: good frames among them are found, memory is one frame`(seed: UInt64) throws {
        let good = try exampleFrames().filter { (try? Frame($0)) != nil }
        var random = SeededGenerator(seed: seed)
        var (reader, joiner) = (FrameReader(), PacketJoiner())
        var (fed, sent) = (0, 0)
        while fed < 250_000 {
            let isGood = Int.random(in: 0..<10, using: &random) == 0
            let piece = isGood ? good.randomElement(using: &random) ?? [] : hostile(good, &random)
            if isGood { devour(reader.lineIsIdle(), &joiner) }
            let cuts = reader.read(piece)
            devour(cuts, &joiner)
            #expect(reader.waiting <= Limits.frameAtMost)
            fed += piece.count
            guard isGood else { continue }
            sent += 1
            #expect(cuts.contains(.frame(try Frame(piece))))
        }
        #expect(sent > 100)
    }

    private func devour(_ cuts: [FrameReader.Cut], _ joiner: inout PacketJoiner) {
        for case .frame(let frame) in cuts { devour(frame, &joiner) }
    }

    /// Noise, starts without end, heads that promise more than comes, good frames bent or cut, and texts of noise with a good check.
    private func hostile(_ good: [[UInt8]], _ random: inout SeededGenerator) -> [UInt8] {
        let noise = (0..<Int.random(in: 0..<200, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        var bent = good.randomElement(using: &random) ?? []
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return noise
        case 1: return [UInt8](repeating: 0x7E, count: noise.count)
        case 2: return [UInt8](repeating: 0x01, count: noise.count)
        case 3:
            let place = Int.random(in: 0..<bent.count, using: &random)
            bent[place] = .random(in: 0...255, using: &random)
            return bent
        case 4: return Array(bent.prefix(Int.random(in: 0..<bent.count, using: &random)))
        default: return wellChecked(noise, bent, &random)
        }
    }

    private func wellChecked(_ noise: [UInt8], _ line: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        guard let model = try? Frame(line) else { return noise }
        let function = Function(rawValue: .random(in: 0x2F...0x51, using: &random))
        let isUp = Bool.random(using: &random)
        let packet = Packet(number: Int.random(in: 0..<20, using: &random), of: Int.random(in: 1..<20, using: &random))
        let bent = try? Frame(form: Bool.random(using: &random) ? .hex : .ascii, direction: isUp ? .up : .down, center: 1,
                              station: model.station, password: 0, function: function, packet: packet,
                              body: Array(model.body.prefix(8)) + noise, end: isUp ? .etx : .enq)
        return bent?.bytes ?? noise
    }

    @Test func `a good frame is found behind a head that promises four thousand bytes`() throws {
        let good = try exampleFrames()[5]
        var reader = FrameReader()
        #expect(reader.read(Array(bytes("7E7E0100123456781234320FFF02")) + good).isEmpty)
        #expect(reader.lineIsIdle() == [.rubbish(14, .cut(missing: 1)), .frame(try Frame(good))])
    }
}
