// Replies of `GET /v1/events`, `/v1/runs`, `/v1/history`, `/v1/why/{subject}`, `/v1/plan`, and `POST /v1/commands`.

public struct EventsReply: Codable, Sendable {
    /// Oldest first.
    public var events: [EventReply]
}

public struct EventReply: Codable, Sendable {
    public var at: WireTime
    public var kind: String
    public var severity: String
    public var subject: WireLabel
    public var text: WireText
}

public struct RunsReply: Codable, Sendable {
    /// Oldest first.
    public var runs: [RunReply]
}

public struct RunReply: Codable, Sendable {
    public var run: UInt64
    public var zone: WireLabel
    public var startedAt: WireTime
    /// Absent while it goes on.
    public var endedAt: WireTime?
    /// `completed`, `stopped`, `tripped`, `interrupted` or `notStarted`; absent while it goes on.
    public var outcome: String?
    public var why: WireText
    /// Of a run for a time.
    public var plannedSeconds: Double?
    /// Of a run for a volume.
    public var plannedM3: Double?
    public var wateredSeconds: Double
    public var volumeM3: Double
    /// Some of the volume is flow × time, because no meter told.
    public var isEstimated: Bool
    /// The zone's, today; absent: not known.
    public var areaM2: Double?
}

public struct HistoryReply: Codable, Sendable {
    public struct Value: Codable, Sendable {
        public var at: WireTime
        /// Absent where the point had no usable value.
        public var value: Double?
        public var minimum: Double?
        public var maximum: Double?

        public init(at: WireTime, value: Double?, minimum: Double? = nil, maximum: Double? = nil) {
            self.at = at
            self.value = value
            self.minimum = minimum
            self.maximum = maximum
        }
    }

    public var point: WireLabel
    public var unit: String
    public var decimals: Int
    public var isDigital: Bool
    public var from: WireTime
    public var to: WireTime
    /// 0: every recorded value; else the length of the stretch each value stands for.
    public var stepSeconds: Double
    /// Oldest first.
    public var values: [Value]
}

public struct WhyReply: Codable, Sendable {
    public struct Line: Codable, Sendable {
        /// Absent: now.
        public var at: WireTime?
        public var text: WireText

        public init(at: WireTime?, text: WireText) {
            self.at = at
            self.text = text
        }
    }

    /// A zone or a gate.
    public var subject: WireLabel
    /// One sentence: what it does, or what became of its latest run.
    public var headline: WireText
    public var lines: [Line]
    public var remedy: WireText?
}

public struct PlanReply: Codable, Sendable {
    public struct Start: Codable, Sendable {
        public struct Zone: Codable, Sendable {
            public var zone: WireLabel
            /// One of the two.
            public var forSeconds: Double?
            public var volumeM3: Double?
            /// The program's own words for it, such as "the deficit, at most 8.0 mm".
            public var gives: WireText?
        }

        public var at: WireTime
        public var program: WireLabel
        public var zones: [Zone]
        /// What may still keep it from starting: its conditions, a pause, a start to be skipped.
        public var conditions: WireText?
    }

    public struct Run: Codable, Sendable {
        public var zone: WireLabel
        public var why: WireText
        /// When its valve opens; absent: not within the time looked at.
        public var opensAt: WireTime?
        public var endsAt: WireTime?
        /// What is asked: one of the two.
        public var plannedSeconds: Double?
        public var plannedM3: Double?
        /// What it will have got.
        public var wateredSeconds: Double
        public var volumeM3: Double
        public var areaM2: Double?
        /// `completed`, or how else it ends; absent: not within the time looked at.
        public var outcome: String?
        /// How long it waits in all, soaking included, and for what the longest.
        public var waitsSeconds: Double
        public var waitsFor: WireText?
        /// What its water carries; absent: nothing.
        public var recipe: WireLabel?
        /// Stock that is expected to go into it, channel by channel.
        public var doses: [Dose]?

        public struct Dose: Codable, Sendable {
            public var channel: WireLabel
            public var stockL: Double
        }
    }

    /// A canal gate whose order by a person ends.
    public struct Gate: Codable, Sendable {
        public var at: WireTime
        public var gate: WireLabel
        public var text: WireText
    }

    public var from: WireTime
    public var to: WireTime
    public var starts: [Start]
    public var gates: [Gate]
    /// What waters now and what will, by the controller's own scheduling run ahead against a field in which everything
    /// works; at most 48 hours. Absent: the scan does not answer.
    public var runs: [Run]?
    /// Why nothing will start although it is planned, if that is so (the clock is not trusted).
    public var note: WireText?
}

/// The body of `POST /v1/commands`.
public struct CommandRequest: Codable, Sendable {
    public enum Verb: String, Codable, Sendable, CaseIterable {
        case run, stop
        case stopAll = "stop-all"
        case acknowledge
        case acknowledgeAll = "acknowledge-all"
        case reset
        case resetAll = "reset-all"
        case calibrate
        case acceptCalibration = "accept-calibration"
        case prove
        case confirmProof = "confirm-proof"
        case start, pause, resume
        case rainDelay = "rain-delay"
        case skip, adjust, gate
        case doseStop = "dose-stop"
        case doseDisable = "dose-disable"
        case doseEnable = "dose-enable"
        case flush
        case tankSet = "tank-set"
        case calibrateChannel = "calibrate-channel"
        case acceptCylinder = "accept-cylinder"
        case tune
        case acceptTuning = "accept-tuning"
        case cageStock = "cage-stock"
        case cageSample = "cage-sample"
        case cageMortality = "cage-mortality"
        case cageSilence = "cage-silence"
        case cageMove = "cage-move"
        case cageLock = "cage-lock"
        case cageUnlock = "cage-unlock"
        case cageNote = "cage-note"
        case feed
        case feedMeal = "feed-meal"
        case feedStop = "feed-stop"
        case feedRelease = "feed-release"
        case appetite, fast
        case fastEnd = "fast-end"
        case siloFill = "silo-fill"
        case siloSet = "silo-set"
        case depthGo = "depth-go"
        case depthAccept = "depth-accept"
        case depthHold = "depth-hold"
        case scheduleNote = "schedule-note"
    }

    public var command: Verb
    /// `run`, `stop`, `calibrate`, `accept-calibration`, `flush`: the zone's tag or name.
    public var zone: String?
    /// `start`, `skip`, `adjust`: the program's tag or name.
    public var program: String?
    /// `start`: even while a no-water window stands, and beyond what a quota has left.
    public var over: Bool?
    /// `run`: how long. Range: 1 … 86 400. `pause`, `rain-delay`: how long, 60 … 31 622 400; a pause may be without.
    /// `prove`: 1 … 300.
    public var forSeconds: Double?
    /// `adjust`: per cent of the program's own water. Range: 10 … 300. `appetite`: per cent more or less. Range: −50 … 20.
    public var percent: Double?
    /// `run`, in place of `forSeconds`: how much. Range: 0.001 … 10 000.
    public var volumeM3: Double?
    /// `acknowledge`: an alarm's id, or the tag or name of what it is about.
    /// `reset`: a trip's id, or the tag or name of a zone, source or output; or `site`.
    /// `prove`, `confirm-proof`: an output's tag.
    /// `pause`, `resume`: the tag or name of a program or zone, or `site`.
    /// `gate`: the gate's tag or name.
    /// `dose-stop`, `tune`, `accept-tuning`: a dosing unit; may be left out where there is one. `dose-disable`, `dose-enable`: a
    /// dosing unit or channel. `calibrate-channel`, `accept-cylinder`: a channel. `tank-set`: a tank.
    /// `cage-…`, `feed…`, `appetite`, `fast…`, `depth-…`: a net cage; `feed-stop` without one: every cage. `silo-…`: a silo.
    /// `reset` takes a feed line too.
    public var subject: String?
    /// `fast`, `fast-end`: see `at`.
    /// `schedule-note`: how far it came, such as `accepted` or `refused`; `subject` why no further, `count` its version.
    /// `calibrate`: `flow` or `valve`. `tune`: `ec` or `ph`. `gate`: `level`, `flow`, `opening`, `hold` or `auto`.
    public var what: String?
    /// `depth-go`: `levelM` below the surface, within the cage's limits.
    /// `gate`: the number of `what`; its range is in `GET /v1/gates`. How long it stands is `forSeconds`,
    /// 60 … 31 622 400; without, 24 h, and a hold until it is taken back.
    public var levelM: Double?
    public var flowM3s: Double?
    public var openingM: Double?
    /// `confirm-proof`: what was seen, for the record. `tank-set`: the batch. `cage-lock`: who works there. `cage-note`: the note.
    /// `schedule-note`: what was said, for the record.
    public var seen: String?
    /// `run`: the recipe's tag or name.
    public var recipe: String?
    /// `tank-set`: what is in the tank now. Range: 0 … 100 000. `accept-cylinder`: what the cylinder shows.
    public var liters: Double?
    /// `calibrate-channel`, of a channel by strokes, in place of `forSeconds` (1 … 300). Range: 1 … 1 000.
    public var strokes: Int?
    /// `cage-stock`: fish in the cage. `cage-sample`: fish that were weighed, at least 5. `cage-mortality`: fish taken out dead.
    /// Range: 0 … 10 000 000.
    public var count: Double?
    /// Mean weight of these fish, g. Range: 0.01 … 100 000. `cage-mortality`: may be left out where they were not weighed.
    public var meanG: Double?
    /// `feed`: how much. `silo-fill`: what came in. `silo-set`: what it holds. Range: 0 … 50 000.
    public var massKg: Double?
    /// `cage-move`: into which cage; without, they are gone (sold).
    public var to: String?
    /// `fast`: when the work begins, `11-29 08:00` or `08:00` by the site's clock; without, now. It lasts `forSeconds`, 60 … 7 776 000, and
    /// `what` says what it is: `treatment`, `harvest`, `grading`, `net-cleaning`, `net-lifting` or `other`.
    public var at: String?
    /// `fast`: no feed for so long before the work. Range: 0 … 1 209 600; without, as is usual for it.
    public var beforeSeconds: Double?
    /// `reset` of a feed line: its pipe was found empty.
    public var isEmpty: Bool?

    public init(_ command: Verb, zone: String? = nil, program: String? = nil, over: Bool? = nil, forSeconds: Double? = nil,
                volumeM3: Double? = nil, percent: Double? = nil, subject: String? = nil, what: String? = nil, levelM: Double? = nil,
                flowM3s: Double? = nil, openingM: Double? = nil, seen: String? = nil, recipe: String? = nil, liters: Double? = nil,
                strokes: Int? = nil, count: Double? = nil, meanG: Double? = nil, massKg: Double? = nil, to: String? = nil,
                at: String? = nil, beforeSeconds: Double? = nil, isEmpty: Bool? = nil) {
        self.command = command
        self.zone = zone
        self.program = program
        self.over = over
        self.percent = percent
        self.forSeconds = forSeconds
        self.volumeM3 = volumeM3
        self.subject = subject
        self.what = what
        self.levelM = levelM
        self.flowM3s = flowM3s
        self.openingM = openingM
        self.seen = seen
        self.recipe = recipe
        self.liters = liters
        self.strokes = strokes
        self.count = count
        self.meanG = meanG
        self.massKg = massKg
        self.to = to
        self.at = at
        self.beforeSeconds = beforeSeconds
        self.isEmpty = isEmpty
    }
}

public struct CommandReply: Codable, Sendable {
    public struct Result: Codable, Sendable {
        /// Its number in the audit.
        public var id: UInt64
        /// `done`, `queued`, `refused`, `expired`, or `accepted`: it was handed over, and no outcome was seen yet.
        public var state: String
        /// The outcome by its own name, such as `refusedByTrip`; absent while `accepted`.
        public var outcome: String?
        public var text: WireText
        /// What stood against it, and was gone over or refused it: no-water windows, quotas with what they have left, pauses.
        public var against: [WireText]
        public var remedy: WireText?
    }

    /// One for each thing that was named: a zone may have two trips to reset.
    public var results: [Result]
}
