extension FieldPlan {
    /// The plan with every serial port that is a plain name placed in the run directory: there the plant makes them.
    public func placed(inRunDirectory folder: String) -> FieldPlan {
        FieldPlan(buses: buses.map { $0.placed(in: folder) }, lines: lines)
    }
}

extension BusPlan {
    fileprivate func placed(in folder: String) -> BusPlan {
        guard case .serial(let path, let settings) = transport, !path.hasPrefix("/") else { return self }
        return BusPlan(tag: tag, transport: .serial(path: folder + "/" + path, settings), devices: devices)
    }
}
