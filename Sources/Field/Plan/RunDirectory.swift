extension FieldPlan {
    /// The plan with every serial port that is a plain name placed in the run directory: there the plant makes them.
    public func placed(inRunDirectory folder: String) -> FieldPlan {
        func place(_ port: String) -> String { port.hasPrefix("/") ? port : folder + "/" + port }
        return FieldPlan(buses: buses.map { $0.moved(place) }, lines: lines, bridges: bridges.map { $0.moved(place) })
    }

    /// The plan of the same site with the plant in place of the field: simulated lines, ports in the run directory, and
    /// this machine instead of every host. So any site can be tried at a desk, and no real device is reached.
    public func onPlant(inRunDirectory folder: String) -> FieldPlan {
        func place(_ port: String) -> String { folder + "/" + port.drop { $0 == "/" } }
        let lines = LinePlan(driver: .simulated, outputs: lines.outputs, inputs: lines.inputs, online: lines.online,
                             lease: lines.lease)
        return FieldPlan(buses: buses.map { $0.moved(host: "127.0.0.1", place) }, lines: lines,
                         bridges: bridges.map { $0.moved(place) })
    }
}

extension BusPlan {
    fileprivate func moved(host: String? = nil, _ port: (String) -> String) -> BusPlan {
        let transport: Transport = switch transport {
        case .serial(let path, let settings): .serial(path: port(path), settings)
        case .tcp(let own, let number): .tcp(host: host ?? own, port: number)
        case .rtuOverTCP(let own, let number): .rtuOverTCP(host: host ?? own, port: number)
        }
        return BusPlan(tag: tag, transport: transport, devices: devices)
    }
}
