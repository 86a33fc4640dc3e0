/// What rows about feeding add up to, whoever keeps them.
extension Restored {
    /// Rows of another kind change nothing.
    public mutating func apply(feeding entry: LedgerEntry) {
        switch entry {
        case .feedMeal(let row): read(row)
        case .feedStock(let cage, let stock):
            stocks.removeAll { $0.cage == cage }
            stocks.append((cage: cage, stock: stock))
        case .feedPipe(let line, let outlet):
            loadedLines.removeAll { $0.line == line }
            if let outlet { loadedLines.append((line: line, outlet: outlet)) }
        case .feedLock(let cage, let isLocked, _):
            lockedCages.removeAll { $0 == cage }
            if isLocked { lockedCages.append(cage) }
        case .feedFast(let cage, let kind, let fast):
            fasts.removeAll { $0.cage == cage && $0.fast.kind == kind }
            if let fast { fasts.append((cage: cage, fast: fast)) }
        case .feedAppetite(let cage, let order):
            appetites.removeAll { $0.cage == cage }
            appetites.append((cage: cage, order: order))
        case .siloHolds(let silo, let mass):
            silos.removeAll { $0.silo == silo }
            silos.append((silo: silo, holds: mass))
        default: break
        }
    }
}
