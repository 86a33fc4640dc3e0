// Replies of `GET /v1/cages`, `/v1/oxygen`, `/v1/silos`, `/v1/sheet`.

public struct CagesReply: Codable, Sendable {
    public var time: WireTime
    public var cages: [CageReply]
    public var lines: [FeedLineReply]
}

/// A net cage: its oxygen, its fish, its feed.
public struct CageReply: Codable, Sendable {
    public struct Stock: Codable, Sendable {
        public var count: Double
        public var meanG: Double
        public var biomassKg: Double
    }

    public struct Feeding: Codable, Sendable {
        public var line: WireLabel
        /// The reason by its own name, such as `feeding`, `resting` or `oxygenLow`.
        public var state: String
        public var why: WireText
        /// What the water lets through of a ration. Range: 0 … 100.
        public var sharePercent: Double
        /// Of the meal under way; absent: none is.
        public var plannedKg: Double?
        public var givenKg: Double?
        /// Of the local day, what was about to be given when the controller died included.
        public var todayKg: Double
        public var mostTodayKg: Double
        /// Against the table's, 100: as it is. Range: 50 … 120.
        public var appetitePercent: Double
        public var nextMeal: WireTime?
        /// People are at work in it.
        public var isLocked: Bool
        /// Why it fasts now; absent: it does not.
        public var fast: WireText?
    }

    /// Below the surface, of a submersible cage.
    public struct Depth: Codable, Sendable {
        /// Absent: it cannot be read, and the cage stays where it is.
        public var depthM: Double?
        public var goalM: Double?
        /// What would be better; a person has not agreed yet.
        public var proposedM: Double?
        public var isMoving: Bool
        public var isStuck: Bool
    }

    public var cage: WireLabel
    /// `emergency`, `low`, `unknown` (a probe cannot be read or is not believed: the aerators are on), `full` (pure oxygen is
    /// shut) or `enough`; the first that holds.
    public var state: String
    /// Of the worst probe that can be read; absent: of none.
    public var oxygenMgL: Double?
    /// Stages of aeration that are on.
    public var stagesOn: Int
    /// A stage that is to run does not, or cannot be told to.
    public var isUnproven: Bool
    public var sirenSounds: Bool
    /// As booked; absent: nobody has said what swims in it.
    public var stock: Stock?
    /// Absent: nobody feeds it from here.
    public var feeding: Feeding?
    /// Absent: it is no submersible cage.
    public var depth: Depth?
}

public struct FeedLineReply: Codable, Sendable {
    public var line: WireLabel
    /// `idle`, `selecting`, `starting`, `feeding`, `purging`, `coasting`, `blocked` or `faulted`.
    public var phase: String
    public var text: WireText
    /// Why it stands until somebody resets it.
    public var fault: WireText?
    /// Feed may lie in its pipe.
    public var isLoaded: Bool
    /// The cage whose meal it gives.
    public var cage: WireLabel?
}

public struct OxygenReply: Codable, Sendable {
    public struct Probe: Codable, Sendable {
        public var point: WireLabel
        /// `oxygen`, `temperature`, `salinity`, `current`, `waves`, `wind`, `sulfide` or `uneaten`.
        public var quantity: String
        /// As the probe shows it; absent: it cannot be read.
        public var value: Double?
        public var unit: String
        public var decimals: Int
    }

    public struct Cage: Codable, Sendable {
        public var cage: WireLabel
        /// As in `CageReply`.
        public var state: String
        /// Of the worst probe, corrected for salt.
        public var oxygenMgL: Double?
        public var saturationPercent: Double?
        /// Its probes were left at salinity 0 and show more than the water holds.
        public var probesShowFreshWater: Bool
        public var stagesOn: Int
        public var probes: [Probe]
    }

    public var time: WireTime
    public var cages: [Cage]
}

public struct SilosReply: Codable, Sendable {
    public struct Silo: Codable, Sendable {
        public var silo: WireLabel
        public var feed: WireText?
        /// Absent: nobody has said, or its scale cannot be read.
        public var holdsKg: Double?
        public var isWeighed: Bool
        public var capacityKg: Double
        public var lowKg: Double
        public var isLow: Bool
        /// Mean of the last seven days on which it gave anything; absent: it never did.
        public var perDayKg: Double?
        public var daysLeft: Double?
        public var lines: [String]
    }

    public var silos: [Silo]
}

/// The day's sheet of a net cage.
public struct SheetReply: Codable, Sendable {
    public struct Meal: Codable, Sendable {
        /// From 1; absent: by hand.
        public var number: Int?
        public var at: WireTime
        public var plannedKg: Double
        public var givenKg: Double
        /// `completed`, `short`, `stopped`, `interrupted`, `missed`; absent: it goes on.
        public var outcome: String?
    }

    public struct Booking: Codable, Sendable {
        public var at: WireTime
        /// `stocked`, `sampled`, `died`, `movedIn` or `movedOut`.
        public var kind: String
        public var count: Double
        public var meanG: Double?
    }

    /// Least, mean and most of a day.
    public struct Range: Codable, Sendable {
        public var point: WireLabel
        public var unit: String
        public var decimals: Int
        public var least: Double
        public var mean: Double
        public var most: Double
    }

    public struct Day: Codable, Sendable {
        /// `2026-11-28`.
        public var date: String
        public var cage: WireLabel
        public var fedKg: Double
        public var plannedKg: Double
        public var dead: Double
        public var meals: [Meal]
        public var bookings: [Booking]
        public var water: [Range]
        /// What people noted, oldest first.
        public var notes: [Note]
    }

    public struct Note: Codable, Sendable {
        public var at: WireTime
        public var text: String
        public var author: String
    }

    public var days: [Day]
}
