import GRDB
import ProcessImage
import Quantities

/// What was found of the ledger at the start.
struct LedgerFound: Sendable {
    var restored = Restored()
    var lastWall: WallTime?
    var nextCommand: UInt64 = 1
    var batch: UInt64 = 0
    var problem: String?
    /// The name of the damaged file.
    var setAside: String?
    /// Which outputs are proven was taken from the copy beside the ledger.
    var provenByCopy = false
}

/// The three ways a ledger is met: well, damaged, out of reach.
struct LedgerOpening {
    let file: DatabaseFile
    let tables: SiteTables
    let proofs: ProofCopy

    func open() -> LedgerFound {
        do {
            try file.open()
            return try takeOver()
        } catch .damaged(let text) {
            return beginAnew(because: text)
        } catch {
            return goOnWithout(error)
        }
    }

    /// Writes before anything relies on it: a disk that is read-only lets itself be opened and only then refuses.
    private func takeOver() throws(StorageFault) -> LedgerFound {
        try file.write { database in
            try LedgerTables(tables: tables, database: database).endOrphans()
            try LedgerTables(tables: tables, database: database).endOrphanDoses()
            try Meta.set(.batch, Meta.get(.batch, in: database) ?? 0, in: database)
        }
        return try file.read { try found(in: $0) }
    }

    private func found(in database: Database) throws -> LedgerFound {
        var found = LedgerFound()
        found.restored = try LedgerTables(tables: tables, database: database).restore()
        found.lastWall = try Meta.get(.lastWall, in: database).map { WallTime(unixMilliseconds: $0, trust: 0) }
        let reserved = try Meta.get(.nextCommand, in: database) ?? 1
        let audited = try Int64.fetchOne(database, sql: "SELECT max(command) FROM audit") ?? 0
        found.nextCommand = UInt64(clamping: max(reserved, audited &+ 1))
        found.batch = UInt64(clamping: try Meta.get(.batch, in: database) ?? 0)
        return found
    }

    private func beginAnew(because text: String) -> LedgerFound {
        var found = unknown(because: text)
        do {
            found.setAside = try file.setAside()
            try file.open()
            let restored = found.restored
            try file.write { database in
                try LedgerTables(tables: tables, database: database).begin(from: restored, at: Moment.wall, isAfterLoss: true)
            }
            found.problem = nil
        } catch {
            file.close()
            found.problem = error.text
        }
        return found
    }

    /// Full and read-only disks can still be read.
    private func goOnWithout(_ fault: StorageFault) -> LedgerFound {
        file.close()
        var found = unknown(because: fault.text)
        for immutable in [false, true] {
            if let read = try? readOnly(immutable: immutable) {
                found = read
                found.problem = fault.text
                break
            }
        }
        return found
    }

    /// - Parameter immutable: without lock or log, for a disk on which neither can be made. A log left behind by a
    ///   crash is then not seen, so what is found may not be all.
    private func readOnly(immutable: Bool) throws -> LedgerFound {
        var configuration = Configuration()
        configuration.readonly = true
        let uri = "file:\(file.path)?mode=ro\(immutable ? "&immutable=1" : "")"
        let queue = try DatabaseQueue(path: uri, configuration: configuration)
        var found = try queue.read { try self.found(in: $0) }
        if immutable {
            found.restored.ledgerIsComplete = false
            found.restored.bookedIsComplete = false
            found.restored.lockedCages = everyCage
        }
        return found
    }

    /// Numbers begin far above any that was ever given, so that none comes twice.
    private func unknown(because text: String) -> LedgerFound {
        let far = UInt64.random(in: 1 << 32 ..< 1 << 40)
        var found = LedgerFound(nextCommand: far, problem: text)
        found.restored.ledgerIsComplete = false
        found.restored.bookedIsComplete = false
        found.restored.nextRun = RunID(rawValue: far)
        found.restored.lockedCages = everyCage
        found.restored.proven = proofs.read()
        found.provenByCopy = proofs.exists
        return found
    }

    /// Where locks are not known people may be at work in any of them.
    private var everyCage: [CageIndex] { tables.cages.indices.map { CageIndex($0) } }
}
