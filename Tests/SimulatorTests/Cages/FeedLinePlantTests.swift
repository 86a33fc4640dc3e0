@testable import Simulator
import Testing

@Suite("A feed line as it really is") struct FeedLinePlantTests {
    private static let air = FeedLinePlant.Pressures(still: 1, least: 10, most: 30)

    private func line(_ kind: FeedSelector.Kind = .rotary, outlets: Int = 3, hopper: Double = 500) -> FeedLinePlant {
        FeedLinePlant(FeedSelector(kind, outlets: outlets), doser: FeedDoser(rate: 0.08, hopper: hopper), air: Self.air)
    }

    private func run(_ line: inout FeedLinePlant, seconds: Double, doser: Bool = false, blower: Bool = false, drive: Int? = nil) {
        for _ in 0..<Int((seconds * 10).rounded()) {
            line.advance(0.1, .init(doser: doser, blower: blower), driven: { $0 == drive }, arrives: { _, _ in })
        }
    }

    @Test func `pellets go at half the speed of the air: 200 m take 16 s`() {
        var pipe = FeedPipe(length: 200, bears: 3)
        var arrived: Double?
        for tenth in 0..<400 {
            if pipe.advance(0.1, dosed: tenth == 0 ? 0.5 : 0, speed: 25, isOpen: true) > 0 { arrived = Double(tenth + 1) / 10 }
        }
        #expect(arrived == 16 && pipe.kilograms == 0)
    }

    @Test func `too slow an air lets them lie, too many are a plug, and twelve seconds of blowing loosen it`() {
        var pipe = FeedPipe(length: 200, bears: 3)
        for _ in 0..<100 { #expect(pipe.advance(0.1, dosed: 0.02, speed: 10, isOpen: true) == 0) }
        #expect(abs(pipe.kilograms - 2) < 1e-9 && !pipe.isPlugged)
        for _ in 0..<100 { _ = pipe.advance(0.1, dosed: 0.02, speed: 10, isOpen: true) }
        #expect(pipe.isPlugged)
        for _ in 0..<110 { _ = pipe.advance(0.1, dosed: 0, speed: 25, isOpen: true) }
        #expect(pipe.isPlugged && abs(pipe.kilograms - 4) < 1e-9)
        for _ in 0..<180 { _ = pipe.advance(0.1, dosed: 0, speed: 25, isOpen: true) }
        #expect(!pipe.isPlugged && pipe.kilograms == 0)
    }

    @Test func `a barrel passes its outlets in turn, and stands between them when it is let go there`() {
        var selector = FeedSelector(.rotary, outlets: 3)
        #expect(selector.outlet == 0)
        var seen: [Int?] = []
        for _ in 0..<120 {
            _ = selector.advance(0.1) { $0 == 1 }
            if seen.last != selector.outlet { seen.append(selector.outlet) }
        }
        #expect(seen == [0, nil, 1, nil, 2, nil, 0])
        for _ in 0..<20 { _ = selector.advance(0.1) { _ in true } }
        #expect(selector.outlet == nil && !selector.isAt(0) && !selector.isAt(1))
        selector.isStuck = true
        #expect(!selector.advance(5) { _ in true })
    }

    @Test func `a valve is open three seconds after its drive, and closes by itself`() {
        var selector = FeedSelector(.valves, outlets: 2)
        #expect(selector.outlet == nil)
        for _ in 0..<30 { _ = selector.advance(0.1) { $0 == 1 } }
        #expect(selector.outlet == 1 && selector.isAt(1) && !selector.isAt(0))
        for _ in 0..<30 { _ = selector.advance(0.1) { _ in false } }
        #expect(selector.outlet == nil)
    }

    @Test func `a doser gives by its time, and what can be wrong with it`() {
        var doser = FeedDoser(rate: 0.08, hopper: 10)
        func give(_ seconds: Int, isOn: Bool = true) -> Double { (0..<seconds * 10).reduce(0) { sum, _ in sum + doser.advance(0.1, isOn: isOn) } }
        #expect(abs(give(10) - 0.8) < 1e-9 && give(10, isOn: false) == 0)
        doser.runsOn = 5
        #expect(abs(give(1) - 0.08) < 1e-9 && abs(give(10, isOn: false) - 0.4) < 1e-9)
        doser.runsOn = 0
        doser.isFast = true
        #expect(abs(give(10) - 1.2) < 1e-9)
        doser.isJammed = true
        #expect(give(10) == 0 && abs(doser.given - 2.48) < 1e-9 && abs(doser.hopper - 7.52) < 1e-9)
        doser.isJammed = false
        #expect(abs(give(100) - 7.52) < 1e-9 && doser.hopper == 0, "an empty hopper")
    }

    @Test func `the pressure tells still, off, clean, loaded and blocked`() {
        var line = line()
        #expect(line.pressure == 0)
        run(&line, seconds: 20, blower: true)
        // Blocked counts 1.6 times the clean pressure: 30/1.6 kPa.
        #expect(abs(line.pressure - 18.75) < 0.01 && abs(line.speed - 25) < 0.01)
        run(&line, seconds: 30, doser: true, blower: true)
        #expect(line.pressure > 19.5 && line.pressure < 22.5)
        line.isHoseOff = true
        #expect(line.pressure > 5 && line.pressure < 6)
        line.isHoseOff = false
        line.pipe.isBlocked = true
        #expect(line.pressure > 37 && line.speed == 0)
        run(&line, seconds: 15)
        #expect(line.pressure < 1, "still again")
    }

    @Test func `what falls into a pipe without air stays there, and is counted`() {
        var line = line()
        run(&line, seconds: 5, doser: true)
        #expect(abs(line.fellIntoStill - 0.4) < 1e-9 && abs(line.pipe.kilograms - 0.4) < 1e-9)
        run(&line, seconds: 40, blower: true)
        #expect(abs(line.given[0] - 0.4) < 1e-9 && line.pipe.kilograms == 0)
        run(&line, seconds: 2, blower: true, drive: 0)
        #expect(abs(line.turnedUnderAir - 2) < 1e-6 && line.pressure > 30, "between two outlets nothing gets through")
    }

    @Test(arguments: UInt64(1)...6) func `every gram from the hopper is in a cage, in the pipe, or in the sea`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var line = line([.rotary, .valves, .single][Int(seed % 3)], outlets: seed % 3 == 2 ? 1 : 3)
        var arrived = 0.0
        for _ in 0..<400 {
            let levels = FeedLinePlant.Levels(doser: random.chance(0.5), blower: random.chance(0.7))
            let drive = random.chance(0.3) ? random.index(below: 3) : nil
            line.isHoseOff = random.chance(0.1)
            line.pipe.isBlocked = random.chance(0.1)
            line.doser.isFast = random.chance(0.2)
            for _ in 0..<random.index(below: 40) {
                line.advance(0.25, levels, driven: { $0 == drive }) { arrived += $1 }
            }
        }
        #expect(abs(500 - line.doser.hopper - line.doser.given) < 1e-6)
        #expect(abs(line.doser.given - arrived - line.spilled - line.pipe.kilograms) < 1e-6)
        #expect(abs(arrived - line.given.reduce(0, +)) < 1e-9 && arrived > 1)
    }

    @Test func `a feeder that hangs over its cage needs no air`() {
        var feeder = FeedLinePlant(FeedSelector(.single, outlets: 1), doser: FeedDoser(rate: 0.05, hopper: 50), air: nil)
        run(&feeder, seconds: 10, doser: true)
        #expect(abs(feeder.given[0] - 0.5) < 1e-9 && feeder.fellIntoStill == 0)
    }
}
