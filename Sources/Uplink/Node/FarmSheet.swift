public import Language
public import ProcessImage
public import Sparkplug

/// What a farm's node is made of.
public struct FarmSheet: Sendable {
    public let name: NodeName
    public let tables: SiteTables
    /// What may be ordered from upstream: tags of zones, gates, cages and dosing units.
    public let writable: Set<String>
    public let mayAcknowledge: Bool
    public let mayStopAll: Bool
    /// By `GateIndex`.
    public let gates: [GateBounds]
    /// Of texts that people read.
    public let language: Language

    public init(_ name: NodeName, tables: SiteTables, writable: Set<String> = [], mayAcknowledge: Bool = false, mayStopAll: Bool = false,
                gates: [GateBounds] = [], language: Language = .english) {
        self.name = name
        self.tables = tables
        self.writable = writable
        self.mayAcknowledge = mayAcknowledge
        self.mayStopAll = mayStopAll
        self.gates = gates
        self.language = language
    }
}

/// Something of the farm that the node reports on.
struct NodeDevice: Sendable {
    /// A device on a bus is there while it answers; all else always.
    let subject: Subject
    let tag: String
    let metrics: [NodeMetric]
}
