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
        default: break
        }
    }
}
