import Journal
import Language
import ProcessImage
import Quantities

/// The day's sheet of net cages: what was fed, what was booked, how the water was, what people noted.
extension Context {
    /// Asks the records; waits for the disk.
    /// - Parameters:
    ///   - cage: `nil`: every cage.
    ///   - days: of which today is the last.
    func sheet(of cage: CageIndex?, last days: Int64) throws -> SheetReply {
        let wall = journal.live.snapshot().wall
        let today = tables.clock.local(unixSeconds: wall.unixSeconds).date
        let cages = cage.map { [$0] } ?? tables.cages.indices.map { CageIndex($0) }
        let notes = try journal.audit(limit: 5_000).filter { $0.text.hasPrefix("note ") }
        return SheetReply(days: try (0..<days).flatMap { back in
            try cages.map { try day(today.adding(days: -Int(back)), $0, notes) }
        })
    }

    private func day(_ date: CivilDate, _ cage: CageIndex, _ notes: [AuditRow]) throws -> SheetReply.Day {
        let tag = tables.tag(of: .cage(cage)), clock = tables.clock
        let from = clock.unixSeconds(date: date, time: .midnight)
        let to = clock.unixSeconds(date: date.adding(days: 1), time: .midnight)
        let meals = try journal.meals(cage: tag, from: date, to: date)
        let bookings = try journal.stockBook(cage: tag, from: from, to: to)
        return .init(
            date: date.text, cage: tables.label(of: .cage(cage)), fedKg: meals.reduce(0) { $0 + $1.given.kilograms },
            plannedKg: meals.reduce(0) { $0 + $1.planned.kilograms },
            dead: bookings.reduce(0) { $0 + ($1.kind == .died ? $1.count : 0) }, meals: meals.map { meal($0) },
            bookings: bookings.map {
                .init(at: WireTime($0.at, clock), kind: $0.kind.rawValue, count: $0.count, meanG: $0.mean.map { $0.kilograms * 1000 })
            }, water: try feeding.cages[cage.offset].probes.compactMap { try range(of: $0.point, from, to) },
            notes: notes.filter { $0.text.hasPrefix("note \(tag): ") && (from..<to).contains($0.noted.unixSeconds) }.reversed().map {
                .init(at: time($0.noted), text: String($0.text.dropFirst("note \(tag): ".count)), author: $0.author)
            })
    }

    private func meal(_ meal: MealEntry) -> SheetReply.Meal {
        .init(number: meal.number, at: WireTime(meal.at, tables.clock), plannedKg: meal.planned.kilograms, givenKg: meal.given.kilograms,
              outcome: meal.outcome.map { "\($0)" })
    }

    /// `nil`: nothing was measured on that day.
    private func range(of point: PointIndex, _ from: Int64, _ to: Int64) throws -> SheetReply.Range? {
        let definition = tables.points[point.offset]
        let history = try? journal.history(tag: definition.tag, from: from, to: to, resolution: .hour)
        guard case .rollups(let rows)? = history?.rows else { return nil }
        let good = rows.filter { $0.goodShare > 0 && $0.mean.isFinite }
        let weight = good.reduce(0) { $0 + $1.goodShare }
        guard weight > 0, let least = good.map(\.min).min(), let most = good.map(\.max).max() else { return nil }
        return .init(point: tables.label(of: .point(point)), unit: definition.unit.symbol, decimals: definition.decimals, least: least,
                     mean: good.reduce(0) { $0 + $1.mean * $1.goodShare } / weight, most: most)
    }
}

extension AuditRow {
    /// When the scan took it, by the scan's own clock.
    fileprivate var noted: WallTime { done ?? given }
}
