import Control
import ProcessImage
import Quantities
import Scan

/// 17. A meal begins at most once ever, within its time, and by a clock that is trusted.
struct MealsOnce: Invariant {
    let number = 17
    let rule = "a meal is given once, in its time, by a trusted clock"
    private var durably: Set<MealID> = []
    private var begun: Set<MealID> = []
    private var life = 0

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        for row in evidence.durableRows {
            if case .feedMeal(let row) = row { durably.insert(row.meal) }
        }
        if evidence.life != life { (begun, life) = (durably, evidence.life) }
        for record in evidence.records {
            guard case .ledger(.feedMeal(.started(let meal, _)), _) = record.body else { continue }
            if !begun.insert(meal).inserted { violations.report(number, evidence, "meal \(meal) begins again") }
            if !evidence.wall.isTrusted { violations.report(number, evidence, "meal \(meal) begins by a clock that is not trusted") }
            if !meal.isByHand, !isInTime(meal, evidence) { violations.report(number, evidence, "meal \(meal) begins out of its time") }
        }
    }

    private func isInTime(_ meal: MealID, _ evidence: Evidence) -> Bool {
        let clock = evidence.plan.tables.clock
        guard let plan = evidence.plan.control.feeding.cages[meal.cage.offset].feed?.meals, Int(meal.number) < plan.count,
              case .clock(let time) = plan[Int(meal.number)].time else { return true }
        let late = evidence.wall.unixSeconds - clock.unixSeconds(date: meal.date, time: time)
        return late >= 0 && late <= Int64(plan.waitAtMost.seconds)
    }
}
