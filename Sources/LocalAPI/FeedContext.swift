public import Language
public import ProcessImage
public import Quantities

extension Context {
    /// How the site's net cages are fed, as far as people are told.
    public struct Feeding: Sendable {
        public struct Cage: Sendable {
            /// `nil`: nobody feeds it from here.
            public var line: FeedLineIndex?
            public var dayAtMost: Mass?
            /// What is measured in it, in the order of the site file.
            public var probes: [(quantity: SeaQuantity, point: PointIndex)]
            /// Where no probe tells of it.
            public var salinity: Salinity?
            /// Its oxygen probes were left at salinity 0.
            public var isFreshwater: Bool

            public init(line: FeedLineIndex? = nil, dayAtMost: Mass? = nil, probes: [(quantity: SeaQuantity, point: PointIndex)] = [],
                        salinity: Salinity? = nil, isFreshwater: Bool = false) {
                self.line = line
                self.dayAtMost = dayAtMost
                self.probes = probes
                self.salinity = salinity
                self.isFreshwater = isFreshwater
            }
        }

        public struct Line: Sendable {
            public var silo: SiloIndex?
            /// Doser, blower, spreader, drives.
            public var outputs: [OutputIndex]

            public init(silo: SiloIndex?, outputs: [OutputIndex]) {
                self.silo = silo
                self.outputs = outputs
            }
        }

        public struct Silo: Sendable {
            public var capacity: Mass
            public var low: Mass
            /// The feed in it.
            public var feed: Phrase?

            public init(capacity: Mass, low: Mass, feed: Phrase?) {
                self.capacity = capacity
                self.low = low
                self.feed = feed
            }
        }

        /// By `CageIndex`, `FeedLineIndex`, `SiloIndex`; empty where nobody tells.
        public var cages: [Cage]
        public var lines: [Line]
        public var silos: [Silo]

        public static let none = Feeding(cages: [], lines: [], silos: [])

        public init(cages: [Cage], lines: [Line], silos: [Silo]) {
            self.cages = cages
            self.lines = lines
            self.silos = silos
        }
    }
}
