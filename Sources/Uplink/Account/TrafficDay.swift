import Quantities

/// Bytes of one local day, by what they were for. Links count from when they were made; a day takes what has come since it was told last.
struct TrafficDay {
    private(set) var date: CivilDate
    private(set) var bytes: [String: Int] = [:]
    /// What of a link's counts is in here, or in days before.
    private var counted: [String: [String: Int]] = [:]

    init(_ date: CivilDate) { self.date = date }

    /// - Parameter totals: of a link since it was made. One that goes back for a moment counts when it is beyond where it was.
    mutating func add(_ totals: [String: Int], of link: String, on date: CivilDate) {
        turn(to: date)
        for (use, total) in totals {
            let before = counted[link]?[use] ?? 0
            guard total > before else { continue }
            bytes[use, default: 0] += total - before
            counted[link, default: [:]][use] = total
        }
    }

    /// A link of that name counts anew.
    mutating func beginLink(_ link: String) { counted[link] = nil }

    /// What an earlier life counted of the same day.
    mutating func add(earlier: [String: Int]) { bytes.merge(earlier) { $0 + $1 } }

    mutating func turn(to date: CivilDate) {
        if date != self.date { (bytes, self.date) = ([:], date) }
    }

    var sum: Int { bytes.values.reduce(0, +) }
}
