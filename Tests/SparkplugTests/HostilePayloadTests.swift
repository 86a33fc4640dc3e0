import Sparkplug
import Testing

@Suite("Bytes that are no payload")
struct HostilePayloadTests {
    /// Whether it could be read at all; that it comes back is what counts.
    private func reads(_ bytes: [UInt8], _ limits: PayloadLimits = .command) -> Bool {
        (try? Payload(decoding: bytes, within: limits)) != nil
    }

    @Test func `every flipped bit and every cut of a birth is read or refused`() {
        for whole in [SampleFarm.nodeBirth, SampleFarm.deviceBirth].map({ $0.encoded() }) {
            var refused = 0
            for bit in 0..<(whole.count * 8) {
                var bytes = whole
                bytes[bit / 8] ^= 1 << (bit % 8)
                if !reads(bytes) { refused += 1 }
            }
            for length in 0..<whole.count where !reads(Array(whole.prefix(length))) { refused += 1 }
            #expect(refused > whole.count, "most of them must be seen")
        }
    }

    @Test func `a million random bytes are read or refused`() {
        var random = Seeded(7)
        var left = 1_000_000
        while left > 0 {
            let bytes = (0..<(1 + random.below(200))).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            left -= bytes.count
            _ = reads(bytes)
        }
    }

    @Test(arguments: [
        ([0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], PayloadError.truncated),
        ([0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0x07], .truncated),
        ([0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02], .malformed),
        ([0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], .malformed),
        ([0x08], .truncated), ([0x0B], .malformed), ([0x00, 0x00], .malformed), ([0x0A, 0x00], .malformed),
        ([0x12, 0x03, 0x0A, 0x01, 0xFF], .notText), ([0x12, 0x02, 0x0A, 0x05], .truncated),
        // A property set with a key and no value.
        ([0x12, 0x05, 0x4A, 0x03, 0x0A, 0x01, 0x61], .malformed),
    ] as [([UInt8], PayloadError)])
    func `lies about length, kind and text have their names`(bytes: [UInt8], error: PayloadError) {
        #expect(throws: error) { try Payload(decoding: bytes, within: .command) }
    }

    @Test func `what is too large is refused`() {
        let many = [UInt8](repeating: 0, count: 600).enumerated().map { $0.offset % 2 == 0 ? UInt8(0x12) : 0 }
        #expect(throws: PayloadError.tooLarge) { try Payload(decoding: many, within: .command) }
        #expect(throws: PayloadError.tooLarge) {
            try Payload(decoding: [UInt8](repeating: 8, count: 65_537), within: .command)
        }
        #expect(reads(many, PayloadLimits(bytes: 600, metrics: 300)))
    }
}
