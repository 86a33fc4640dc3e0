public import Interlocks
public import ProcessImage
public import Quantities
public import Scan

/// The whole field behind the scan's one port: GPIO lines through the guard, devices through the buses, safety bridges.
public struct SiteField: FieldPort {
    private let lines: GuardField
    private let buses: ModbusField
    private let bridges: BridgeField

    public init(lines: GuardField, buses: ModbusField, bridges: BridgeField) {
        self.lines = lines
        self.buses = buses
        self.bridges = bridges
    }

    public mutating func latch(into image: inout InputImage) {
        lines.latch(into: &image)
        buses.latch(into: &image)
        bridges.latch(into: &image)
    }

    public mutating func save(power stage: PowerStage) { buses.save(power: stage) }

    public mutating func commit(_ outputs: borrowing PermittedOutputs, at now: Instant) {
        lines.commit(outputs, at: now)
        buses.commit(outputs, at: now)
        bridges.commit(outputs, at: now)
    }
}
