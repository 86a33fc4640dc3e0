@testable import Control
import ProcessImage
import Quantities
import Testing

struct MeterTests {
    private func words(_ totals: [Double?], every interval: Duration = .seconds(10)) -> [MeterWatch.Word] {
        var meter = MeterWatch()
        var now = Instant.start
        return totals.map { total in
            now = now + interval
            return meter.hear(total.map { .cubicMeters($0) }, at: now, isFlowing: true)
        }
    }

    private func counted(_ cubicMeters: Double) -> MeterWatch.Word { .counted(.cubicMeters(cubicMeters)) }

    @Test func `Differences of a growing total add up`() {
        #expect(words([100, 100.5, 100.5, 101.25]) == [.nothing, counted(0.5), .nothing, counted(0.75)])
    }

    @Test func `A reset, a wrap and a wild number give nothing, and counting goes on from there`() {
        let reset = MeterWatch.Word.jumped(from: .cubicMeters(4_294_967), to: .cubicMeters(0.25))
        #expect(words([4_294_967, 0.25, 0.5]) == [.nothing, reset, counted(0.25)])
        let wild = words([10, 1e12, 1e12 + 0.5, 10, 10.5])
        #expect(wild[1] == .jumped(from: .cubicMeters(10), to: .cubicMeters(1e12)))
        #expect(wild[3] == .jumped(from: .cubicMeters(1e12 + 0.5), to: .cubicMeters(10)) && wild[4] == counted(0.5))
    }

    @Test func `What passed while the meter could not be read is counted when it is back`() {
        #expect(words([10, nil, nil, 10.5, 11]) == [.nothing, .nothing, .nothing, counted(0.5), counted(0.5)])
    }

    @Test func `A meter of coarse pulses counts each of them`() {
        #expect(words([0, 1, 1, 1, 2]) == [.nothing, counted(1), .nothing, .nothing, counted(1)])
    }

    @Test func `Patience follows the meter's own pace`() {
        var meter = MeterWatch()
        #expect(meter.patience == .minutes(15))
        for second in 0..<30 { _ = meter.hear(.liters(Double(second) * 10), at: .start + .seconds(second * 3), isFlowing: true) }
        #expect(meter.patience == .minutes(1))
        for report in 1..<6 { _ = meter.hear(.cubicMeters(Double(report)), at: .start + .seconds(90 + report * 300), isFlowing: true) }
        #expect(meter.patience >= .minutes(15))
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
