/// What a person ordered that stands until it runs out or is taken back. Lies in the ledger, so a restart forgets none.
public struct StandingOrder: Hashable, Sendable, BitwiseCopyable {
    /// Raw values are stable and never reused.
    public enum Kind: UInt8, Sendable, BitwiseCopyable, CaseIterable {
        /// No program waters it. Of the site, a program or a zone.
        case pause = 1
        /// It rained: no program of the site waters.
        case rainDelay = 2
        /// The next start of a program does not happen.
        case skipNext = 3
        /// A program gives a percentage of its water.
        case adjust = 4
        /// Nothing is dosed. Of a dosing unit or a channel.
        case dosingOff = 20
    }

    public let kind: Kind
    public let subject: Subject
    /// Over at this wall time, seconds since 1970; `.max`: until it is taken back.
    public let until: Int64
    /// Of `adjust`: the part of the program's own water, 1 for all of it.
    public let factor: Double
    /// The command that ordered it.
    public let command: UInt64

    public init(_ kind: Kind, _ subject: Subject, until: Int64 = .max, factor: Double = 1, command: UInt64) {
        self.kind = kind
        self.subject = subject
        self.until = until
        self.factor = factor
        self.command = command
    }

    /// Whether both would stand in the same place.
    public func replaces(_ other: StandingOrder) -> Bool { kind == other.kind && subject == other.subject }
}
