public import ProcessImage
public import Quantities

// Fertigation on the plant: what is mixed into the water of its sources, and what can be wrong with that.

extension Plant {
    mutating func advanceMixes(_ seconds: Double) {
        for (index, unit) in wiring.dosing.enumerated() {
            let drives = unit.channels.map { levels[$0.output].isOn ? $0.speed.map(share) ?? 1 : 0 }
            mixes[index].advance(seconds, flow: mains[unit.source].flow) { drives[$0] }
        }
    }

    /// Where a channel of the site is: its unit and its place in it.
    private func place(of channel: ChannelIndex) -> (unit: Int, place: Int)? {
        for (unit, wires) in wiring.dosing.enumerated() {
            if let place = wires.channels.firstIndex(where: { $0.number == channel.offset }) { return (unit, place) }
        }
        return nil
    }

    // MARK: Looking

    /// What a point in the water of dosing shows, in the base unit of what it measures.
    func base(_ meaning: DosingMeaning) -> Double {
        switch meaning {
        case .probe(let unit, let probe):
            let shown = mixes[unit].shown(probe)
            return wiring.dosing[unit].uncompensated(shown, wiring.dosing[unit].probes[probe].perDegree)
        case .raw(let unit):
            let wires = wiring.dosing[unit]
            return wires.uncompensated(mixes[unit].raw.conductivity, wires.rawProbe?.perDegree ?? 0)
        case .temperature: return DosingWiring.waterTemperature
        case .metered(let unit, let place): return mixes[unit].channels[place].metered
        case .tank(let tank): return left(in: tank)
        case .tankLow(let tank, let least): return left(in: tank) <= least ? 1 : 0
        case .tray(let unit): return isTrayWet[unit] ? 1 : 0
        case .flowing(let source, let least): return mains[source].flow >= least ? 1 : 0
        }
    }

    private func left(in tank: Int) -> Double {
        var sum = 0.0
        for (unit, wires) in wiring.dosing.enumerated() {
            for place in wires.channels.indices where wires.channels[place].tank == tank { sum += mixes[unit].channels[place].left }
        }
        return sum
    }

    /// What the water behind the mixing point really has.
    public func conductivity(behind unit: DosingUnitIndex) -> Conductivity {
        .decisiemensPerMeter(mixes[unit.offset].here.conductivity)
    }

    public func acidity(behind unit: DosingUnitIndex) -> Acidity { .pH(mixes[unit.offset].here.pH) }

    /// Stock of a channel that has gone into the water.
    public func given(by channel: ChannelIndex) -> Volume {
        place(of: channel).map { .cubicMeters(mixes[$0.unit].channels[$0.place].given) } ?? .zero
    }

    public func left(in tank: TankIndex) -> Volume { .cubicMeters(left(in: tank.offset)) }

    /// The tank is filled again.
    public mutating func refill(_ tank: TankIndex, to volume: Volume) {
        forEachChannel(of: tank) { $0.refill(to: volume.cubicMeters) }
    }

    // MARK: Faults

    mutating func apply(_ fault: DosingFault, isOn: Bool) {
        switch fault {
        case .probe(let point, let trouble): forEachProbe(at: point) { $0.fault = isOn ? trouble.fault : nil }
        case .probesSwapped(let first, let second): swap(first, second)
        case .injectorLeaking(let channel): change(channel) { $0.isLeaking = isOn }
        case .injectorBlocked(let channel): change(channel) { $0.isBlocked = isOn }
        case .meterStuck(let channel): change(channel) { $0.isMeterStuck = isOn }
        case .tankDry(let tank): forEachChannel(of: tank) { isOn ? $0.refill(to: 0) : $0.refill(to: $0.size) }
        case .trayWet(let unit): isTrayWet[unit.offset] = isOn
        }
    }

    /// An injector whose valve does not close, or does not open.
    mutating func jamInjector(_ output: OutputIndex, _ jam: Valve.Jam) {
        for (unit, wires) in wiring.dosing.enumerated() {
            for place in wires.channels.indices where wires.channels[place].output == output.offset {
                mixes[unit].channels[place].isStuckOpen = jam == .open
                mixes[unit].channels[place].isBlocked = jam == .closed
            }
        }
    }

    private mutating func change(_ channel: ChannelIndex, _ body: (inout DosingChannel) -> Void) {
        guard let found = place(of: channel) else { return }
        body(&mixes[found.unit].channels[found.place])
    }

    private mutating func forEachChannel(of tank: TankIndex, _ body: (inout DosingChannel) -> Void) {
        for (unit, wires) in wiring.dosing.enumerated() {
            for place in wires.channels.indices where wires.channels[place].tank == tank.offset { body(&mixes[unit].channels[place]) }
        }
    }

    private mutating func forEachProbe(at point: PointIndex, _ body: (inout WaterProbe) -> Void) {
        for (unit, wires) in wiring.dosing.enumerated() {
            for place in wires.probes.indices where wires.probes[place].point == point { body(&mixes[unit].probes[place]) }
        }
    }

    /// Two cables of one unit are exchanged; twice is as before.
    private mutating func swap(_ first: PointIndex, _ second: PointIndex) {
        for (unit, wires) in wiring.dosing.enumerated() {
            guard let one = wires.probes.firstIndex(where: { $0.point == first }),
                  let other = wires.probes.firstIndex(where: { $0.point == second }) else { continue }
            mixes[unit].swap(one, other)
        }
    }
}

extension ProbeTrouble {
    fileprivate var fault: WaterProbe.Fault {
        switch self {
        case .fouled: .fouled(0.4)
        case .drifting: .drifting(perHour: -1)
        case .dry: .dry
        case .broken: .broken
        }
    }
}
