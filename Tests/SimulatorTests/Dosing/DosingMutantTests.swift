import Interlocks
import ProcessImage
import Quantities
@testable import Simulator
import Testing

/// Each guard of dosing, with the accident that happens without it: a mad control doses on while something goes wrong. The
/// interlocks have the guard, and no rule is broken; the guard is taken out of their plan, and the checker of that rule reports.
@Suite("Guards of dosing, and the accidents without them")
struct DosingMutantTests {
    typealias Farm = GuardedFarm
    typealias Guard = GuardedFarm.Guard

    struct Accident: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What is taken out, what stays, and the rule that is broken without it.
        let without: Guard
        let beside: Set<Guard>
        let breaks: Int
        /// Besides water, which is on from the start: s of each 5 s in which a doser is on, and from when.
        let doses: [OutputIndex: Double]
        var from = 30.0
        var faults: [(at: Double, fault: PlantFault)] = []
        var lasts = 180.0
        var washesAt = Double.infinity

        init(_ text: String, without: Guard, beside: Set<Guard> = [.flow], breaks: Int, doses: [OutputIndex: Double] = [Farm.a: 2],
             from: Double = 30, faults: [(at: Double, fault: PlantFault)] = [], lasts: Double = 180, washesAt: Double = .infinity) {
            testDescription = text
            self.without = without
            self.beside = beside
            self.breaks = breaks
            self.doses = doses
            self.from = from
            self.faults = faults
            self.lasts = lasts
            self.washesAt = washesAt
        }
    }

    static let accidents = [
        Accident("the pump dies, and concentrate runs into standing water", without: .flow, beside: [], breaks: 10,
                 faults: [(60, .pumpDead(Farm.pump))]),
        Accident("the well is empty, and concentrate runs into standing water", without: .flow, beside: [], breaks: 10,
                 faults: [(60, .sourceEmpty(SourceIndex(0)))]),
        Accident("stock before the pipes are full of water", without: .preFlush, breaks: 10, from: 0),
        Accident("the flow reads on for ever and the pump is dead", without: .witness, breaks: 10,
                 faults: [(60, .sensorStuck(Farm.flow)), (61, .pumpDead(Farm.pump))]),
        Accident("the pressure is too high for the injectors", without: .pressure, breaks: 9, faults: [(60, .pressureHigh(SourceIndex(0)))]),
        Accident("stock goes down the drain of a backwash", without: .backwash, breaks: 8, washesAt: 60),
        Accident("the tank runs dry, and the pump draws air", without: .tank, breaks: 9, faults: [(60, .dosing(.tankDry(TankIndex(0))))]),
        Accident("acid runs into the tray", without: .tray, breaks: 9, faults: [(60, .dosing(.trayWet(DosingUnitIndex(0))))]),
        Accident("acid beyond what any root bears", without: .cut, breaks: 9, doses: [Farm.acid: 5]),
        Accident("a mix of 8 mS/cm for as long as it lasts", without: .band, breaks: 9, doses: [Farm.a: 5, Farm.b: 5]),
        Accident("one probe fouls, and nobody knows which is right", without: .apart, breaks: 9, doses: [Farm.a: 5],
                 faults: [(60, .dosing(.probe(Farm.ec, .fouled)))]),
        Accident("one probe drifts away", without: .apart, breaks: 9, faults: [(60, .dosing(.probe(Farm.ec, .drifting)))], lasts: 1500),
        Accident("the cables of EC and pH are exchanged", without: .apart, breaks: 9,
                 faults: [(60, .dosing(.probesSwapped(Farm.ec, Farm.ph)))]),
        Accident("a probe is stuck", without: .frozen, breaks: 9, faults: [(60, .sensorStuck(Farm.ec))], lasts: 900),
        Accident("no probe gives a number", without: .needs, breaks: 9,
                 faults: [(60, .dosing(.probe(Farm.ec, .broken))), (60, .dosing(.probe(Farm.ecWitness, .broken)))]),
        Accident("acid and chlorine in one pipe", without: .exclusion, breaks: 8, doses: [Farm.acid: 1, Farm.chlorine: 1]),
        Accident("A is empty, and B goes on alone", without: .balance, beside: [.flow, .tank], breaks: 8, doses: [Farm.a: 2, Farm.b: 2],
                 faults: [(60, .dosing(.tankDry(TankIndex(0))))]),
        Accident("A is blocked, and B goes on alone", without: .balance, beside: [.flow, .leak], breaks: 11, doses: [Farm.a: 2, Farm.b: 2],
                 faults: [(60, .dosing(.injectorBlocked(ChannelIndex(0))))]),
        Accident("an injector drips while it is closed", without: .leak, breaks: 9, doses: [:],
                 faults: [(20, .dosing(.injectorLeaking(ChannelIndex(1))))]),
        Accident("an injector does not close", without: .leak, breaks: 9, doses: [:], faults: [(20, .valveStuckOpen(Farm.b))]),
        Accident("more stock than the water bears", without: .inWater, breaks: 11, doses: [Farm.a: 5]),
        Accident("one zone gets the dose of ten", without: .perRun, breaks: 11, doses: [Farm.a: 5]),
        Accident("an hour's stock in minutes", without: .perHour, breaks: 11, doses: [Farm.a: 5]),
        Accident("a day's stock in minutes", without: .perDay, breaks: 11, doses: [Farm.a: 5]),
        Accident("a zone's second valve is shut, and stock stands behind it", without: .follower, breaks: 10),
        Accident("a valve that is never let go", without: .longestPulse, breaks: 8, doses: [Farm.a: 5]),
    ]

    /// Lets the accident come.
    private func world(_ accident: Accident, isGuarded: Bool) -> World {
        let guards = accident.beside.union([accident.without])
        let period = Duration.milliseconds(accident.lasts > 600 ? 500 : 100)
        let isPaired = accident.without == .follower
        let world = World(Farm(guards, isPaired: isPaired, period: period),
                          believed: Farm(isGuarded ? guards : accident.beside, isPaired: isPaired, period: period)) { now in
            Self.demands(accident, at: (now - .start).seconds)
        }
        var at = 0.0
        for (moment, fault) in accident.faults {
            world.run(for: .milliseconds(Int64((moment - at) * 1000)))
            world.begin(fault)
            at = moment
        }
        world.run(for: .milliseconds(Int64((accident.lasts - at) * 1000)))
        return world
    }

    private static func demands(_ accident: Accident, at seconds: Double) -> [OutputIndex: OutputLevel] {
        var wanted: [OutputIndex: OutputLevel] = [Farm.pump: .on, Farm.master: .on, Farm.valves[0]: .on]
        if seconds >= accident.washesAt { wanted[Farm.flush] = .on }
        guard seconds >= accident.from else { return wanted }
        let moment = seconds.truncatingRemainder(dividingBy: 5)
        for (output, on) in accident.doses where moment < on { wanted[output] = .on }
        return wanted
    }

    @Test(arguments: accidents) func `without its guard the accident happens, with it none`(accident: Accident) {
        let bare = world(accident, isGuarded: false)
        #expect(bare.brokenOfDosing == [accident.breaks], "\(bare.violations.all.first.map { "\($0)" } ?? "nothing was reported")")
        let guarded = world(accident, isGuarded: true)
        #expect(guarded.brokenOfDosing == [], "\(guarded.violations.all.first.map { "\($0)" } ?? "")")
    }

    @Test func `every guard has its accident`() {
        #expect(Set(Self.accidents.map(\.without)) == Set(Guard.allCases))
    }

    @Test func `a person's "disable" is stopped in one scan, and goes on being dosed where the interlocks do not look`() {
        func broken(_ believed: GuardedFarm) -> [Int] {
            let accident = Accident("", without: .flow, breaks: 8)
            let world = World(GuardedFarm([.flow]), believed: believed) { Self.demands(accident, at: ($0 - .start).seconds) }
            world.run(for: .seconds(60))
            world.order(.disableDosing(.dosingUnit(DosingUnitIndex(0))))
            world.run(for: .seconds(20))
            return world.brokenOfDosing
        }
        #expect(broken(GuardedFarm([.flow])) == [] && broken(GuardedFarm(nil)) == [8])
    }

    /// Killed again and again, each life would begin its day anew.
    @Test func `a restart that forgets what was booked gives a day's stock in every life`() {
        func broken(_ sabotage: Sabotage?) -> [Int] {
            let accident = Accident("", without: .perDay, breaks: 11, doses: [Farm.a: 5], from: 0)
            let world = World(GuardedFarm([.flow, .perDay]), sabotage: sabotage) { Self.demands(accident, at: ($0 - .start).seconds) }
            for _ in 0..<8 {
                world.run(for: .seconds(40))
                world.crash()
                world.run(for: .seconds(4))
                world.startProcess()
            }
            return world.brokenOfDosing
        }
        #expect(broken(nil) == [] && broken(.restartForgetsDoses) == [11])
    }

    /// What really lay in the pipe, by the plant: 2 L of concentrate in water that stands, or hardly any.
    @Test func `what stands in the pipe when the pump has died`() {
        func standing(_ guards: Set<Guard>) -> Double {
            let accident = Accident("", without: .flow, breaks: 10)
            let world = World(GuardedFarm(guards)) { Self.demands(accident, at: ($0 - .start).seconds) }
            world.run(for: .seconds(60))
            world.begin(.pumpDead(Farm.pump))
            while world.plant.flow(of: SourceIndex(0)) > .cubicMetersPerHour(0.5) { world.run(for: .milliseconds(100)) }
            let before = world.plant.given(by: ChannelIndex(0))
            world.run(for: .seconds(120))
            return (world.plant.given(by: ChannelIndex(0)) - before).liters
        }
        #expect(standing([]) > 2 && standing([.flow]) == 0)
    }
}
