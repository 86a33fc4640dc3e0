import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// Why a database is of no use now.
enum StorageFault: Error, Equatable {
    /// The file is not what we wrote: it is set aside.
    case damaged(String)
    /// The disk is full or locked: it is tried again.
    case unreachable(String)
    /// The disk fails or is read-only: the file is closed, opened again and then tried again.
    case failing(String)

    init(_ error: any Error, damagedBySchema: Bool = false) {
        if let fault = error as? StorageFault {
            self = fault
            return
        }
        guard let error = error as? DatabaseError else {
            // A value that is not of its column's kind is damage; what the file system says is not.
            self = error is RowDecodingError ? .damaged("\(error)") : .unreachable("\(error)")
            return
        }
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damaged(error.description)
        case .SQLITE_ERROR where damagedBySchema || error.message?.hasPrefix("no such") == true: self = .damaged(error.description)
        case .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_PROTOCOL, .SQLITE_READONLY: self = .failing(error.description)
        default: self = .unreachable(error.description)
        }
    }

    var text: String {
        switch self {
        case .damaged(let text), .unreachable(let text), .failing(let text): text
        }
    }
}

/// One SQLite file: opened, checked, migrated, set aside when it is damaged, asked again when the disk was away.
///
/// Who writes waits for whoever else does; any may read, on read-only connections of their own.
final class DatabaseFile: Sendable {
    let path: String
    let name: String
    private let folder: String
    private let migrator: DatabaseMigrator
    private let pool = Mutex<DatabasePool?>(nil)
    private let pagesWritten = Atomic<Int64>(0)

    init(folder: String, name: String, migrator: DatabaseMigrator) {
        self.folder = folder
        self.name = name
        self.migrator = migrator
        path = folder + "/" + name
    }

    // MARK: Opening

    /// - Parameter mustCheck: whether the whole file is to be read through, given the open database.
    func open(mustCheck: (Database) throws -> Bool = { _ in true }) throws(StorageFault) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let opened = try DatabasePool(path: path, configuration: configuration())
            try check(opened, mustCheck: mustCheck)
            // Every commit is on the disk for good when it returns.
            try opened.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            pool.withLock { $0 = opened }
        } catch {
            throw StorageFault(error)
        }
    }

    private func check(_ opened: DatabasePool, mustCheck: (Database) throws -> Bool) throws {
        do {
            if try opened.read(migrator.hasBeenSuperseded) {
                throw StorageFault.damaged("the file was written by a newer version")
            }
            try migrator.migrate(opened)
            let verdict = try opened.read { database in
                try mustCheck(database) ? String.fetchOne(database, sql: "PRAGMA quick_check(1)") : "ok"
            }
            guard verdict == "ok" else { throw StorageFault.damaged(verdict ?? "no answer to quick_check") }
        } catch {
            try? opened.close()
            throw StorageFault(error, damagedBySchema: true)
        }
    }

    /// Small caches: the gateway has little memory and our queries are few.
    private func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.label = name
        configuration.maximumReaderCount = 2
        configuration.busyMode = .timeout(2)
        configuration.foreignKeysEnabled = false
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA cache_size = -1024; PRAGMA journal_size_limit = 4194304")
        }
        return configuration
    }

    // MARK: Use

    var isOpen: Bool { pool.withLock { $0 != nil } }

    /// One transaction.
    func write(_ work: (Database) throws -> Void) throws(StorageFault) {
        guard let pool = pool.withLock({ $0 }) else { throw .unreachable("\(name) is not open") }
        do {
            try pool.write { database in
                countPages(database)
                try work(database)
            }
        } catch {
            throw StorageFault(error)
        }
    }

    /// Bytes sent to the disk since the start: each page goes to the log first and into the file later.
    var bytesWritten: Int64 { pagesWritten.load(ordering: .relaxed) * 2 * 4096 }

    /// What the commits before this one sent.
    private func countPages(_ database: Database) {
        var pages: Int32 = 0
        var highest: Int32 = 0
        sqlite3_db_status(database.sqliteConnection, SQLITE_DBSTATUS_CACHE_WRITE, &pages, &highest, 1)
        pagesWritten.wrappingAdd(Int64(pages), ordering: .relaxed)
    }

    /// Settings of the writing connection, outside a transaction.
    func configure(_ work: (Database) throws -> Void) throws(StorageFault) {
        guard let pool = pool.withLock({ $0 }) else { throw .unreachable("\(name) is not open") }
        do {
            try pool.writeWithoutTransaction(work)
        } catch {
            throw StorageFault(error)
        }
    }

    /// One consistent view of what is committed.
    func read<Value>(_ work: (Database) throws -> Value) throws(StorageFault) -> Value {
        guard let pool = pool.withLock({ $0 }) else { throw .unreachable("\(name) is not open") }
        do {
            return try pool.read(work)
        } catch {
            throw StorageFault(error)
        }
    }

    /// Leaves one whole file without a log, for the next life or for whoever carries the file away.
    func closeInOrder() {
        try? configure { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        close()
    }

    func close() {
        let closing = pool.withLock { pool in
            defer { pool = nil }
            return pool
        }
        closing?.interrupt()
        try? closing?.close()
    }

    // MARK: Setting aside

    /// Damaged files kept per database; the oldest beyond go, so that a bad disk is not filled with them.
    private static let keptAside = 3

    /// Renames the file and its log to `NAME.damaged-2026-11-23T0642Z`.
    /// - Returns: the new name.
    func setAside() throws(StorageFault) -> String {
        close()
        let manager = FileManager.default
        do {
            let aside = freeName(manager)
            try manager.moveItem(atPath: path, toPath: folder + "/" + aside)
            for ending in ["-wal", "-shm"] where manager.fileExists(atPath: path + ending) {
                try manager.moveItem(atPath: path + ending, toPath: folder + "/" + aside + ending)
            }
            try forgetOldest(manager)
            return aside
        } catch {
            throw StorageFault(error)
        }
    }

    /// Names of the files set aside, oldest first.
    func filesSetAside() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasPrefix(name + ".damaged-") && !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }.sorted()
    }

    private func freeName(_ manager: FileManager) -> String {
        let stamp = minuteStamp(Date())
        var candidate = "\(name).damaged-\(stamp)"
        var count = 1
        while manager.fileExists(atPath: folder + "/" + candidate) {
            count += 1
            candidate = "\(name).damaged-\(stamp)-\(count)"
        }
        return candidate
    }

    private func forgetOldest(_ manager: FileManager) throws {
        for old in filesSetAside().dropLast(DatabaseFile.keptAside) {
            for ending in ["", "-wal", "-shm"] where manager.fileExists(atPath: folder + "/" + old + ending) {
                try manager.removeItem(atPath: folder + "/" + old + ending)
            }
        }
    }

    /// The database with its log, in bytes.
    var fileBytes: Int64 {
        ["", "-wal"].reduce(0) { sum, ending in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path + ending)
            return sum + ((attributes?[.size] as? NSNumber)?.int64Value ?? 0)
        }
    }
}

/// Such as `2026-11-23T0642Z`.
private func minuteStamp(_ date: Date) -> String {
    var moment = time_t(date.timeIntervalSince1970)
    var parts = tm()
    gmtime_r(&moment, &parts)
    return String(format: "%04d-%02d-%02dT%02d%02dZ", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                  parts.tm_hour, parts.tm_min)
}
