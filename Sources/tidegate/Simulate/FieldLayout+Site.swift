import Field
import ProcessImage
import Quantities
import Scan
import Simulator
import Site

extension FieldLayout {
    /// What the site's drivers would do, told to the simulator in its own words.
    init(of site: Site) {
        var supplies = site.tables.points.map { _ in Supply.line }
        var holders = site.tables.outputs.map { _ in Holder.guardian }
        for device in site.field.buses.flatMap(\.devices) {
            for point in device.points { supplies[point.point.offset] = .device(device.index, every: point.every) }
            for output in device.outputs { holders[output.output.offset] = .relay(device.index) }
            supplies[device.online.offset] = .deviceOnline(device.index)
        }
        // To the simulator a bridge is a part of the guard: it holds leases in the same way.
        for bridge in site.field.bridges { supplies[bridge.online.offset] = .deviceOnline(bridge.index) }
        if let point = site.scan.guardOnline { supplies[point.index.offset] = .guardOnline }
        for setpoint in site.tables.setpoints { supplies[setpoint.point.offset] = .scan }
        self.init(supplies: supplies, holders: holders, setpoints: site.tables.setpoints.map(\.device), lease: site.field.lines.lease)
    }
}
