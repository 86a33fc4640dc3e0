@testable import Control
import ProcessImage
import Quantities
import Testing

/// A doser, a ledger on a disk, and a controller that may die.
private struct Galley {
    static let period = Duration.milliseconds(250)
    let plan: MealPlan
    let planned: Mass
    let rate = MassRate.gramsPerSecond(80)
    /// Scans from a row's order until it is on disk.
    var diskTakes = 3
    /// What the doser really gives, against what it is believed to.
    var truth = 1.0
    var dosesEarly = false
    var forgetsIntent = false

    /// Falls in the second scan after a turn.
    var runsOn = Mass.zero
    /// Scans since the doser turned.
    private(set) var standing = 0

    private(set) var really = Mass.zero
    private(set) var onDisk: BookedMeal
    private(set) var rows: [(row: MealRow, scan: Int)] = []
    private(set) var run: MealRun
    private(set) var scan = 0
    private var wasOn = false
    /// If the controller dies now, the doser goes on until its lease is over.
    var afterDeath: Mass { really + (wasOn ? rate.mass(over: Self.period) * truth : .zero) }

    init(planned: Mass, plan: MealPlan) {
        self.plan = plan
        self.planned = planned
        let id = MealID(cage: CageIndex(0), date: CivilDate(daysSinceEpoch: 20_000), number: 0)
        run = MealRun(id, planned: planned, at: .start)
        onDisk = BookedMeal(meal: id)
        order(.started(id, planned: planned))
    }

    private mutating func order(_ row: MealRow) { rows.append((row, scan)) }

    /// One scan; `share`: what the gates let through.
    mutating func turn(share: Double = 1) {
        scan += 1
        var durable: UInt64 = 0
        for (number, row) in rows.enumerated() where scan - row.scan >= diskTakes { durable = UInt64(number + 1) }
        onDisk = BookedMeal(meal: onDisk.meal)
        for (row, _) in rows.prefix(Int(durable)) {
            if forgetsIntent, case .quantum(let meal, let given, _) = row { onDisk.read(.quantum(meal, given: given, intent: .zero)) } else { onDisk.read(row) }
        }
        let perScan = rate.mass(over: Self.period)
        standing = wasOn ? 0 : standing + 1
        let late = standing == 2 && really > .zero ? runsOn : .zero
        if wasOn { really += perScan * truth }
        really += late
        let step = run.step(gave: (wasOn ? perScan : .zero) + late, perScan: perScan, share: share, mayDose: true, durable: dosesEarly ? .max - 1 : durable, plan,
                            at: Instant(nanoseconds: Int64(scan) * Self.period.nanoseconds))
        if let row = step.row {
            order(row)
            run.booked(as: UInt64(rows.count))
        }
        wasOn = step.dose
        if dosesEarly, run.phase == .booked { run.booked(as: 0) }
    }
}

@Suite struct MealRunTests {
    private func plan(quantum: Double = 0.5, lasts: Duration = .hours(2), pace: MealPace = .usual) -> MealPlan {
        MealPlan([MealRule(.daylight(0), share: 1)], lastsAtMost: lasts, dayAtMost: .kilograms(100), quantum: .kilograms(quantum), pace: pace)
    }

    /// Kills the controller after each of a meal's scans.
    /// - Returns: the worst difference between what is on disk and what was given, either way.
    private func killEverywhere(_ make: () -> Galley, share: (Int) -> Double = { _ in 1 }) -> (over: Mass, under: Mass, most: Mass, scans: Int) {
        var galley = make(), over = Mass.zero, under = Mass.zero
        while galley.run.phase != .ended, galley.scan < 40_000 {
            galley.turn(share: share(galley.scan))
            // Rows on their way to the disk are lost with the process.
            over = max(over, galley.onDisk.given - galley.really)
            under = max(under, galley.afterDeath - galley.onDisk.given)
        }
        return (over, under, galley.really, galley.scan)
    }

    @Test(arguments: [1, 2, 3, 7, 20], [0.2, 0.5, 2.0])
    func `killed at any step of a meal, what is on disk and what was given differ by a quantum at most, and never towards giving more`(disk: Int, quantum: Double) {
        let found = killEverywhere {
            var galley = Galley(planned: .kilograms(6.3), plan: plan(quantum: quantum))
            galley.diskTakes = disk
            return galley
        }
        #expect(found.over <= .kilograms(quantum + 1e-9), "\(found)")
        #expect(found.under <= .kilograms(1e-9), "what was given is on disk before it is given: \(found)")
        #expect(found.most <= .kilograms(6.3 + 1e-9) && found.most > .kilograms(6.3 - 0.021), "\(found)")
    }

    @Test func `so it is when gates open and close, and a meal that got less than its share is short`() {
        var random = Draws(7)
        for _ in 0..<200 {
            let shares: [Double] = (0..<64).map { _ in [0, 0, 0.4, 0.7, 1, 1][Int(random.next() % 6)] }
            let planned = 0.3 + Double(random.next() % 50) / 10, quantum = 0.1 + Double(random.next() % 15) / 10
            let found = killEverywhere({ Galley(planned: .kilograms(planned), plan: plan(quantum: quantum, lasts: .minutes(20))) }, share: { shares[$0 / 40 % 64] })
            #expect(found.over <= .kilograms(quantum + 1e-9) && found.under <= .kilograms(1e-9) && found.most <= .kilograms(planned + 1e-9), "\(found)")
        }
        var galley = Galley(planned: .kilograms(4), plan: plan())
        while galley.run.phase != .ended { galley.turn(share: galley.scan > 40 ? 0.5 : 1) }
        #expect(galley.run.outcome == .short && galley.really <= .kilograms(2 + 1e-9) && galley.really > .kilograms(1.9))
    }

    @Test func `a meal that doses before its row is on disk, and a ledger that forgets what was intended, are caught`() {
        let early = killEverywhere {
            var galley = Galley(planned: .kilograms(6), plan: plan())
            galley.diskTakes = 5
            galley.dosesEarly = true
            return galley
        }
        #expect(early.under > .grams(10))
        let forgetful = killEverywhere {
            var galley = Galley(planned: .kilograms(6), plan: plan())
            galley.forgetsIntent = true
            return galley
        }
        #expect(forgetful.under > .grams(10))
    }

    @Test func `while no row reaches the disk nothing is given, and a gate that shuts stops the doser in the same scan`() {
        var galley = Galley(planned: .kilograms(6), plan: plan())
        galley.diskTakes = .max / 2
        for _ in 0..<500 { galley.turn() }
        #expect(galley.really == .zero)
        var shut = Galley(planned: .kilograms(6), plan: plan())
        for _ in 0..<60 { shut.turn() }
        let before = shut.really
        #expect(before > .zero)
        shut.turn(share: 0)
        for _ in 0..<60 { shut.turn(share: 0) }
        #expect(shut.really - before <= .grams(20.001), "what the last scan had ordered")
    }

    @Test func `what falls from a doser after its last turn is in the book, and after three seconds the meal is over`() {
        var galley = Galley(planned: .kilograms(2), plan: plan(pace: .even))
        galley.runsOn = .grams(7)
        while galley.run.phase != .ended, galley.scan < 10_000 { galley.turn() }
        #expect(galley.run.outcome == .completed)
        #expect(abs((galley.really - galley.run.given).base) < 1e-9, "really \(galley.really), booked \(galley.run.given)")
        #expect(galley.standing == 12, "3 s in scans of 250 ms")
    }

    @Test func `slow at its ends and quick in its middle`() {
        func seconds(_ pace: MealPace) -> Double {
            var galley = Galley(planned: .kilograms(10), plan: plan(pace: pace))
            while galley.run.phase != .ended { galley.turn() }
            return Double(galley.scan) * Galley.period.seconds
        }
        let even = seconds(.even), usual = seconds(.usual)
        #expect(usual > even * 1.3 && usual < even * 1.5, "\(even) s, \(usual) s")
    }
}

@Suite struct MealBookTests {
    private let cage = CageIndex(0)
    /// 2026-06-01 00:00 in Shandong.
    private let midnight: Int64 = 1_780_243_200

    private func plan(rest: Duration = .hours(2)) -> MealPlan {
        MealPlan([MealRule(.daylight(0), share: 2), MealRule(.clock(TimeOfDay(hour: 12, minute: 0) ?? .midnight), share: 1), MealRule(.daylight(1), share: 1)],
                 rest: rest, dayAtMost: .kilograms(60), quantum: .kilograms(1))
    }

    private func book(_ booked: [BookedMeal] = [], slack: [Int64] = [], rest: Duration = .hours(2)) -> MealBook {
        MealBook([plan(rest: rest)], clock: MealClock(clock: .shanghai, sun: .shouguang, slack: slack), restoring: booked)
    }

    @Test func `after a ledger was lost what was due before counts as given, and the next meal and the next day are as always`() {
        var book = MealBook([plan()], clock: MealClock(clock: .shanghai, sun: .shouguang, slack: []), restoring: [], isComplete: false)
        // The morning's meal was due at 5:33 and may wait an hour.
        #expect(book.due(cage, wall(6), at: Instant(nanoseconds: 0)) == .none)
        #expect(book.left(of: cage, wall(6)) == .kilograms(30), "half of the day's limit is the morning's")
        #expect(book.due(cage, wall(12), at: Instant(nanoseconds: 0)) == .due(1))
        #expect(book.left(of: cage, wall(6, day: 1)) == .kilograms(60))
        #expect(book.due(cage, wall(6, day: 1), at: Instant(nanoseconds: 0)) == .due(0))
    }

    private func wall(_ hour: Double, day: Int = 0, _ trust: ClockTrust = .synced) -> WallTime {
        WallTime(unixSeconds: midnight + Int64(day) * 86_400 + Int64(hour * 3600), trust: trust)
    }

    @Test func `meals come 45 min after sunrise, at noon, and an hour before sunset, each once a day`() {
        var book = book(), begun: [(Int, Double)] = []
        for minute in 0..<(24 * 60) {
            let hour = Double(minute) / 60
            if case .due(let meal) = book.due(cage, wall(hour), at: Instant(nanoseconds: Int64(minute) * 60_000_000_000)) {
                begun.append((meal, hour))
                let id = book.decide(meal, of: cage)
                book.end(id, given: .kilograms(5), at: Instant(nanoseconds: Int64(minute) * 60_000_000_000))
            }
        }
        #expect(begun.map(\.0) == [0, 1, 2])
        // The sun rises there at 4:48 and sets at 19:20 on that day.
        #expect(abs(begun[0].1 - 5.55) < 0.1 && begun[1].1 == 12 && abs(begun[2].1 - 18.35) < 0.1, "\(begun)")
        #expect(book.given(today: cage) == .kilograms(15) && book.left(of: cage) == .kilograms(45))
        #expect(book.due(cage, wall(0.5, day: 1), at: Instant(nanoseconds: 1)) == .none && book.given(today: cage) == .zero)
    }

    @Test func `however the clock is set, no meal comes twice, and one that waited too long is missed`() {
        var random = Draws(11)
        var book = book(rest: .zero), begun: [MealID: Int] = [:]
        for step in 0..<20_000 {
            let jump = Double(random.next() % 4800) / 100 - 12
            let hour = random.next() % 3 == 0 ? jump : Double(step % 2400) / 100
            let trust: ClockTrust = random.next() % 10 == 0 ? .unset : .synced
            switch book.due(cage, wall(hour, day: step / 2400, trust), at: Instant(nanoseconds: Int64(step) * 1_000_000_000)) {
            case .due(let meal), .missed(let meal): begun[book.decide(meal, of: cage), default: 0] += 1
            case .none: break
            }
        }
        #expect(begun.values.allSatisfy { $0 == 1 } && begun.count >= 9, "\(begun.count)")
    }

    @Test func `a restart knows what was begun and counts what was about to be given`() {
        let date = LocalClock.shanghai.local(unixSeconds: midnight).date
        var open = BookedMeal(meal: MealID(cage: cage, date: date, number: 0))
        open.read(.started(open.meal, planned: .kilograms(20)))
        open.read(.quantum(open.meal, given: .kilograms(7), intent: .kilograms(1)))
        let hand = BookedMeal(meal: MealID(cage: cage, date: date, number: MealID.byHand), given: .kilograms(2), outcome: .completed)
        var book = book([open, hand])
        #expect(book.due(cage, wall(5.6), at: .start) == .none, "the first meal is not begun again")
        #expect(book.given(today: cage) == .kilograms(10))
        #expect(book.decideByHand(cage, wall(6))?.number == MealID.byHand + 1)
        #expect(book.due(cage, wall(13.5), at: .start) == .missed(1))
    }

    @Test func `without a trusted clock no meal is due, by plan or by hand`() {
        var book = book()
        #expect(book.due(cage, wall(12, .unset), at: .start) == .none && book.decideByHand(cage, wall(12, .unset)) == nil)
    }

    @Test func `slack water within its waiting time draws a meal to it`() {
        let plan = MealPlan([MealRule(.clock(TimeOfDay(hour: 8, minute: 0) ?? .midnight), share: 1)], waitAtMost: .hours(2), seeksSlack: true,
                            dayAtMost: .kilograms(60), quantum: .kilograms(1))
        let slack = [2.0, 9.25, 15.5].map { midnight + Int64($0 * 3600) }
        let date = LocalClock.shanghai.local(unixSeconds: midnight).date
        func due(_ slack: [Int64]) -> Double? {
            MealClock(clock: .shanghai, sun: .shouguang, slack: slack).due(0, of: plan, on: date).map { Double($0 - midnight) / 3600 }
        }
        #expect(due(slack) == 9.25 && due([]) == 8 && due([slack[0], slack[2]]) == 8)
    }

    @Test func `appetite fades, and has its bounds`() {
        var appetite = Appetite()
        let day = CivilDate(daysSinceEpoch: 20_000)
        appetite.set(AppetiteOrder(extra: 0.5, on: day))
        #expect(appetite.factor(on: day) == 1.2)
        #expect(abs(appetite.factor(on: day.adding(days: 1)) - 1.14) < 1e-12 && appetite.factor(on: day.adding(days: 30)) < 1.0001)
        appetite.set(AppetiteOrder(extra: -0.9, on: day))
        #expect(appetite.factor(on: day) == 0.5 && appetite.factor(on: day.adding(days: -5)) == 0.5)
        appetite.set(AppetiteOrder(extra: .nan, on: day))
        #expect(appetite.factor(on: day) == 0.5)
    }

    @Test func `a meal may go by the sun, and is left out on a day without it`() {
        let date = CivilDate(daysSinceEpoch: 20_600)
        let plan = MealPlan([MealRule(.sun(.sunrise, offset: .hours(1)), share: 1), MealRule(.sun(.sunset, offset: .zero - .hours(2)), share: 1)],
                            dayAtMost: .kilograms(10), quantum: .kilograms(0.5))
        let here = MealClock(clock: .shanghai, sun: .shouguang, slack: [])
        let rise = SunClock.shouguang.unixSeconds(of: .sunrise, on: date), set = SunClock.shouguang.unixSeconds(of: .sunset, on: date)
        #expect(here.due(0, of: plan, on: date) == rise.map { $0 + 3600 } && rise != nil)
        #expect(here.due(1, of: plan, on: date) == set.map { $0 - 7200 })
        let pole = MealClock(clock: .shanghai, sun: SunClock(latitude: .degrees(85), longitude: .degrees(120)), slack: [])
        #expect(pole.due(0, of: plan, on: CivilDate(daysSinceEpoch: 20_633)) == nil)
    }

    @Test func `the next meal is the first that was neither begun nor missed`() {
        let plan = MealPlan([MealRule(.clock(TimeOfDay(hour: 16, minute: 0)!), share: 1), MealRule(.clock(TimeOfDay(hour: 7, minute: 0)!), share: 1)],
                            dayAtMost: .kilograms(10), quantum: .kilograms(0.5))
        var book = MealBook([plan], clock: MealClock(clock: .shanghai, sun: .shouguang, slack: []), restoring: [])
        let cage = CageIndex(0), noon = WallTime(unixSeconds: 1_780_286_400, trust: .synced)
        #expect(book.nextToday(cage, WallTime(unixSeconds: 1_780_286_400, trust: .unset)) == nil)
        #expect(book.nextToday(cage, noon) == 1)
        _ = book.decide(1, of: cage)
        #expect(book.nextToday(cage, noon) == 0)
        _ = book.decide(0, of: cage)
        #expect(book.nextToday(cage, noon) == nil)
    }
}
