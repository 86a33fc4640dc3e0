public import Language
public import ProcessImage
public import Quantities

extension Context {
    /// How the site doses, as far as people are told.
    public struct Fertigation: Sendable {
        public struct Unit: Sendable {
            public var source: SourceIndex
            public init(source: SourceIndex) { self.source = source }
        }

        public struct Channel: Sendable {
            public var unit: DosingUnitIndex
            public var tank: TankIndex
            public var output: OutputIndex
            /// Before any calibration.
            public var rate: ChannelRate
            public var ceilings: DoseCeilings

            public init(unit: DosingUnitIndex, tank: TankIndex, output: OutputIndex, rate: ChannelRate, ceilings: DoseCeilings) {
                self.unit = unit
                self.tank = tank
                self.output = output
                self.rate = rate
                self.ceilings = ceilings
            }
        }

        public struct Tank: Sendable {
            public var capacity: Volume
            public var low: Volume
            /// A point that measures it, in a unit of volume.
            public var level: PointIndex?
            public var holds: Phrase

            public init(capacity: Volume, low: Volume, level: PointIndex?, holds: Phrase) {
                self.capacity = capacity
                self.low = low
                self.level = level
                self.holds = holds
            }
        }

        /// A recipe as people read it.
        public struct Recipe: Sendable {
            public struct Part: Sendable {
                public var channel: ChannelIndex
                public var gives: Phrase
                public var holds: Phrase?

                public init(channel: ChannelIndex, gives: Phrase, holds: Phrase?) {
                    self.channel = channel
                    self.gives = gives
                    self.holds = holds
                }
            }

            public var unit: DosingUnitIndex
            public var targets: Phrase
            public var parts: [Part]
            public var table: [Phrase]
            public var programs: [ProgramIndex]

            public init(unit: DosingUnitIndex, targets: Phrase, parts: [Part], table: [Phrase], programs: [ProgramIndex]) {
                self.unit = unit
                self.targets = targets
                self.parts = parts
                self.table = table
                self.programs = programs
            }
        }

        /// By their indexes.
        public var units: [Unit]
        public var channels: [Channel]
        public var tanks: [Tank]
        public var recipes: [Recipe]

        public static let none = Fertigation(units: [], channels: [], tanks: [], recipes: [])

        public init(units: [Unit], channels: [Channel], tanks: [Tank], recipes: [Recipe]) {
            self.units = units
            self.channels = channels
            self.tanks = tanks
            self.recipes = recipes
        }
    }
}
