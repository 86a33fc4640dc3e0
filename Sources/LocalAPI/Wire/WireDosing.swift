// Replies about dosing: `GET /v1/dosing`, `/v1/doses`, `/v1/dose-sums`, `/v1/recipes`, `/v1/calibrations`.
// Every number's unit is in its key. Described in docs/openapi.yaml; a test holds the two together.

public struct DosingReply: Codable, Sendable {
    public var time: WireTime
    public var units: [DosingUnitReply]
    public var tanks: [TankReply]
    /// Zones whose lines still hold fertiliser, and the clear water that pays it.
    public var debts: [FlushDebtReply]
}

public struct DosingUnitReply: Codable, Sendable {
    /// What a step test found and nobody has accepted yet.
    public struct Tuning: Codable, Sendable {
        /// `ec` or `ph`.
        public var loop: String
        /// Measured for one unit of output: mS/cm for mS/cm, or pH for eq/m3 of acid.
        public var gain: Double
        public var lagSeconds: Double
        public var deadTimeSeconds: Double
    }

    public var unit: WireLabel
    public var source: WireLabel
    /// What it does, or why it does not dose, by its own name, such as `dosing` or `noFlow`.
    public var state: String
    public var why: WireText
    /// Why it gives no more in this run, if so.
    public var stopped: WireText?
    public var isDisabled: Bool
    public var recipe: WireLabel?
    /// A zone that gets it.
    public var zone: WireLabel?
    /// Of the present phase.
    public var passedM3: Double
    public var phaseM3: Double
    /// Absent: not steered, not measured.
    public var ecTarget: Double?
    public var ecMsCm: Double?
    public var rawEcMsCm: Double?
    public var phTarget: Double?
    public var ph: Double?
    public var channels: [ChannelReply]
    public var proposed: Tuning?
}

public struct ChannelReply: Codable, Sendable {
    /// Moved for a measuring cylinder.
    public struct Cylinder: Codable, Sendable {
        public var onSeconds: Double
        public var strokes: Int
        public var isOver: Bool
    }

    public var channel: WireLabel
    public var tank: WireLabel
    public var output: String
    public var isOn: Bool
    public var why: WireText
    public var isDisabled: Bool
    /// Of the recipe now: stock in each m3 of water.
    public var litersPerM3: Double
    /// In the present runs.
    public var plannedL: Double
    public var commandedL: Double
    /// Absent: no meter, or not readable all the time.
    public var meteredL: Double?
    /// What it gives: one of the two.
    public var litersPerHour: Double?
    public var millilitersPerStroke: Double?
    /// Absent: never calibrated; the rate is the site file's.
    public var calibratedAt: WireTime?
    public var driftPercent: Double?
    /// In the last 24 hours, and the ceilings.
    public var lastDayL: Double
    public var mostPerM3L: Double?
    public var mostPerRunL: Double?
    public var mostPerHourL: Double?
    public var mostPerDayL: Double?
    public var cylinder: Cylinder?
}

public struct TankReply: Codable, Sendable {
    public var tank: WireLabel
    public var capacityL: Double
    /// Absent: not measured, and nobody told yet.
    public var leftL: Double?
    /// By a level sensor, not by what was given.
    public var isMeasured: Bool
    /// With less nothing is drawn.
    public var lowL: Double
    /// The command that filled it; 0: nobody told.
    public var batch: UInt64
    /// What lies in it, by the site file.
    public var holds: WireText
    public var channels: [String]
}

public struct FlushDebtReply: Codable, Sendable {
    public var zone: WireLabel
    public var recipe: WireLabel?
    public var volumeM3: Double
    /// No water comes by itself: somebody orders it.
    public var waitsForPerson: Bool
}

public struct DosesReply: Codable, Sendable {
    public var doses: [DoseReply]
}

public struct DoseReply: Codable, Sendable {
    public var run: UInt64
    public var zone: WireLabel
    public var channel: WireLabel
    /// Absent: a calibration.
    public var recipe: WireLabel?
    /// The command that filled the tank, and what the person wrote then; 0: nobody told.
    public var batch: UInt64
    public var batchText: String?
    public var startedAt: WireTime
    public var endedAt: WireTime?
    /// Absent: goes on.
    public var outcome: String?
    public var why: WireText?
    public var plannedL: Double
    public var commandedL: Double
    public var meteredL: Double?
    /// What counts: by the meter, else by the time; after a restart all that may have been given.
    public var givenL: Double
    public var productKg: Double
    public var nitrogenKg: Double
    public var phosphateKg: Double
    public var potashKg: Double
    /// Of the zone; absent: not known.
    public var areaM2: Double?
}

public struct DoseSumsReply: Codable, Sendable {
    public struct Sum: Codable, Sendable {
        /// A zone, recipe or channel; of a batch the number of the command that filled the tank.
        public var subject: WireLabel
        public var doses: Int
        public var stockL: Double
        public var productKg: Double
        public var nitrogenKg: Double
        public var phosphateKg: Double
        public var potashKg: Double
        /// Of a zone; absent: not known.
        public var areaM2: Double?
    }

    /// `zone`, `recipe`, `channel` or `batch`.
    public var by: String
    public var since: WireTime
    public var sums: [Sum]
}

public struct RecipesReply: Codable, Sendable {
    public struct Part: Codable, Sendable {
        public var channel: WireLabel
        public var tank: WireLabel
        /// Such as "20 L/mu".
        public var gives: WireText
        /// The same in product and nutrients, as far as the tank's labels tell.
        public var holds: WireText?

        public init(channel: WireLabel, tank: WireLabel, gives: WireText, holds: WireText?) {
            self.channel = channel
            self.tank = tank
            self.gives = gives
            self.holds = holds
        }
    }

    public struct Recipe: Codable, Sendable {
        public var recipe: WireLabel
        public var unit: WireLabel
        /// Set-points and phases.
        public var targets: WireText
        public var parts: [Part]
        /// The table it comes from, and what does not add up; never mended.
        public var table: [WireText]
        public var programs: [WireLabel]
        public var isInUse: Bool

        public init(recipe: WireLabel, unit: WireLabel, targets: WireText, parts: [Part], table: [WireText],
                    programs: [WireLabel], isInUse: Bool) {
            self.recipe = recipe
            self.unit = unit
            self.targets = targets
            self.parts = parts
            self.table = table
            self.programs = programs
            self.isInUse = isInUse
        }
    }

    public var recipes: [Recipe]
}

public struct CalibrationsReply: Codable, Sendable {
    public struct Calibration: Codable, Sendable {
        public var channel: WireLabel
        /// Absent: the clock was not trusted.
        public var at: WireTime?
        public var by: String
        public var litersPerHour: Double?
        public var millilitersPerStroke: Double?
        public var driftPercent: Double
    }

    public var calibrations: [Calibration]
}
