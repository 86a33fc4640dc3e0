@testable import Field
import Quantities
import Testing

private func at(_ microseconds: Int64) -> Instant { Instant(nanoseconds: microseconds * 1000) }

private func makeInput(_ kind: LineTable.Input.Kind, debounce: Duration, isEmergencyStop: Bool = false) -> InputState {
    InputState(LineTable.Input(
        address: LineTable.Address(name: "D1", chip: "gpiochip0", offset: 1, activeLow: false), pull: .none, kind: kind,
        debounce: debounce, isEmergencyStop: isEmergencyStop))
}

@Suite struct InputStateTests {
    @Test func `a level counts once it has held for its debounce`() {
        var input = makeInput(.level, debounce: .milliseconds(20))
        input.looked(false, at: at(0))
        #expect(input.level == nil && !input.isKnown)
        input.settle(at: at(20_000))
        #expect(input.level == false && input.isKnown)
        input.edge(to: true, at: at(30_000))
        #expect(input.deadline == at(50_000))
        input.settle(at: at(49_999))
        #expect(input.level == false)
        input.settle(at: at(50_000))
        #expect(input.level == true && input.deadline == nil)
    }

    @Test func `bounce within the debounce never shows`() {
        var input = makeInput(.level, debounce: .milliseconds(20))
        input.looked(false, at: at(0))
        input.settle(at: at(20_000))
        for edge in 0..<50 { input.edge(to: edge.isMultiple(of: 2), at: at(100_000 + Int64(edge) * 1000)) }
        input.settle(at: at(1_000_000))
        #expect(input.level == false)
    }

    @Test func `edges handed in late count by their own moments`() {
        var input = makeInput(.level, debounce: .milliseconds(20))
        input.looked(false, at: at(0))
        input.settle(at: at(20_000))
        input.edge(to: true, at: at(100_000))
        input.edge(to: false, at: at(130_000))
        #expect(input.level == true, "it held for 30 ms, though nobody looked meanwhile")
    }

    @Test func `a lost line has no level, and needs its debounce again`() {
        var input = makeInput(.level, debounce: .milliseconds(20))
        input.looked(true, at: at(0))
        input.settle(at: at(20_000))
        input.lose()
        #expect(input.level == nil && !input.isKnown)
        input.looked(true, at: at(30_000))
        #expect(input.level == nil)
    }

    @Test func `an emergency stop is slowed by 100 ms at most`() {
        var input = makeInput(.level, debounce: .seconds(5), isEmergencyStop: true)
        input.looked(true, at: at(0))
        input.settle(at: at(100_000))
        #expect(input.level == true)
    }

    @Test func `only the counted edge is counted`() {
        var rising = makeInput(.pulses(.rising), debounce: .zero)
        var falling = makeInput(.pulses(.falling), debounce: .zero)
        for edge in 0..<7 {
            rising.edge(to: edge.isMultiple(of: 2), at: at(Int64(edge) * 2500))
            falling.edge(to: edge.isMultiple(of: 2), at: at(Int64(edge) * 2500))
        }
        #expect(rising.pulses == 4 && rising.lastPulse == at(15_000))
        #expect(falling.pulses == 3 && falling.lastPulse == at(12_500))
    }

    @Test func `without a shortest width, edges of one kind alone are counted, and those known to be lost`() {
        var input = makeInput(.pulses(.rising), debounce: .zero)
        input.edge(to: true, at: at(0))
        input.edge(to: true, at: at(5000))
        input.edge(to: true, at: at(20_000), missed: 2)
        #expect(input.pulses == 5)
    }

    @Test func `with a shortest width spikes and bounce are no pulses`() {
        var input = makeInput(.pulses(.rising), debounce: .milliseconds(1))
        input.looked(false, at: at(0))
        var moment: Int64 = 10_000
        for _ in 0..<100 {
            for (level, after) in [(true, 0), (false, 200), (true, 400), (false, 3000), (true, 3300), (false, 3500)] as [(Bool, Int64)] {
                input.edge(to: level, at: at(moment + after))
            }
            moment += 10_000
        }
        input.settle(at: at(moment + 10_000))
        #expect(input.pulses == 100)
    }

    @Test(arguments: [true, false]) func `a spike is no pulse even if it is the first that is seen of a line`(isLooked: Bool) {
        var input = makeInput(.pulses(.falling), debounce: .milliseconds(4))
        if isLooked { input.looked(false, at: at(0)) }
        input.edge(to: true, at: at(10_000))
        input.edge(to: false, at: at(11_000))
        input.settle(at: at(100_000))
        #expect(input.pulses == 0)
        input.edge(to: true, at: at(200_000))
        input.edge(to: false, at: at(210_000))
        input.settle(at: at(300_000))
        #expect(input.pulses == 1)
    }

    @Test func `the first pulse of a line that rests high is counted`() {
        var input = makeInput(.pulses(.falling), debounce: .milliseconds(4))
        input.edge(to: false, at: at(10_000))
        input.settle(at: at(20_000))
        #expect(input.pulses == 1)
    }

    @Test func `200 Hz for a minute are 12 000 pulses, with and without a shortest width`() {
        for width in [Duration.zero, .milliseconds(1)] {
            var input = makeInput(.pulses(.falling), debounce: width)
            for pulse in 0..<12_000 {
                input.edge(to: true, at: at(Int64(pulse) * 5000))
                input.edge(to: false, at: at(Int64(pulse) * 5000 + 2500))
            }
            input.settle(at: at(61_000_000))
            #expect(input.pulses == 12_000)
        }
    }

    @Test func `looking at a meter's line tells that it is there and counts nothing`() {
        var input = makeInput(.pulses(.rising), debounce: .zero)
        #expect(!input.isKnown)
        input.looked(true, at: at(0))
        input.looked(false, at: at(50_000))
        input.looked(true, at: at(100_000))
        #expect(input.isKnown && input.pulses == 0)
    }
}
