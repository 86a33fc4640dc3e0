@testable import Field
import Quantities
import Testing

@Suite struct GuardProtocolTests {
    private let lease = GuardRequest.Lease(
        sequence: 7, from: Instant(nanoseconds: 123_456_789), length: .milliseconds(800), renewed: 0b111, levels: 0b101)

    private func bytes(_ request: GuardRequest) -> [UInt8] {
        let frame = FrameBuffer(capacity: GuardFrame.requestMax)
        request.write(to: frame)
        return Array(frame.used)
    }

    private func read(_ bytes: [UInt8]) -> GuardRequest? {
        let frame = FrameBuffer(capacity: GuardFrame.requestMax)
        frame.bytes.copyBytes(from: bytes.prefix(GuardFrame.requestMax))
        return GuardRequest(frame, received: bytes.count)
    }

    @Test func `the bytes of a lease are these`() {
        #expect(bytes(.lease(lease)) == [
            0x54, 0x47, 1, 2, 0x20, 0x03, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0x15, 0xcd, 0x5b, 0x07, 0, 0, 0, 0,
            7, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ])
    }

    @Test func `requests read back as they were written`() {
        for request in [GuardRequest.hello(fingerprint: .max), .reload(fingerprint: 1), .lease(lease)] {
            #expect(read(bytes(request)) == request)
        }
    }

    @Test func `a request of another length, version, beginning or kind is none`() {
        for request in [GuardRequest.hello(fingerprint: 3), .reload(fingerprint: 3), .lease(lease)] {
            let good = bytes(request)
            for count in 0..<good.count { #expect(read(Array(good[..<count])) == nil) }
            #expect(read(good + [0]) == nil)
            #expect(read(good + Array(repeating: 0, count: 100)) == nil)
            for place in 0..<4 {
                var changed = good
                changed[place] = 0x77
                #expect(read(changed) == nil)
            }
        }
    }

    @Test(arguments: [0, 2001, UInt32.max]) func `a lease of no or too much time is refused`(milliseconds: UInt32) {
        var frame = bytes(.lease(lease))
        withUnsafeBytes(of: milliseconds.littleEndian) { frame.replaceSubrange(4..<8, with: $0) }
        #expect(read(frame) == nil)
    }

    @Test func `replies read back as they were written, and a state of a wrong length is none`() {
        let frame = FrameBuffer(capacity: GuardFrame.stateMax)
        for reply in [GuardReply.welcome(fingerprint: 5, incarnation: 6), .refused(.busy), .state(inputs: 0), .state(inputs: 64)] {
            reply.write(to: frame)
            #expect(GuardReply(frame, received: frame.count) == reply)
            #expect(GuardReply(frame, received: frame.count - 1) == nil)
        }
    }

    @Test func `random bytes are never taken for a request`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var frame = (0..<48).map { _ in UInt8.random(in: 0...255, using: &generator) }
            frame[0] = 0x55
            #expect(read(frame) == nil)
        }
    }
}
