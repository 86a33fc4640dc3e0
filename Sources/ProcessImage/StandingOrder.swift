import Quantities

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
        // A gate has one of these at most.
        case gateLevel = 10
        case gateFlow = 11
        case gateOpening = 12
        case gateHold = 13
        /// Nothing is dosed. Of a dosing unit or a channel.
        case dosingOff = 20
    }

    public let kind: Kind
    public let subject: Subject
    /// Over at this wall time, seconds since 1970; `.max`: until it is taken back.
    public let until: Int64
    /// Of `adjust`: the part of the program's own water, 1 for all of it. Of a gate: its level or opening in m, its flow in m3/h.
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
    public func replaces(_ other: StandingOrder) -> Bool {
        subject == other.subject && (kind == other.kind || (kind.isOfGate && other.kind.isOfGate))
    }
}

// MARK: Gates

extension StandingOrder.Kind {
    public var isOfGate: Bool { self == .gateLevel || self == .gateFlow || self == .gateOpening || self == .gateHold }
}

extension StandingOrder {
    public init(_ order: GateOrder, _ gate: GateIndex, until: Int64 = .max, command: UInt64) {
        let (kind, value): (Kind, Double) = switch order {
        case .level(let level): (.gateLevel, level.base)
        case .flow(let flow): (.gateFlow, flow.base)
        case .opening(let opening): (.gateOpening, opening.base)
        case .hold: (.gateHold, 0)
        }
        self.init(kind, .gate(gate), until: until, factor: value, command: command)
    }

    /// What it orders of a gate; `nil`: it is about something else.
    public var gateOrder: GateOrder? {
        switch kind {
        case .gateLevel: .level(Length(base: factor))
        case .gateFlow: .flow(Flow(base: factor))
        case .gateOpening: .opening(Length(base: factor))
        case .gateHold: .hold
        case .pause, .rainDelay, .skipNext, .adjust, .dosingOff: nil
        }
    }
}
