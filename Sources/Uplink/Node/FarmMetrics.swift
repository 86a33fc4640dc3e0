import Journal
import Language
import ProcessImage
import Quantities

// What a farm says of itself: names as people use them, units as the site file writes them.
extension FarmSheet {
    /// Of the node itself: the site, its outputs, and the points that hang on no bus.
    func ofSite(lastOrder: @escaping @Sendable () -> LastOrder) -> [NodeMetric] {
        let state: [NodeMetric] = [
            named(tables.site, "Site/Name"),
            .flag("Site/Clock trusted") { $0.wall.isTrusted },
            .count("Site/Alarms") { $0.alarms.count },
            .count("Site/Alarms not acknowledged") { live in live.alarms.count { $0.state == .unacknowledged || $0.state == .returned } },
            .flag("Site/Ledger writable") { $0.ledgerIsWritable },
            .count("Site/Scan overruns") { Int(clamping: $0.statistics.overruns) },
            .text("Site/Last order") { _ in lastOrder().text },
            .text("Site/Last order outcome") { _ in lastOrder().outcome },
        ]
        return state + outputs + points(of: nil) + silos + ordersOfSite
    }

    private var ordersOfSite: [NodeMetric] {
        (mayAcknowledge ? [.button("Site/Acknowledge all alarms", .acknowledgeAll)] : [])
            + (mayStopAll ? [.button("Site/Stop all watering", .stopAll)] : [])
    }

    private func named(_ label: Label, _ metric: String = "Name") -> NodeMetric {
        let name = label.name[language]
        return .text(metric) { _ in name }
    }

    private var outputs: [NodeMetric] {
        tables.outputs.enumerated().map { number, output in
            .flag("Outputs/\(output.tag)") { $0.outputs.indices.contains(number) && $0.outputs[number].level.isOn }
        }
    }

    private var silos: [NodeMetric] {
        tables.silos.enumerated().map { number, silo in
            .number("Silos/\(silo.tag)", "kg") { $0.silos[number].holds?.kilograms }
        }
    }

    /// Without the tag of their device before theirs. Own words of such an owner have a `/`, which no tag has.
    private func points(of device: DeviceIndex?) -> [NodeMetric] {
        let prefix = device.map { tables.devices[$0.offset].tag + "." } ?? ""
        return tables.points.enumerated().filter { $1.device == device }.map { number, point in
            let name = point.tag.hasPrefix(prefix) ? String(point.tag.dropFirst(prefix.count)) : point.tag
            return .point(PointIndex(number), point, as: name)
        }
    }

    var devices: [NodeDevice] { zones + gates(tables.gates) + dosingUnits + cages + busDevices }

    private var busDevices: [NodeDevice] {
        tables.devices.enumerated().map { number, label in
            let device = DeviceIndex(number)
            return NodeDevice(subject: .device(device), tag: label.tag, metrics: [named(label, "Device/Name")] + points(of: device))
        }
    }

    private var zones: [NodeDevice] {
        tables.zones.enumerated().map { number, label in
            let state: [NodeMetric] = [
                named(label),
                .text("State") { "\($0.zones[number].status.phase)" },
                .text("Why") { [tables, language] in tables.text(of: $0.zones[number].status.cause)[language] },
                .flag("Tripped") { $0.zones[number].status.phase == .tripped },
                .number("Planned time", "min") { $0.zones[number].status.planned.time.map { $0.seconds / 60 } },
                .number("Planned volume", "m3") { $0.zones[number].status.planned.volume?.cubicMeters },
                .number("Watered", "min") { $0.zones[number].status.watered.seconds / 60 },
                .number("Volume", "m3") { $0.zones[number].status.volume.cubicMeters },
                .number("Flow", "m3/h") { $0.zones[number].status.flow?.cubicMetersPerHour },
            ]
            let zone = ZoneIndex(number)
            return NodeDevice(subject: .zone(zone), tag: label.tag,
                              metrics: state + (writable.contains(label.tag) ? orders(of: zone) : []))
        }
    }

    private func gates(_ labels: [Label]) -> [NodeDevice] {
        labels.enumerated().map { number, label in
            let state: [NodeMetric] = [
                named(label),
                .text("State") { "\($0.gates[number].status.reason)" },
                .number("Flow", "m3/s") { $0.gates[number].status.flow?.cubicMetersPerSecond },
                .number("Level set-point", "m") { $0.gates[number].status.setpoint?.meters },
                .number("Opening wanted", "m") { $0.gates[number].status.target?.meters },
            ]
            let gate = GateIndex(number)
            return NodeDevice(subject: .gate(gate), tag: label.tag,
                              metrics: state + (writable.contains(label.tag) ? orders(of: gate) : []))
        }
    }

    private var dosingUnits: [NodeDevice] {
        tables.dosingUnits.enumerated().map { number, label in
            let state: [NodeMetric] = [
                named(label),
                .text("State") { "\($0.dosing[number].reason)" },
                .text("Recipe") { [tables] in $0.dosing[number].recipe.map { tables.recipes[$0.offset].tag } },
                .number("EC", "mS/cm") { $0.dosing[number].ec?.base },
                .number("EC set-point", "mS/cm") { $0.dosing[number].ecTarget?.base },
                .number("pH", "pH") { $0.dosing[number].ph?.base },
                .number("pH set-point", "pH") { $0.dosing[number].phTarget?.base },
            ]
            let dosingUnit = DosingUnitIndex(number)
            return NodeDevice(subject: .dosingUnit(dosingUnit), tag: label.tag,
                              metrics: state + (writable.contains(label.tag) ? orders(of: dosingUnit) : []))
        }
    }

    private var cages: [NodeDevice] {
        tables.cages.enumerated().map { number, label in
            let state: [NodeMetric] = [
                named(label),
                .text("State") { "\($0.cages[number].reason)" },
                .flag("Locked") { $0.cages[number].isLocked },
                .number("Fish", nil) { $0.cages[number].stock?.count },
                .number("Mean weight", "g") { $0.cages[number].stock?.mean.grams },
                .number("Meal planned", "kg") { $0.cages[number].planned.kilograms },
                .number("Meal given", "kg") { $0.cages[number].given.kilograms },
                .number("Fed today", "kg") { $0.cages[number].today.kilograms },
                .number("Worst oxygen", "mg/L") { $0.cages[number].oxygen.worst },
                .number("Worst oxygen saturation", "%") { $0.cages[number].saturation?.percent },
                .flag("Siren") { $0.cages[number].oxygen.siren },
            ]
            let cage = CageIndex(number)
            return NodeDevice(subject: .cage(cage), tag: label.tag,
                              metrics: state + (writable.contains(label.tag) ? orders(of: cage) : []))
        }
    }
}
