import Interlocks
import ProcessImage
import Quantities
import Testing

@Suite("Guards of dosing: ceilings")
struct DoseCeilingTests {
    private let a = DosingBench.a
    private let dosing = DosingBench.dosing(DosingBench.a)
    private let second = [DosingBench.pump: OutputLevel.on, DosingBench.master: .on, DosingBench.other: .on, DosingBench.a: .on]

    private func given(_ bench: DosingBench) -> Double { bench.given[a] ?? 0 }

    @Test func `stock never runs ahead of its water, and who presses for more is stopped`() {
        let bench = DosingBench(.init(ceilings: DoseCeilings(inWater: Fraction(base: 0.005)))).flowing()
        // 25 L/m3 is what the channel can give; 5 are allowed, and 200 L of water are to its credit.
        let before = bench.metered
        var worst = 0.0
        bench.run(120, dosing) { worst = max(worst, given(bench) - 5 * (bench.metered - before)) }
        #expect(given(bench) > 1 && worst <= 1.001, "\(worst) L ahead")
        #expect(bench.standing == [TripID(.overdose, .channel(ChannelIndex(0)))] && !bench.isOn(a) && bench.isOn(DosingBench.pump))
    }

    @Test func `what stands to a channel's credit does not grow with the clear water before it`() {
        let bench = DosingBench(.init(ceilings: DoseCeilings(inWater: Fraction(base: 0.005)))).flowing(for: 1200)
        let before = bench.metered
        bench.run(20, dosing)
        #expect(given(bench) - 5 * (bench.metered - before) <= 1.001)
    }

    @Test func `one run of one zone gets no more than its ceiling, a short break in it or not; the next zone gets its own`() {
        let bench = DosingBench(.init(ceilings: DoseCeilings(perRun: .liters(5)))).flowing()
        bench.run(300, dosing)
        #expect((4.5...5).contains(given(bench)) && bench.cause(a) == .interlock(.dosePerRun) && bench.warnings == [.doseCeiling])
        bench.run(300, [:])
        bench.run(300, dosing)
        #expect(given(bench) <= 5)
        bench.run(12, second.merging([DosingBench.valve: .on]) { first, _ in first })
        bench.run(300, second)
        #expect((9...10).contains(given(bench)))
        bench.run(660, [:])
        bench.run(300, dosing)
        #expect((13.5...15).contains(given(bench)))
    }

    @Test(arguments: [600.0, 200]) func `a calibration that found more counts from its own scan on, one that found less does not`(found: Double) {
        let bench = DosingBench(.init(ceilings: DoseCeilings(perRun: .liters(5)))).flowing()
        let calibration = ChannelCalibration(rate: .flow(.litersPerHour(found)), at: 0, drift: .zero, command: 1)
        bench.scan(DosingBench.water, written: [.channelCalibrated(ChannelIndex(0), calibration)])
        bench.run(300, dosing)
        // By the plan's 300 L/h.
        #expect(found > 300 ? (2...2.5).contains(given(bench)) : (4.5...5).contains(given(bench)), "\(given(bench)) L")
    }

    @Test func `an hour and a day get no more than their ceilings, however often it begins anew`() {
        let bench = DosingBench(.init(ceilings: DoseCeilings(perHour: .liters(6), perDay: .liters(20))), step: .seconds(2))
        var hours: [Double] = []
        for _ in 0..<30 {
            let before = given(bench)
            bench.run(3600, dosing)
            hours.append(given(bench) - before)
        }
        #expect(hours.allSatisfy { $0 <= 6 } && given(bench) > 18)
        for start in 0..<6 { #expect(hours[start..<start + 24].reduce(0, +) <= 20) }
        #expect(hours.suffix(5).reduce(0, +) > 4, "the day goes on")
    }

    @Test func `nothing is given before it is booked on the disk`() {
        let bench = DosingBench(.init(ceilings: DoseCeilings(perDay: .liters(100)))).flowing()
        bench.isLedgerWritable = false
        bench.run(30, dosing)
        #expect(given(bench) == 0 && bench.cause(a) == .interlock(.doseUnbooked))
        bench.isLedgerWritable = true
        bench.run(300, dosing)
        #expect(given(bench) > 20)
        let total = bench.booked.reduce(0) { $0 + $1.volume.liters }
        #expect(given(bench) <= total && total < given(bench) + 3 * 100 / 64, "booked ahead by little")
    }

    @Test func `a restart gives no ceiling anew, killed at whatever moment`() {
        for kill in stride(from: 12.0, through: 80, by: 0.5) {
            let guards = DosingBench.Guards(ceilings: DoseCeilings(perDay: .liters(5)))
            let first = DosingBench(guards)
            first.run(kill, dosing)
            var restored = Restored()
            restored.bookedDoses = first.booked
            let second = DosingBench(guards, restored: restored)
            second.run(120, dosing)
            #expect(given(first) + given(second) <= 5, "killed after \(kill) s")
        }
    }

    @Test func `what was booked a day ago does not count, and what nobody knows counts as given`() {
        let guards = DosingBench.Guards(ceilings: DoseCeilings(perDay: .liters(5)))
        var old = Restored()
        old.bookedDoses = [.init(channel: ChannelIndex(0), zone: ZoneIndex(0), volume: .liters(5), age: .hours(25))]
        let next = DosingBench(guards, restored: old)
        next.run(60, dosing)
        #expect(given(next) > 3)
        var lost = Restored()
        lost.bookedIsComplete = false
        let blind = DosingBench(guards, restored: lost)
        blind.run(60, dosing)
        #expect(given(blind) == 0 && blind.cause(a) == .interlock(.dosePerDay))
    }

    @Test func `a meter that counts more than the time on tells, and one that counts less does not`() {
        for factor in [2.0, 0.5] {
            let bench = DosingBench(.init(ceilings: DoseCeilings(perDay: .liters(5)), meters: true)).flowing()
            bench.run(300, dosing) { bench.readings[DosingBench.meterA] = given(bench) * factor }
            #expect(given(bench) * max(factor, 1) <= 5.2 && given(bench) * max(factor, 1) > 4, "\(factor)")
        }
    }

    @Test func `strokes count each time they begin`() {
        let bench = DosingBench(.init(ceilings: DoseCeilings(perDay: .liters(0.1)))).flowing()
        for _ in 0..<200 {
            bench.scan(DosingBench.dosing(DosingBench.chlorine))
            bench.scan(DosingBench.water)
        }
        #expect((0.08...0.1001).contains(bench.given[DosingBench.chlorine] ?? 0))
    }

    @Test func `a channel that was found to give more than the site file says counts by that`() {
        var restored = Restored()
        let found = ChannelCalibration(rate: .flow(.litersPerHour(600)), at: 0, drift: .percent(100), command: 1)
        restored.calibrations = [(channel: ChannelIndex(0), calibration: found)]
        let bench = DosingBench(.init(ceilings: DoseCeilings(perDay: .liters(5))), restored: restored).flowing()
        bench.run(300, dosing)
        #expect(given(bench) <= 2.5 && given(bench) > 1.5)
    }
}
