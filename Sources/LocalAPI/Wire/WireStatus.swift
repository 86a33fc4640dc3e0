// Replies of `GET /v1/status`, `/v1/scan`, `/v1/zones`, `/v1/points`, `/v1/io`, `/v1/doctor`. Every number's unit is in its key.
// Described in docs/openapi.yaml; a test holds the two together.

public struct StatusReply: Codable, Sendable {
    public struct Clock: Codable, Sendable {
        /// `synced`, `heldOver` or `unset`.
        public var trust: String
        public var zone: String
    }

    public struct Scan: Codable, Sendable {
        public var number: UInt64
        public var periodMilliseconds: Double
        public var overruns: UInt64
        /// How long after its due moment the latest scan began, and the worst since the start.
        public var latenessMilliseconds: Double
        public var worstLatenessMilliseconds: Double
        /// How long after its due moment a scan began, since the start.
        public var lateness: SpreadReply
        /// How long a scan took, since the start.
        public var length: SpreadReply
    }

    public struct Records: Codable, Sendable {
        public var dropped: UInt64
        public var ledgerWritable: Bool
        public var journalWritable: Bool
    }

    public struct Uplink: Codable, Sendable {
        public var isUp: Bool
        public var rowsWaiting: Int
    }

    public var site: WireLabel
    public var siteFile: String
    public var version: String
    /// The wall clock of the latest scan.
    public var time: WireTime
    public var startedAt: WireTime
    public var clock: Clock
    public var scan: Scan
    public var records: Records
    /// Absent: the site tells nobody upstream.
    public var uplink: Uplink?
    public var zones: [ZoneReply]
    /// Dosing units that are not idle, or disabled.
    public var dosing: [DosingUnitReply]
    public var gates: [GateReply]
    public var cages: [CageReply]
    /// What people ordered that stands: pauses, a rain delay, percentages.
    public var standing: [StandingReply]
    public var alarms: [AlarmReply]
}

/// A median and tails; each may be told up to 3.2 % too long.
public struct SpreadReply: Codable, Sendable {
    /// Scans that are counted.
    public var count: UInt64
    public var p50Microseconds: Double
    public var p99Microseconds: Double
    public var p999Microseconds: Double
    public var maxMicroseconds: Double
}

/// The scan's times since the start, in buckets: two answers subtracted tell what was between them.
public struct ScanReply: Codable, Sendable {
    public struct Bucket: Codable, Sendable {
        /// Everything in it is shorter than this, and not shorter than the bucket before.
        public var belowMicroseconds: Double
        public var count: UInt64
    }

    public var number: UInt64
    public var periodMilliseconds: Double
    public var overruns: UInt64
    public var lateness: [Bucket]
    public var length: [Bucket]
}

public struct ZonesReply: Codable, Sendable {
    public var zones: [ZoneReply]
}

public struct ZoneReply: Codable, Sendable {
    public var zone: WireLabel
    /// `idle`, `queued`, `starting`, `watering`, `stopping`, `tripped` or `resting`.
    public var phase: String
    public var since: WireTime
    public var why: WireText
    /// Of an idle zone: why today's last start gave it nothing, if one did not.
    public var skipped: WireText?
    /// Of a run for a time.
    public var plannedSeconds: Double?
    /// Of a run for a volume.
    public var plannedM3: Double?
    public var wateredSeconds: Double
    public var volumeM3: Double
    /// Some of the volume is flow × time, because no meter told.
    public var isEstimated: Bool
    /// Absent: not known.
    public var areaM2: Double?
    public var nominalFlowM3h: Double?
    /// What its runs have taught; absent: nothing yet.
    public var learnedFlowM3h: Double?
    /// What still comes after the stop, as learned.
    public var overrunM3: Double
    /// What a calibrating run found and nobody has accepted yet.
    public var proposedFlowM3h: Double?
    public var proposedOverrunM3: Double?
    /// Time the valve has by the site file, and what it was measured to take, in seconds.
    public var travelSeconds: Double
    public var opensSeconds: Double?
    public var closesSeconds: Double?
    public var proposedOpensSeconds: Double?
    public var proposedClosesSeconds: Double?
    /// Absent: not measured.
    public var flowM3h: Double?
    public var valve: String
    public var source: String
    /// Clear water that its lines need, for fertiliser is left in them; absent: none.
    public var owesFlushM3: Double?
    /// The next start any program has for it in the coming week.
    public var nextStart: WireTime?
}

public struct PointsReply: Codable, Sendable {
    public var time: WireTime
    public var points: [PointReply]
}

public struct PointReply: Codable, Sendable {
    public var point: WireLabel
    /// Absent when the quality is bad: no answer is never 0.
    public var value: Double?
    public var unit: String
    public var decimals: Int
    /// `good`, `uncertain` or `bad`.
    public var quality: String
    /// Why it is not good, such as `noAnswer`; `none` when it is.
    public var reason: String
    public var reasonText: WireText
    /// Since the reading was last recorded: at each change, and once a minute. Absent when it never was.
    /// (How old it may be is in its quality: a reading too old is not good.)
    public var recordedAgoSeconds: Double?
    public var device: String?
    public var isDigital: Bool
}

public struct IOReply: Codable, Sendable {
    public struct Output: Codable, Sendable {
        public var output: WireLabel
        /// `valve`, `masterValve`, `pump` …
        public var kind: String
        public var isOn: Bool
        public var safeIsOn: Bool
        public var since: WireTime
        public var why: WireText
        public var maximumOnSeconds: Double
        /// Where it is wired, such as `R3 gpiochip0:17`.
        public var wiring: String
        /// Who drives it to its safe state when the controller falls silent: `guard`, `device` or `nobody`.
        public var leaseHolder: String
        public var leaseSeconds: Double?
        /// What the field says against it, if it does: not as ordered, or lease run out.
        public var fault: WireText?
    }

    public struct Input: Codable, Sendable {
        public var input: PointReply
        public var wiring: String
    }

    public struct Setpoint: Codable, Sendable {
        public var setpoint: WireLabel
        /// `speed`, `rate` or `opening`.
        public var kind: String
        public var unit: String
        public var decimals: Int
        /// What it is permitted to be now, in `unit` as all that follows. Absent before the first scan.
        public var value: Double?
        public var safe: Double
        public var least: Double
        public var most: Double
        public var risePerSecond: Double
        public var fallPerSecond: Double
        /// The output it belongs to.
        public var output: String?
        public var why: WireText
        public var wiring: String
        public var leaseHolder: String
        /// What the field says against it, if it does.
        public var fault: WireText?
    }

    public var outputs: [Output]
    public var setpoints: [Setpoint]
    public var inputs: [Input]
}

public struct AlarmsReply: Codable, Sendable {
    public var alarms: [AlarmReply]
}

public struct AlarmReply: Codable, Sendable {
    /// For `ack` and `reset`, such as `tripNoFlow/west-2`.
    public var id: String
    public var subject: WireLabel
    /// `info`, `warning` or `critical`.
    public var severity: String
    /// ISA-18.2: `unacknowledged`, `acknowledged` or `returned`.
    public var state: String
    public var since: WireTime
    public var text: WireText
    public var remedy: WireText?
    /// Holds outputs at their safe state until somebody resets it.
    public var isTrip: Bool
}

public struct ProofsReply: Codable, Sendable {
    /// Whether outputs that are not proven stay at their safe state.
    public var required: Bool
    public var outputs: [ProofReply]
}

public struct ProofReply: Codable, Sendable {
    public var output: WireLabel
    public var kind: String
    public var wiring: String
    public var isProven: Bool
    public var provenAt: WireTime?
    public var provenBy: String?
    /// The order by which it was confirmed, with what was seen.
    public var seen: String?
    public var isOn: Bool
    public var why: WireText
    /// It reads back other than it was told to be.
    public var differs: Bool
    /// Of its source; absent unless measured.
    public var flowM3h: Double?
    public var pressureKPa: Double?
}

public struct DoctorReply: Codable, Sendable {
    public struct Check: Codable, Sendable {
        public var check: String
        /// `ok`, `warning` or `bad`.
        public var state: String
        public var text: WireText
        public var remedy: WireText?

        public init(check: String, state: String, text: WireText, remedy: WireText? = nil) {
            self.check = check
            self.state = state
            self.text = text
            self.remedy = remedy
        }
    }

    public var checks: [Check]

    public init(checks: [Check]) { self.checks = checks }
}
