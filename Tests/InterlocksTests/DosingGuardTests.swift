import Interlocks
import ProcessImage
import Quantities
import Testing

@Suite("Guards of dosing: water")
struct DosingWaterTests {
    private let a = DosingBench.a
    private let dosing = DosingBench.dosing(DosingBench.a)

    /// A bench that has been dosing for a while.
    private func dosing(_ guards: DosingBench.Guards = .init(), _ seconds: Double = 10) -> DosingBench {
        let bench = DosingBench(guards).flowing()
        bench.run(seconds, dosing)
        #expect(bench.isOn(a))
        return bench
    }

    @Test func `a zone of two valves gets stock only while both are open`() {
        let bench = DosingBench(.init(isPaired: true)).flowing()
        let both = DosingBench.dosing(a).merging([DosingBench.other: .on]) { first, _ in first }
        bench.run(5, DosingBench.dosing(a))
        #expect(!bench.isOn(a) && bench.cause(a) == .interlock(.noProvenFlow), "water flows through one of them")
        bench.run(15, both)
        #expect(bench.isOn(a))
        bench.scan(DosingBench.dosing(a))
        #expect(!bench.isOn(a), "in the very scan in which one shuts")
    }

    @Test(arguments: [0, 3.9, -5, .nan, .infinity, nil] as [Double?])
    func `dosing ends in the scan in which its flow is lost, low, or no number`(flow: Double?) {
        let bench = dosing()
        bench.readings[DosingBench.flow] = .some(flow)
        bench.scan(dosing)
        #expect(!bench.isOn(a) && bench.cause(a) == .interlock(.noProvenFlow) && bench.count(.doseRefused) == 1)
    }

    @Test func `a flow that was read more than a second ago is not proven in this scan`() {
        let bench = dosing()
        bench.flowAge = .milliseconds(1000)
        bench.scan(dosing)
        #expect(bench.isOn(a))
        bench.flowAge = .milliseconds(1001)
        bench.scan(dosing)
        #expect(!bench.isOn(a))
    }

    @Test(arguments: [DosingBench.pump, DosingBench.master, DosingBench.valve])
    func `dosing ends in the scan in which pump, master or the last valve goes off, though the flow reads on`(output: OutputIndex) {
        let bench = dosing()
        bench.readings[DosingBench.flow] = 12
        var wanted = dosing
        wanted[output] = .off
        bench.scan(wanted)
        #expect(!bench.isOn(a) && bench.cause(a) == .interlock(.noProvenFlow))
    }

    @Test func `a flow that reads on while its meter counts nothing is not proven`() {
        let bench = dosing(.init(slack: .liters(50)))
        bench.readings[DosingBench.total] = bench.metered
        bench.run(14, dosing)
        #expect(bench.isOn(a), "47 L may be between two counts")
        bench.run(2, dosing)
        #expect(!bench.isOn(a) && bench.cause(a) == .interlock(.noProvenFlow))
    }

    @Test func `nothing is dosed before clear water has flowed for its time, after each break anew`() {
        let bench = DosingBench()
        bench.run(10, dosing)
        #expect(!bench.isOn(a) && bench.cause(a) == .interlock(.preFlush))
        bench.run(2, dosing)
        #expect(bench.isOn(a))
        bench.readings[DosingBench.flow] = 0
        bench.scan(dosing)
        bench.readings = [:]
        bench.run(9, dosing) { #expect(!bench.isOn(a)) }
        bench.run(2, dosing)
        #expect(bench.isOn(a))
    }

    @Test func `nothing is dosed while a filter is washed`() {
        let bench = dosing()
        var washing = dosing
        washing[DosingBench.flush] = .on
        bench.scan(washing)
        #expect(!bench.isOn(a) && bench.cause(a) == .interlock(.backwash))
    }

    @Test(arguments: [99, 301, .nan, nil] as [Double?])
    func `a pressure outside of its window, or unknown, holds dosing in the same scan`(pressure: Double?) {
        let bench = dosing(.init(pressure: true))
        bench.readings[DosingBench.pressure] = .some(pressure)
        bench.scan(dosing)
        #expect(!bench.isOn(a) && bench.cause(a) == .interlock(.dosePressure))
    }

    @Test func `"disable" is stopped within the scan, and so it stays over a restart until it is enabled`() {
        let bench = dosing()
        bench.scan(dosing, commands: [.disableDosing(.dosingUnit(DosingBench.unit))])
        #expect(!bench.isOn(a) && bench.cause(a) == .interlock(.dosingDisabled))
        bench.scan(dosing, commands: [.enableDosing(.dosingUnit(DosingBench.unit))])
        #expect(bench.isOn(a))
        var restored = Restored()
        restored.standing = [StandingOrder(.dosingOff, .channel(ChannelIndex(0)), until: .max, command: 1)]
        let next = DosingBench(restored: restored).flowing()
        next.scan(DosingBench.dosing(a, DosingBench.b))
        #expect(!next.isOn(a) && next.isOn(DosingBench.b))
    }
}

@Suite("Guards of dosing: tanks, probes, partners")
struct DosingPartsTests {
    private let a = DosingBench.a
    private let b = DosingBench.b
    private let acid = DosingBench.acid
    private let chlorine = DosingBench.chlorine
    private let dosing = DosingBench.dosing(DosingBench.a)

    @Test(arguments: [10, 0, .nan, nil] as [Double?])
    func `a tank that is empty, or whose level is not known, holds its channel and no other`(level: Double?) {
        let bench = DosingBench(.init(tanks: true)).flowing()
        bench.scan(DosingBench.dosing(a, b))
        #expect(bench.isOn(a))
        bench.readings[DosingBench.level] = .some(level)
        bench.scan(DosingBench.dosing(a, b))
        #expect(!bench.isOn(a) && bench.isOn(b) && bench.cause(a) == .interlock(.stockEmpty) && bench.warnings == [.stockEmpty])
    }

    @Test(arguments: [1, nil] as [Double?]) func `a float that says empty, or nothing, holds its channel`(empty: Double?) {
        let bench = DosingBench(.init(tanks: true)).flowing()
        bench.readings[DosingBench.empty] = .some(empty)
        bench.scan(DosingBench.dosing(acid))
        #expect(!bench.isOn(acid) && bench.cause(acid) == .interlock(.stockEmpty))
    }

    @Test func `beyond the cut of pH dosing stops in the same scan and waits for a person; plain water goes on`() {
        let bench = DosingBench(.init(probes: [DosingBench.acidity()])).flowing()
        bench.run(5, DosingBench.dosing(acid))
        bench.readings[DosingBench.phWitness] = 4.4
        bench.scan(DosingBench.dosing(acid))
        let trip = TripID(.doseAcidity, .dosingUnit(DosingBench.unit))
        #expect(!bench.isOn(acid) && bench.isOn(DosingBench.pump) && bench.standing == [trip])
        bench.scan(DosingBench.dosing(acid), commands: [.reset(trip)])
        #expect(bench.standing == [trip], "it is still there")
        bench.readings = [:]
        bench.scan(DosingBench.dosing(acid))
        #expect(!bench.isOn(acid), "latched")
        bench.scan(DosingBench.dosing(acid), commands: [.resetAll])
        #expect(bench.isOn(acid))
    }

    @Test func `raw water beyond the cut lets nothing be dosed and trips nothing`() {
        let bench = DosingBench(.init(probes: [DosingBench.acidity(cut: .init(least: 4.5, most: 9))])).flowing()
        bench.readings[DosingBench.ph] = 9.5
        bench.scan(DosingBench.dosing(acid))
        #expect(!bench.isOn(acid) && bench.cause(acid) == .interlock(.beyondCut) && bench.standing == [])
    }

    @Test(arguments: [false, true])
    func `conductivity out of its band for its time stops dosing, and the water where the site wants it`(stopsWater: Bool) {
        let bench = DosingBench(.init(probes: [DosingBench.conductivity(band: .init(most: 3.5), stopsWater: stopsWater)])).flowing()
        bench.readings[DosingBench.ec] = 3.6
        bench.run(89, dosing)
        #expect(bench.isOn(a), "60 s until the stock is at the probe, and 30 s")
        bench.run(2, dosing)
        #expect(!bench.isOn(a) && bench.isOn(DosingBench.pump) == !stopsWater && bench.isOn(DosingBench.master) == !stopsWater)
        #expect(bench.standing == [TripID(.doseConductivity, .dosingUnit(DosingBench.unit))])
    }

    @Test func `two probes that disagree hold dosing until they agree again, and one that falls silent does not speak for the other`() {
        let bench = DosingBench(.init(probes: [DosingBench.conductivity(apart: 0.3)])).flowing()
        bench.readings[DosingBench.ecWitness] = 2.31
        bench.run(10, dosing)
        #expect(bench.isOn(a))
        bench.run(1, dosing)
        #expect(!bench.isOn(a) && bench.cause(a) == .interlock(.probesApart) && bench.warnings == [.probesApart])
        bench.readings[DosingBench.ecWitness] = .some(nil)
        bench.run(5, dosing)
        #expect(!bench.isOn(a))
        bench.readings = [:]
        bench.scan(dosing)
        #expect(bench.isOn(a) && bench.warnings == [])
    }

    @Test func `a probe that does not move in ten minutes of dosing is frozen; one that moves is not`() {
        let bench = DosingBench(.init(probes: [DosingBench.conductivity(resolution: 0.01)])).flowing()
        var turn = 0
        bench.run(700, dosing) {
            turn += 1
            bench.readings[DosingBench.ecWitness] = 2 + Double(turn % 5) * 0.02
        }
        #expect(bench.standing == [TripID(.probeFrozen, .point(DosingBench.ec))] && !bench.isOn(a))
        bench.scan(dosing, commands: [.resetAll])
        #expect(bench.isOn(a))
    }

    @Test(arguments: [true, false]) func `two probes that are both still show a still mix; one that is alone is frozen`(hasTwin: Bool) {
        let bench = DosingBench(.init(probes: [DosingBench.conductivity(resolution: 0.01)])).flowing()
        if !hasTwin { bench.readings[DosingBench.ecWitness] = .some(nil) }
        bench.run(700, dosing)
        #expect(bench.standing == (hasTwin ? [] : [TripID(.probeFrozen, .point(DosingBench.ec))]) && bench.isOn(a) == hasTwin)
    }

    @Test(arguments: [nil, Double.nan]) func `a channel that is steered by a probe is held without a reading`(reading: Double?) {
        let bench = DosingBench(.init(needs: true, probes: [DosingBench.conductivity()])).flowing()
        bench.readings[DosingBench.ec] = .some(reading)
        bench.scan(dosing)
        #expect(bench.isOn(a), "its witness can be read")
        bench.readings[DosingBench.ecWitness] = .some(reading)
        bench.scan(dosing)
        #expect(!bench.isOn(a) && bench.cause(a) == .interlock(.probeUnknown))
        bench.scan(DosingBench.dosing(acid))
        #expect(!bench.isOn(acid), "there is no pH at all")
    }

    @Test func `acid and chlorine are never on together, and clear water flows between them`() {
        let bench = DosingBench(.init(exclusions: [ExclusionGuard(ChannelIndex(2), ChannelIndex(3), flush: .liters(300))])).flowing()
        bench.scan(DosingBench.dosing(acid))
        #expect(!bench.isOn(acid) && bench.cause(acid) == .interlock(.incompatible), "nobody knows what lay in the pipe: 200 L so far")
        bench.run(40)
        bench.scan(DosingBench.dosing(acid, chlorine))
        #expect(!bench.isOn(acid) && !bench.isOn(chlorine), "both at once: neither")
        bench.run(5, DosingBench.dosing(acid))
        #expect(bench.isOn(acid))
        bench.run(5, DosingBench.dosing(acid, chlorine))
        #expect(bench.isOn(acid) && !bench.isOn(chlorine))
        bench.run(88, DosingBench.dosing(chlorine)) { #expect(!bench.isOn(chlorine)) }
        bench.run(4, DosingBench.dosing(chlorine))
        #expect(bench.isOn(chlorine))
    }

    @Test func `when A can not dose, B is held with it, and so is the acid`() {
        let bench = DosingBench(.init(tanks: true, balances: [BalanceGuard(ChannelIndex(0), ChannelIndex(1))])).flowing()
        bench.scan(DosingBench.dosing(a, b, acid))
        #expect(bench.isOn(b) && bench.isOn(acid))
        bench.readings[DosingBench.level] = 0
        bench.scan(DosingBench.dosing(a, b, acid))
        #expect(!bench.isOn(b) && bench.cause(b) == .interlock(.partnerHeld) && !bench.isOn(acid))
    }

    @Test func `A and B that gave unequally by their meters stop all; what they gave yesterday does not count`() {
        let bench = DosingBench(.init(meters: true, balances: [BalanceGuard(ChannelIndex(0), ChannelIndex(1), least: .liters(2))])).flowing()
        var counted = 0.0
        bench.run(36, DosingBench.dosing(a, b)) {
            counted += bench.isOn(a) ? 0.0416 : 0
            bench.readings[DosingBench.meterA] = counted
            bench.readings[DosingBench.meterB] = counted * 0.4
        }
        #expect(bench.isOn(a), "3 L and 1,2 L: within 2 L")
        bench.run(3)
        bench.run(5, [:])
        bench.run(60)
        bench.run(36, DosingBench.dosing(a, b)) {
            counted += bench.isOn(a) ? 0.0416 : 0
            bench.readings[DosingBench.meterA] = counted
            bench.readings[DosingBench.meterB] = counted * 0.4
        }
        #expect(bench.isOn(a))
        bench.run(36, DosingBench.dosing(a, b)) {
            counted += bench.isOn(a) ? 0.0416 : 0
            bench.readings[DosingBench.meterA] = counted
            bench.readings[DosingBench.meterB] = counted * 0.4
        }
        #expect(bench.standing == [TripID(.doseUnbalanced, .dosingUnit(DosingBench.unit))], "\(counted) L")
        #expect(!bench.isOn(b) && bench.isOn(DosingBench.pump))
    }

    @Test func `stock that moves through a closed injector stops the line`() {
        let bench = DosingBench(.init(meters: true)).flowing()
        bench.readings[DosingBench.meterA] = 0.19
        bench.run(5)
        #expect(bench.standing == [])
        bench.readings[DosingBench.meterA] = 0.21
        bench.scan(DosingBench.water)
        #expect(bench.standing == [TripID(.injectorLeak, .channel(ChannelIndex(0)))])
        #expect(!bench.isOn(DosingBench.pump) && !bench.isOn(DosingBench.master))
        bench.scan(DosingBench.water, commands: [.resetAll])
        bench.scan(DosingBench.water)
        #expect(bench.isOn(DosingBench.pump))
    }

    @Test(arguments: [1, nil] as [Double?]) func `a tray that is wet, or cannot be read, holds dosing; a wet one until it is reset dry`(tray: Double?) {
        let bench = DosingBench(.init(tray: true)).flowing()
        bench.run(2, dosing)
        bench.readings[DosingBench.tray] = .some(tray)
        bench.scan(dosing)
        #expect(!bench.isOn(a) && bench.isOn(DosingBench.pump))
        bench.scan(dosing, commands: [.resetAll])
        #expect(!bench.isOn(a))
        bench.readings = [:]
        bench.scan(dosing)
        #expect(bench.isOn(a) == (tray == nil))
    }

    @Test func `a pulse is no longer than it may be, and the channel rests before the next`() {
        let bench = DosingBench(.init(longestPulse: .seconds(5))).flowing()
        var longest = 0, onFor = 0, offs = 0
        bench.run(60, dosing) {
            if bench.isOn(a) { onFor += 1 } else { offs += 1 }
            longest = max(longest, onFor)
            if !bench.isOn(a) { onFor = 0 }
        }
        #expect(longest == 10 && offs > 12, "half seconds")
    }
}
