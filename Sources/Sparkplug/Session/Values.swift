/// The newest value of every metric, and which of them the host does not know.
struct Values: Sendable {
    struct Row: Sendable {
        var value: MetricValue?
        var quality = MetricQuality.bad
        /// Milliseconds since 1970 UTC; `nil`: nothing was ever set.
        var at: UInt64?
        var isNews = false
        /// As the host knows it, since the birth of its owner.
        var toldAt: UInt64 = 0
        var toldQuality = MetricQuality.bad
    }

    /// Some metrics of one owner that go into one message.
    struct Change: Sendable {
        let owner: Int
        let metrics: [Int]
    }

    /// A clock that goes back by less is not worth a new birth.
    private static let jitter: UInt64 = 1000

    private var rows: [Row]
    private let owned: [Range<Int>]
    /// So that no owner waits for another that has news all the time.
    private var turn = 0
    private(set) var hasNews = false

    init(_ plan: NodePlan) {
        rows = plan.metrics.map { _ in Row() }
        owned = plan.owned
    }

    subscript(metric: Int) -> Row { rows[metric] }

    /// - Returns: whether the clock went back, so that the new value looks older than one the host knows.
    mutating func set(_ metric: Int, _ value: MetricValue?, _ quality: MetricQuality, at: UInt64) -> Bool {
        var value = value
        var quality = quality
        if let number = value?.number, !number.isFinite { (value, quality) = (nil, .bad) }
        let isSame = rows[metric].at != nil && rows[metric].value == value && rows[metric].quality == quality
        rows[metric].at = at
        guard !isSame else { return false }
        rows[metric].value = value
        rows[metric].quality = quality
        rows[metric].isNews = true
        hasNews = true
        return at &+ Self.jitter < rows[metric].toldAt
    }

    /// A birth tells all values of an owner: when each was taken, but none later than now, after a clock that went back.
    mutating func tellAll(of owner: Int, now: UInt64) -> [(metric: Int, row: Row, at: UInt64)] {
        let told = owned[owner].map { (metric: $0, row: rows[$0], at: min(rows[$0].at ?? now, now)) }
        for one in told {
            rows[one.metric].isNews = false
            rows[one.metric].toldAt = one.at
            rows[one.metric].toldQuality = one.row.quality
        }
        return told
    }

    /// The next news to tell of the owners that `mayTell`, at most so many.
    mutating func takeNews(atMost limit: Int, of mayTell: (Int) -> Bool) -> Change? {
        for step in owned.indices {
            let owner = (turn + step) % owned.count
            guard mayTell(owner) else { continue }
            let news = news(of: owner, atMost: limit)
            guard !news.isEmpty else { continue }
            turn = (owner + 1) % owned.count
            let change = Change(owner: owner, metrics: news)
            for metric in change.metrics { rows[metric].isNews = false }
            return change
        }
        hasNews = false
        return nil
    }

    private func news(of owner: Int, atMost limit: Int) -> [Int] {
        Array(owned[owner].lazy.filter { rows[$0].isNews }.prefix(max(1, limit)))
    }

    /// When a value was taken, but never before one that the host knows: within one birth they are in order.
    func moment(of metric: Int) -> UInt64 { max(rows[metric].at ?? 0, rows[metric].toldAt) }

    /// The host knows it now.
    mutating func told(_ metric: Int) {
        rows[metric].toldAt = moment(of: metric)
        rows[metric].toldQuality = rows[metric].quality
    }

    /// The transport did not take it: it is news again.
    mutating func giveBack(_ change: Change) {
        for metric in change.metrics { rows[metric].isNews = true }
        hasNews = true
    }
}
