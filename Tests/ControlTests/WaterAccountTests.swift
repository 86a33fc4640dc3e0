@testable import Control
import ProcessImage
import Quantities
import Testing

struct MeterTests {
    private func differences(_ totals: [Double?], every interval: Duration = .seconds(10)) -> [Double?] {
        var meter = Totaliser()
        var now = Instant.start
        return totals.map { total in
            now = now + interval
            return meter.difference(total.map { .cubicMeters($0) }, at: now)?.cubicMeters
        }
    }

    @Test func `Differences of a growing total add up`() {
        #expect(differences([100, 100.5, 100.5, 101.25]) == [0, 0.5, 0, 0.75])
    }

    @Test func `A reset, a wrap and a wild number give nothing, and counting goes on from there`() {
        #expect(differences([4_294_967, 0.25, 0.5]) == [0, 0, 0.25])
        #expect(differences([10, 1e12, 1e12 + 0.5, 10, 10.5]) == [0, 0, 0.5, 0, 0.5])
    }

    @Test func `A meter that is silent says nothing, and what passed meanwhile is not counted a second time`() {
        #expect(differences([10, nil, nil, 30, 30.5]) == [0, nil, nil, 0, 0.5])
    }

    @Test func `A meter of coarse pulses counts each of them`() {
        #expect(differences([0, 1, 1, 1, 2]) == [0, 1, 0, 0, 1])
    }
}

struct FlowSettlingTests {
    @Test func `Flow is told once, when it has rested for 10 s`() {
        var settling = FlowSettling()
        var told: [(second: Int, flow: Double)] = []
        for second in 0..<60 {
            let flow = Flow.cubicMetersPerHour(second < 15 ? Double(second) : 12)
            if let settled = settling.settled(flow, at: Instant.start + .seconds(second)) { told.append((second, settled.base)) }
        }
        #expect(told.map(\.second) == [25] && told.map(\.flow) == [12])
    }
}
