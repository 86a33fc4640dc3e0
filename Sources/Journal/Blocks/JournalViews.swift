/// Views that make `journal.db` readable for any SQL tool, without a line of ours: `samples`, `hourly`, `daily`.
///
/// `samples` unpacks the blocks in SQL alone. It is slow, about a second for a point's day, and quick to find its blocks
/// only when asked for a `tag` and a stretch of `window`; for much data read docs/journal-format.md and unpack outside.
enum JournalViews {
    static var sql: String { samples + rollups("hourly", of: "hours", seconds: "(h.id >> 20) * 3600")
        + rollups("daily", of: "days", seconds: "(h.id >> 20) * 86400") }

    /// `unix_ms`: nominal time of the scan. `quality`: 0 bad, 1 uncertain, 2 good. `reason`: see docs/journal-format.md.
    private static var samples: String {
        """
        CREATE VIEW samples AS
        SELECT s.tag, s.unit, b.id >> 20 AS window,
            (b.id >> 20) / 600 * 600000 + b.start + json_extract(j.value, '$[0]') * b.tick AS unix_ms,
            CASE WHEN json_extract(j.value, '$[2]') & 3 < 2
                THEN json_extract(j.value, '$[1]') / CAST('1e' || s.decimals AS REAL) END AS value,
            2 - (json_extract(j.value, '$[2]') & 3) AS quality, json_extract(j.value, '$[2]') >> 2 AS reason
        FROM blocks b JOIN series s ON s.id = b.id & \(RowKey.seriesMax),
        json_each((WITH RECURSIVE \(times), \(numbers), \(states)
            SELECT json_group_array(json_array(t.at, n.number, coalesce(c.code, 0)))
            FROM t JOIN n ON n.k = t.k AND n.isOut LEFT JOIN c ON c.k = t.k AND c.isOut WHERE t.isOut)) j;

        """
    }

    private static func rollups(_ view: String, of table: String, seconds: String) -> String {
        """
        CREATE VIEW \(view) AS
        SELECT s.tag, s.unit, \(seconds) AS unix_s, h.min / p AS min, h.max / p AS max, h.last / p AS last,
            CASE WHEN h.good > 0 THEN h.sum * 1000 / h.good END AS mean, h.good / 1000.0 AS good_s
        FROM \(table) h JOIN (SELECT *, CAST('1e' || decimals AS REAL) AS p FROM series) s ON s.id = h.id & \(RowKey.seriesMax);

        """
    }

    /// A byte as a number; NULL past the end.
    private static func byte(_ column: String, _ position: String) -> String {
        func digit(_ place: Int) -> String {
            "(instr('0123456789ABCDEF', substr(hex(substr(b.\(column), \(position), 1)), \(place), 1)) - 1)"
        }
        return "CASE WHEN \(position) <= length(b.\(column)) THEN \(digit(1)) * 16 + \(digit(2)) END"
    }

    /// A packed number is `whole` once its last byte, below 128, is there.
    private static let whole = "(acc | ((byte & 127) << shift))"
    private static let more = "CASE WHEN byte >= 128 THEN \(whole) ELSE 0 END, CASE WHEN byte >= 128 THEN shift + 7 ELSE 0 END"
    private static let unfolded = "(\(whole) >> 1) * (1 - 2 * (\(whole) & 1)) - (\(whole) & 1)"

    /// Each number of the section, summed up.
    private static var numbers: String {
        """
        n(pos, byte, acc, shift, k, number, isOut) AS (
            SELECT 1, \(byte("numbers", "1")), 0, 0, -1, 0, 0 UNION ALL
            SELECT pos + 1, \(byte("numbers", "pos + 1")), \(more), k + (byte < 128),
                CASE WHEN byte < 128 THEN number + \(unfolded) ELSE number END, byte < 128
            FROM n WHERE byte IS NOT NULL)
        """
    }

    /// A step is read (`want` 0), then perhaps how often it comes again (`want` 1), and repeated so often (`rest`).
    private static var times: String {
        """
        t(pos, byte, acc, shift, k, want, rest, step, at, isOut) AS (
            SELECT 1, \(byte("times", "1")), 0, 0, 0, 0, 0, 0, 0, 1 UNION ALL
            SELECT pos + 1, \(byte("times", "pos + 1")), \(more),
                k + (byte < 128 AND want = 0), CASE WHEN byte >= 128 THEN want WHEN want = 0 THEN \(whole) & 1 ELSE 0 END,
                CASE WHEN byte < 128 AND want = 1 THEN \(whole) ELSE 0 END,
                CASE WHEN byte < 128 AND want = 0 THEN \(whole) >> 1 ELSE step END,
                CASE WHEN byte < 128 AND want = 0 THEN at + (\(whole) >> 1) ELSE at END, byte < 128 AND want = 0
            FROM t WHERE rest = 0 AND byte IS NOT NULL UNION ALL
            SELECT pos, byte, 0, 0, k + 1, 0, rest - 1, step, at + step, 1 FROM t WHERE rest > 0)
        """
    }

    /// A length is read (`want` 0), then the code (`want` 1), which is repeated as often as the length says.
    private static var states: String {
        """
        c(pos, byte, acc, shift, k, want, length, rest, code, isOut) AS (
            SELECT 1, \(byte("states", "1")), 0, 0, -1, 0, 0, 0, 0, 0 UNION ALL
            SELECT pos + 1, \(byte("states", "pos + 1")), \(more), k + (byte < 128 AND want = 1),
                CASE WHEN byte >= 128 THEN want ELSE 1 - want END, CASE WHEN byte < 128 AND want = 0 THEN \(whole) ELSE length END,
                CASE WHEN byte < 128 AND want = 1 THEN length - 1 ELSE 0 END,
                CASE WHEN byte < 128 AND want = 1 THEN \(whole) ELSE code END, byte < 128 AND want = 1
            FROM c WHERE rest = 0 AND byte IS NOT NULL UNION ALL
            SELECT pos, byte, 0, 0, k + 1, 0, length, rest - 1, code, 1 FROM c WHERE rest > 0)
        """
    }
}
