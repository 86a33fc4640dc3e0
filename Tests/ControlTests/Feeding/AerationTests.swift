@testable import Control
import ProcessImage
import Quantities
import Testing

/// A cage with probes, three aerators and an oxygen valve.
private final class Deck {
    var image: InputImage
    var senses: CageSenses
    var air: Aeration
    var seconds = 0
    /// mg/L, mg/L, °C, A; `nil` is silent.
    var shown: [Double?] = [8, 8, 20, 5]
    /// What the field does with stage 1.
    var mainIsDead = false
    var wall = ClockTrust.synced
    private var taken: [Double?] = [nil, nil, nil, nil]

    static let names = [("do-a", "mg/L"), ("do-b", "mg/L"), ("t", "degC"), ("amps", "A")]

    private let stages: Int

    init(_ plan: AerationPlan, oxygenValve: Bool = false, probesAreFresh: Bool = false) {
        stages = oxygenValve ? 3 : 2
        let points = Self.names.map { PointDefinition(label: Label(tag: $0), unit: Unit(symbol: $1) ?? Unit.all[0], uncertainAfter: .hours(1), badAfter: .hours(2)) }
        let outputs = ["AE-1", "AE-2", "O2"].map { OutputDefinition(label: Label(tag: $0), kind: $0 == "O2" ? .valve : .aerator, safe: $0 == "O2" ? .off : .on, maximumOn: .hours(12)) }
        let tables = SiteTables(site: Label(tag: "deck"), clock: .shanghai, points: points, outputs: outputs)
        image = InputImage(tables: tables)
        func gauge(_ number: Int) -> GaugePoint { tables.gauge(PointIndex(number)) ?? { preconditionFailure("a gauge") }() }
        let cage = CageIndex(0)
        senses = CageSenses([SeaProbePlan(cage: cage, .oxygen, gauge(0), low: 0, high: 25, leap: 30, isFreshwater: probesAreFresh),
                             SeaProbePlan(cage: cage, .oxygen, gauge(1), low: 0, high: 25, leap: 30, isFreshwater: probesAreFresh),
                             SeaProbePlan(cage: cage, .temperature, gauge(2), low: -2, high: 40, leap: 30)], cages: 1, salinities: [plan.salinity?.psu])
        var stages = [AerationStage(cage: cage, output: OutputIndex(0), on: .milligramsPerLiter(5), off: .milligramsPerLiter(6), proof: gauge(3), proofLeast: 2),
                      AerationStage(cage: cage, output: OutputIndex(1), on: .milligramsPerLiter(4), off: .milligramsPerLiter(5))]
        if oxygenValve { stages.append(AerationStage(cage: cage, output: OutputIndex(2), isPureOxygen: true, on: .milligramsPerLiter(4), off: .milligramsPerLiter(9))) }
        air = Aeration([plan], stages: stages, clock: .shanghai)
    }

    func isOn(_ stage: Int) -> Bool { air.isOn(AerationStageIndex(stage)) }
    var status: OxygenStatus { air.status(of: CageIndex(0)) }

    /// At 10:00 local time and on.
    func run(_ time: Int) {
        for _ in 0..<time {
            seconds += 1
            let now = Instant(nanoseconds: Int64(seconds) * 1_000_000_000)
            image.begin(now: now, wall: WallTime(unixSeconds: 1_780_279_200 + Int64(seconds), trust: wall))
            for (number, value) in shown.enumerated() {
                guard let value else { image.latch(.bad(.noAnswer, at: now), at: PointIndex(number)); continue }
                // A live probe's last digit moves.
                image.latch(.good(value + (seconds % 2 == 0 ? 0.001 : 0), at: now), at: PointIndex(number))
            }
            if mainIsDead || !isOn(0) { image.latch(.good(0, at: now), at: PointIndex(3)) }
            for output in 0..<stages {
                let level: OutputLevel = isOn(output) ? .on : .off
                let was = image.verdict(of: OutputIndex(output))
                if was.level != level { image.latch(Verdict(level: level, since: now), of: OutputIndex(output)) }
                image.latch(OutputFeedback(level: level, at: now), of: OutputIndex(output))
            }
            senses.look(image)
            air.step(image, senses)
        }
    }
}

@Suite struct AerationTests {
    private func plan(night: NightGuard? = nil) -> AerationPlan {
        AerationPlan(emergency: .milligramsPerLiter(3), escalateAfter: .minutes(10), siren: OutputIndex(2), sirenAfter: .seconds(60),
                     blindSirenAfter: .minutes(5), night: night, afterMeal: .minutes(30), salinity: .psu(31))
    }

    @Test func `stages come on below their limits and go off above them, no sooner than they may`() {
        let deck = Deck(plan())
        deck.run(660)
        #expect(!deck.isOn(0) && !deck.isOn(1), "both begin on, and go off when enough is known")
        deck.shown[0] = 4.9
        deck.run(2)
        #expect(deck.isOn(0) && !deck.isOn(1) && deck.status.isLow, "the worst probe counts")
        deck.shown[0] = 7
        deck.run(590)
        #expect(deck.isOn(0), "for 10 min at least")
        deck.run(20)
        #expect(!deck.isOn(0))
        deck.shown[0] = 4.9
        deck.run(2)
        #expect(deck.isOn(0), "no rest delays a start for low oxygen")
        deck.shown[0] = 5.5
        deck.run(1200)
        #expect(deck.isOn(0), "between its limits it stays as it is")
    }

    @Test(arguments: [nil, .nan, -1, 60] as [Double?])
    func `a probe that is silent or shows what no water has leaves the aerators on and the oxygen valve shut`(value: Double?) {
        let deck = Deck(plan(), oxygenValve: true)
        deck.run(700)
        #expect(!deck.isOn(0) && !deck.isOn(1))
        deck.shown[0] = value
        deck.run(2)
        #expect(deck.isOn(0) && deck.isOn(1) && deck.status.isBlind)
        deck.shown[1] = value
        deck.run(2)
        #expect(deck.isOn(0) && deck.isOn(1) && !deck.isOn(2))
        #expect(!deck.status.siren)
        deck.run(300)
        #expect(deck.status.siren, "and after 5 min it is heard")
    }

    @Test func `a frozen probe is found, and the aerators are on`() {
        let deck = Deck(plan())
        deck.run(700)
        // Readings that are the same to the last digit for six hours.
        for _ in 0..<(6 * 60 + 2) {
            deck.seconds += 59
            deck.image.begin(now: Instant(nanoseconds: Int64(deck.seconds) * 1_000_000_000), wall: WallTime(unixSeconds: 1_780_279_200, trust: .synced))
            for (number, value) in [8.0, 8.0, 20.0].enumerated() { deck.image.latch(.good(value, at: deck.image.now), at: PointIndex(number)) }
            deck.senses.look(deck.image)
            deck.air.step(deck.image, deck.senses)
            deck.seconds += 1
        }
        #expect(deck.isOn(0) && deck.isOn(1) && deck.status.isBlind)
    }

    @Test func `on a low-oxygen night with the main aerator dead the next stage comes within its proof, and the siren a minute later`() {
        let deck = Deck(plan())
        deck.run(700)
        deck.mainIsDead = true
        deck.shown[0] = 4.8
        deck.run(14)
        #expect(deck.isOn(0) && !deck.isOn(1))
        deck.run(4)
        #expect(deck.isOn(1) && deck.status.isUnproven, "proof is due within 15 s")
        #expect(!deck.status.siren)
        deck.run(61)
        #expect(deck.status.siren)
        deck.air.silence(CageIndex(0), at: deck.image.now)
        deck.run(5)
        #expect(!deck.status.siren)
        deck.run(15 * 60)
        #expect(deck.status.siren, "silence ends by itself")
    }

    @Test func `oxygen that stays low calls the next stage after its time, and an emergency all of them at once`() {
        let deck = Deck(plan())
        deck.run(700)
        deck.shown[0] = 4.8
        deck.run(590)
        #expect(deck.isOn(0) && !deck.isOn(1))
        deck.run(20)
        #expect(deck.isOn(1), "though its own limit is 4")
        let dire = Deck(plan())
        dire.run(700)
        dire.shown[1] = 2.9
        dire.run(1)
        #expect(dire.isOn(0) && dire.isOn(1) && dire.status.isEmergency)
        dire.run(62)
        #expect(dire.status.siren)
    }

    @Test func `a siren that sounds for want of a reading goes on when the reading is dire`() {
        let deck = Deck(plan())
        deck.run(700)
        deck.shown[0] = nil
        deck.run(302)
        #expect(deck.status.siren && deck.status.isBlind)
        deck.shown[0] = 2
        for _ in 0..<120 {
            deck.run(1)
            #expect(deck.status.siren)
        }
        deck.shown[0] = 8
        deck.run(900)
        #expect(!deck.status.siren && !deck.status.isBlind)
    }

    @Test func `the night guard needs no probe's word, and holds while the clock is not trusted`() throws {
        func hour(_ hour: Int) throws -> TimeOfDay { try #require(TimeOfDay(hour: hour, minute: 0)) }
        let night = NightGuard(from: .midnight, to: try hour(6)), over = NightGuard(from: try hour(22), to: try hour(5))
        let (six, noon, eleven) = (try hour(6), try hour(12), try hour(23))
        #expect(night.includes(.midnight) && !night.includes(six))
        #expect(over.includes(eleven) && over.includes(.midnight) && !over.includes(noon))
        let deck = Deck(plan(night: night))
        deck.run(700)
        #expect(!deck.isOn(0))
        deck.wall = .unset
        deck.run(400)
        #expect(deck.isOn(0) && !deck.isOn(1))
    }

    @Test func `after a meal the first stage is on for its time`() {
        let deck = Deck(plan())
        deck.run(1000)
        #expect(!deck.isOn(0))
        deck.air.noteMeal(in: CageIndex(0), at: deck.image.now)
        deck.run(2)
        #expect(deck.isOn(0) && !deck.isOn(1))
        deck.run(30 * 60 + 2)
        #expect(!deck.isOn(0))
    }

    @Test func `pure oxygen is shut at once when any probe says that the water has its fill`() {
        let deck = Deck(plan(), oxygenValve: true)
        deck.shown[0] = 3.9
        deck.run(2)
        #expect(deck.isOn(2))
        // 120 % at 20 °C and 31 psu is 9.08 mg/L; the valve's own limit is 9.
        deck.shown[1] = 9.2
        deck.run(1)
        #expect(!deck.isOn(2) && deck.isOn(0) && deck.status.isFull, "aeration stays")
    }

    @Test func `a probe left at salinity 0 is corrected once, and not believed without temperature`() {
        let deck = Deck(plan(), probesAreFresh: true)
        // 5.5 mg/L shown is 4.58 in water of 31 psu at 20 °C: below 5.
        deck.shown[0] = 5.5
        deck.run(2)
        #expect(deck.isOn(0) && deck.status.isLow && abs(deck.status.worst - 4.58) < 0.01, "\(deck.status.worst)")
        deck.shown[0] = 8
        deck.run(700)
        #expect(!deck.isOn(0))
        deck.shown[2] = nil
        deck.run(2)
        #expect(deck.isOn(0) && deck.status.isBlind)
    }
}
