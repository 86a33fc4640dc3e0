import GRDB
import ProcessImage
public import Quantities

extension Journal {
    /// Stretches taken over at once: after a long time without the controller they come bit by bit.
    private static let stretchesAtOnce: Int64 = 24

    /// Takes hours and days that are whole into what goes upstream, each once. Asked now and then; does nothing while the clock is not
    /// trusted, and begins with the newest when nothing was ever taken.
    public func tellRollups(upTo wall: WallTime) throws(QueryRefused) {
        guard wall.isTrusted, let folded = try foldedThrough() else { return }
        let settled = min(wall.unixSeconds, folded)
        let clock = tables.clock
        try tell(.hours, .lastHour, through: floorDivision(settled, 3600) - 1) { ($0 * 3600, ($0 + 1) * 3600) }
        try tell(.days, .lastDay, through: Int64(clock.local(unixSeconds: settled).date.daysSinceEpoch) - 1) { day in
            let date = CivilDate(daysSinceEpoch: Int32(clamping: day))
            return (clock.unixSeconds(date: date, time: .midnight), clock.unixSeconds(date: date.adding(days: 1), time: .midnight))
        }
    }

    /// What is older lies in hours and days: a later stretch of the journal is there, and it is made in order.
    private func foldedThrough() throws(QueryRefused) -> Int64? {
        try askHistory { try Int64.fetchOne($0, sql: "SELECT max(id) FROM minutes") }.map { RowKey.time($0) }
    }

    /// - Parameter span: seconds since 1970 of a stretch's beginning and end.
    private func tell(_ stream: OutgoingStream, _ key: Meta, through last: Int64,
                      span: (Int64) -> (from: Int64, to: Int64)) throws(QueryRefused) {
        let taken = try askLedger { try Meta.get(key, in: $0) } ?? last - 1
        guard taken < last else { return }
        for stretch in (taken + 1)...min(last, taken + Self.stretchesAtOnce) {
            let (from, to) = span(stretch)
            let rows = try rollups(stream, stretch, seconds: to - from)
            try changeLedger { database in
                for row in rows { try Self.append(row, to: stream, at: from * 1000, in: database) }
                try Meta.set(key, stretch, in: database)
            }
        }
    }

    private func rollups(_ stream: OutgoingStream, _ stretch: Int64, seconds: Int64) throws(QueryRefused) -> [[OutgoingValue]] {
        try askHistory { database in
            try Row.fetchAll(database, sql: """
                SELECT s.tag, s.unit, h.min / p AS low, h.max / p AS high, h.last / p AS last, h.sum * 1000 / h.good AS mean, h.good
                FROM \(stream.rawValue) h JOIN (SELECT *, CAST('1e' || decimals AS REAL) AS p FROM series) s
                    ON s.id = h.id & \(RowKey.seriesMax)
                WHERE h.id >= ? AND h.id < ? AND h.good > 0 ORDER BY h.id
                """, arguments: [RowKey.of(stretch, 0), RowKey.of(stretch + 1, 0)]).map { row in
                let figures = try ["mean", "low", "high", "last"].map { OutgoingValue.number(try row.get($0)) }
                let share = try row.get("good", as: Double.self) / 1000 / Double(seconds)
                return [.text(try row.get("tag")), .text(try row.get("unit"))] + figures + [.number(min(share, 1))]
            }
        }
    }
}
