import Journal
public import Language
import ProcessImage

extension Context {
    /// How what goes upstream stands.
    public struct Uplink: Sendable {
        public var isUp: Bool
        /// Of what is told: `cbor`, `json` or `thingsboard`; `none`: no records go up.
        public var form: String
        public var broker: String
        /// Seconds since 1970 at which rows were acknowledged last; `nil`: not in this life.
        public var lastStored: Int64?
        /// What is the matter, if something is.
        public var problem: Phrase?
        /// Rows that wait, by stream, most urgent first.
        public var waiting: [(stream: String, rows: Int)]
        /// For how long without a link everything is kept, and how long that is from now.
        public var roomDays: Int
        public var daysLeft: Double?
        /// Bytes of today by what they were for.
        public var bytesToday: [(use: String, bytes: Int)]
        public var budget: Int?
        /// Rows given up since the start.
        public var givenUp: Int

        public init(isUp: Bool, form: String = "cbor", broker: String, lastStored: Int64? = nil, problem: Phrase? = nil,
                    waiting: [(stream: String, rows: Int)] = [], roomDays: Int = 0, daysLeft: Double? = nil,
                    bytesToday: [(use: String, bytes: Int)] = [], budget: Int? = nil, givenUp: Int = 0) {
            self.isUp = isUp
            self.form = form
            self.broker = broker
            self.lastStored = lastStored
            self.problem = problem
            self.waiting = waiting
            self.roomDays = roomDays
            self.daysLeft = daysLeft
            self.bytesToday = bytesToday
            self.budget = budget
            self.givenUp = givenUp
        }

        var rowsWaiting: Int { waiting.reduce(0) { $0 + $1.rows } }
    }

    var uplinkSummary: StatusReply.Uplink? { uplink().map { .init(isUp: $0.isUp, rowsWaiting: $0.rowsWaiting) } }

    var syncReply: SyncReply {
        let wall = journal.live.snapshot().wall
        return SyncReply(time: time(wall), uplink: uplink().map { uplink in
            .init(isUp: uplink.isUp, form: uplink.form, broker: uplink.broker,
                  lastStored: uplink.lastStored.map { WireTime($0, tables.clock) },
                  problem: uplink.problem.map(WireText.init), rowsWaiting: uplink.rowsWaiting,
                  waiting: uplink.waiting.map { .init(stream: $0.stream, rows: $0.rows) }, keptDays: uplink.roomDays,
                  daysLeft: uplink.daysLeft, bytesToday: uplink.bytesToday.map { .init(use: $0.use, bytes: $0.bytes) },
                  budgetBytes: uplink.budget, rowsGivenUp: uplink.givenUp)
        })
    }
}
