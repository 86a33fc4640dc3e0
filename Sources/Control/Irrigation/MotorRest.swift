import ProcessImage

/// A pump that must not start yet lets its zones wait: no valve is opened for water that will not come.
extension IrrigationControl {
    /// What keeps the pump of a source from starting for a while; `nil`: nothing, or it runs.
    func rest(of source: SourceIndex, _ image: borrowing InputImage) -> Cause? {
        guard let pump = sourcePlans[source].pump else { return nil }
        let verdict = image.verdict(of: pump)
        switch verdict.hold {
        case .interlock(.resting), .interlock(.startsPerHour): return verdict.level.isOn ? nil : verdict.hold
        default: return nil
        }
    }
}
