import BridgeCore
import Testing

@Suite struct LineTests {
    /// With it framing by a checksum that happens to hold would go wrong; it comes in two pieces.
    @Test func `a frame whose beginning has a right checksum by itself is read whole`() {
        var bench = Bench()
        let frame = Bench.frame([16, 0, 8, 0, 4, 8, 0xA5, 0x3C, 0, 1, 0, 0, 0, 0])
        for cut in 1..<frame.count {
            #expect(bench.send(Array(frame[..<cut])).isEmpty)
            #expect(bench.send(Array(frame[cut...])) == Bench.frame([0x90, 6]))
        }
    }

    @Test(arguments: 1..<13)
    func `half a frame is forgotten after the silence, not before`(length: Int) {
        let frame = Bench.frame([16, 0, 0, 0, 2, 4, 0, 1, 0, 1])
        let read = Bench.frame([4, 0, 0, 0, 1])
        var bench = Bench()
        bench.wait(100)
        _ = bench.send(Array(frame.prefix(length)))
        bench.wait(25)
        #expect(bench.send(read) == Bench.frame([4, 2, 0, 1]))
        #expect(bench.line.server.lineErrors == 1)
    }

    @Test func `every wrong bit of a frame is noticed`() {
        let frame = Bench.frame([16, 0, 0, 0, 2, 4, 0, 7, 0, 1])
        for bit in 0..<frame.count * 8 {
            var bench = Bench()
            bench.commission(Bench.configuration(timeout: 60_000))
            var wrong = frame
            wrong[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(bench.send(wrong).isEmpty)
            #expect(bench.relays == 0)
        }
    }

    @Test func `every function code and length is answered or ignored, and the line recovers`() {
        var bench = Bench()
        for function in 0...UInt8.max {
            for length in 0..<20 {
                _ = bench.send(Bench.frame([function] + Array(repeating: function, count: length)))
                bench.wait(25)
                #expect(bench.send(Bench.frame([4, 0, 0, 0, 1])) == Bench.frame([4, 2, 0, 1]), "after \(function), \(length)")
                bench.wait(25)
            }
        }
    }
}
