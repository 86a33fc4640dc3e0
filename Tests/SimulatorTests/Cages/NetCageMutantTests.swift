import ProcessImage
import Quantities
@testable import Simulator
import Testing

/// Each rule of feeding and air with the accident that happens without what holds it: something goes wrong, and what the code under test
/// is told of the farm lacks a part, or what stands around it is sabotaged. Told all, no rule is broken; without, the checker reports.
@Suite("What holds net cages, and the accidents without it") struct NetCageMutantTests {
    typealias Farm = NetCageFarm

    /// What a story does to a world that has run until its first meal is in the pipe, or until nightfall.
    struct Accident: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var without: Set<Farm.Part> = []
        var sabotage: Sabotage?
        let breaks: Int
        var isNight = false
        let story: @Sendable (World) -> Void
    }

    private static func fault(_ fault: FeedingFault, for time: Duration) -> @Sendable (World) -> Void {
        { world in
            world.begin(.feeding(fault))
            world.run(for: time)
        }
    }

    private static func kill(_ world: World) {
        world.crash()
        world.run(for: .seconds(5))
        world.startProcess()
        world.run(for: .minutes(20))
    }

    static let accidents = [
        Accident(testDescription: "fish are fed in water without oxygen", without: [.oxygenGate], breaks: 8) { world in
            world.begin(.feeding(.sensor(Farm.Point.do0b.index, .broken)))
            world.run(for: .minutes(1))
        },
        Accident(testDescription: "the aerators sleep through a night without oxygen", without: [.air], breaks: 16, isNight: true,
                 story: fault(.stagnant, for: .hours(4))),
        Accident(testDescription: "the probe is silent, and the aerators are off", without: [.siren], breaks: 16) { world in
            world.begin(.deviceSilent(DeviceIndex(0)))
            world.run(for: .minutes(20))
        },
        Accident(testDescription: "a valve of pure oxygen stays open where there is too much", without: [.oxygenLimit], breaks: 16) { world in
            world.begin(.feeding(.netFouled(CageIndex(0))))
            world.begin(.feeding(.sensor(Farm.Point.do0b.index, .fouled)))
            world.begin(.sensorCut(Farm.Point.do0b.index))
            world.run(for: .minutes(10))
            world.end(.sensorCut(Farm.Point.do0b.index))
            world.run(for: .minutes(30))
        },
        Accident(testDescription: "a day of four times its feed", without: [.dayLimit], breaks: 11) { world in
            for _ in 0..<4 {
                world.run(for: .minutes(6))
                world.order(.feed(CageIndex(4), .kilograms(5)))
            }
            world.run(for: .minutes(6))
        },
        Accident(testDescription: "the blower stops with feed in the pipe", without: [.purge], breaks: 10) { $0.run(for: .minutes(20)) },
        Accident(testDescription: "divers are in the cage, and it is fed", without: [.lock], breaks: 9) { world in
            world.order(.lockCage(CageIndex(0)))
            world.run(for: .minutes(3))
        },
        Accident(testDescription: "a meal is given again after a restart", sabotage: .restartForgetsMeals, breaks: 17, story: kill),
        Accident(testDescription: "what is in the pipe is forgotten by a restart", sabotage: .restartForgetsPipes, breaks: 8, story: kill),
        Accident(testDescription: "a lock is forgotten by a restart", sabotage: .restartForgetsLocks, breaks: 9) { world in
            world.order(.lockCage(CageIndex(0)))
            world.run(for: .seconds(10))
            kill(world)
        },
        Accident(testDescription: "feed falls that is not on the disk", sabotage: .ledgerClaimsTooMuch, breaks: 11) { world in
            world.slowLedger(to: .seconds(15))
            world.run(for: .minutes(10))
        },
    ]

    private func world(_ accident: Accident, isWhole: Bool) -> World {
        let world = World(Farm(), believed: isWhole ? nil : Farm(without: accident.without), from: accident.isNight ? 19 : 5, sabotage: isWhole ? nil : accident.sabotage)
        world.run(for: .minutes(20))
        if !accident.isNight { while world.evidence.lines[0].inPipe < 0.4, world.scans < 6000 { world.step() } }
        accident.story(world)
        return world
    }

    @Test(arguments: accidents) func `without what holds it the accident happens, with it none`(accident: Accident) {
        let bare = world(accident, isWhole: false)
        #expect(bare.violations.broken.contains(accident.breaks), "\(bare.violations.all.first.map { "\($0)" } ?? "nothing was reported")")
        let whole = world(accident, isWhole: true)
        #expect(whole.violations.broken == [], "\(whole.violations.all.first.map { "\($0)" } ?? "")")
    }

    // MARK: The interlocks alone

    /// A control that has lost its mind; the interlocks are told of the farm without a part.
    private func mad(without: Set<Farm.Part>, for seconds: Int64, wants: @escaping MadControl.Wants) -> [Int] {
        let world = World(plan: Farm().plan, believed: Farm(without: without).plan, layout: nil, seed: 1, startUnix: Farm.startUnix, faults: .none,
                          commandsEvery: nil, isProven: true, sabotage: nil) { MadControl($0, wants) }
        world.run(for: .seconds(seconds))
        return world.violations.broken.filter { $0 == 8 }
    }

    @Test func `a mad control doses without air where the interlocks do not look, and cannot where they do`() {
        let wants: MadControl.Wants = { _ in [Farm.Output.doserB.index: .on, Farm.Output.air0.index: .on] }
        #expect(mad(without: [.airGuard], for: 30, wants: wants) == [8])
        let broken = World(plan: Farm().plan, believed: nil, layout: nil, seed: 1, startUnix: Farm.startUnix, faults: .none, commandsEvery: nil,
                           isProven: true, sabotage: nil) { MadControl($0, wants) }
        broken.run(for: .seconds(30))
        #expect(broken.evidence.lines[1].dosed == 0)
    }

    @Test func `a mad control turns the barrel under air where the interlocks do not look, and cannot where they do`() {
        let wants: MadControl.Wants = { _ in [Farm.Output.blowerA.index: .on, Farm.Output.barrel.index: .on] }
        #expect(mad(without: [.selectorGuard], for: 30, wants: wants) == [8])
        #expect(mad(without: [], for: 30, wants: wants) == [])
    }
}
