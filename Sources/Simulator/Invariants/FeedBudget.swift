import Control
import ProcessImage
import Quantities
import Scan

/// 11. What falls from a hopper was booked on the disk before it fell; no meal is more than it was to be, and no day more than it
/// may have.
struct FeedBudget: Invariant {
    let number = 11
    let rule = "what is given was booked before, and no meal or day is more than it may be"

    private struct Line {
        /// kg that fell while no meal was under way: the doser's own doing.
        var strays = 0.0
        var dosed = 0.0
        /// Its doser was wrong, or its scale: what fell, nobody could know.
        var isUnknowable = false
        var isReported = false
    }

    private var meals: [MealID: BookedMeal] = [:]
    private var open: Set<MealID> = []
    private var lines: [Line]
    private var life = 0

    init(_ plan: ScanPlan) { lines = plan.control.feeding.lines.map { _ in Line() } }

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        for row in evidence.durableRows { note(row, evidence, &violations) }
        if evidence.life != life { (open, life) = ([], evidence.life) }
        for record in evidence.records {
            guard case .ledger(.feedMeal(let row), _) = record.body else { continue }
            if case .ended = row { open.remove(row.meal) } else { open.insert(row.meal) }
        }
        for line in lines.indices { lookAt(line, evidence, &violations) }
    }

    private mutating func note(_ row: LedgerEntry, _ evidence: Evidence, _ violations: inout ViolationLog) {
        guard case .feedMeal(let row) = row else { return }
        var meal = meals[row.meal] ?? BookedMeal(meal: row.meal)
        meal.read(row)
        meals[row.meal] = meal
        guard case .quantum = row, let feed = evidence.plan.control.feeding.cages[row.meal.cage.offset].feed else { return }
        if meal.given > meal.planned + .grams(1) {
            violations.report(number, evidence, "meal \(row.meal) is booked beyond what was planned")
        }
        let day = meals.values.reduce(0) { $0 + ($1.meal.cage == row.meal.cage && $1.meal.date == row.meal.date ? $1.booked : 0) }
        guard day > feed.meals.dayAtMost.kilograms + 1e-3 else { return }
        violations.report(number, evidence, "cage \(row.meal.cage.offset) is to get \(day) kg in a day")
    }

    private mutating func lookAt(_ line: Int, _ evidence: Evidence, _ violations: inout ViolationLog) {
        let wiring = evidence.plan.control.feeding.lines[line], truth = evidence.lines[line]
        let fell = truth.dosed - lines[line].dosed
        lines[line].dosed = truth.dosed
        let isUnderWay = open.contains { isFed($0, from: line, evidence) }
        let scaleLies = wiring.scale.map { evidence.isLying[$0.index.offset] } ?? truth.isDoserWrong
        lines[line].isUnknowable = lines[line].isUnknowable || scaleLies
        if !isUnderWay, truth.isDoserWrong { lines[line].strays += fell }
        guard !lines[line].isUnknowable, fell > 0 else { return }
        let booked = meals.values.reduce(0) { $0 + (isFed($1.meal, from: line, evidence) ? $1.booked : 0) }
        // What runs on after a quantum is booked with the next. The simulated guard looks once a scan: a lease ends so much late.
        let late = wiring.scale == nil ? evidence.plan.period + .milliseconds(1) : .seconds(12)
        let slack = wiring.rate.mass(over: late).kilograms
        let isOver = truth.dosed > booked + lines[line].strays + slack
        if isOver, !lines[line].isReported {
            violations.report(number, evidence, "line \(line) has given \(truth.dosed) kg where \(booked) kg were booked")
        }
        lines[line].isReported = isOver
    }

    private func isFed(_ meal: MealID, from line: Int, _ evidence: Evidence) -> Bool {
        evidence.plan.control.feeding.cages[meal.cage.offset].feed?.line.offset == line
    }
}

extension BookedMeal {
    /// kg; more than was planned cannot be meant.
    fileprivate var booked: Double { min(given, planned).kilograms }
}
