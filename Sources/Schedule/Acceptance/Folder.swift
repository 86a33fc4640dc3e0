import Foundation
import Site

/// What the acceptance of a schedule needs of a disk, step by step, so that a test can cut the power after any of them.
protocol StepFiles {
    /// Writes a file that is not there yet, and brings it to the disk.
    func write(_ bytes: [UInt8], to name: String) throws(DiskFault)
    /// Puts a file in another's place, whole or not at all.
    func rename(_ name: String, to other: String) throws(DiskFault)
    /// Brings the names of the folder to the disk.
    func syncNames() throws(DiskFault)
    func remove(_ name: String) throws(DiskFault)
    /// `nil` when there is no such file, or it cannot be read, or is longer than a document may be.
    func read(_ name: String) -> [UInt8]?
    func names() -> [String]
}

/// What the disk did not do.
public struct DiskFault: Error, Equatable {
    public let what: String
}

extension StepFiles {
    /// Write new, bring to the disk, rename, bring the names to the disk: after a power cut the old bytes or the new ones, never a mixture.
    func replace(_ name: String, with bytes: [UInt8]) throws(DiskFault) {
        let new = name + ".new"
        try write(bytes, to: new)
        try rename(new, to: name)
        try syncNames()
    }
}

/// One folder of a real disk, named by the installer and nobody else's.
struct DiskFolder: StepFiles {
    let path: String

    /// Makes the folder when it is not there, for its owner alone.
    init(_ path: String) throws(DiskFault) {
        self.path = path
        if mkdir(path, 0o700) == 0 {
            try DiskFolder.sync("\(path)/..")
        } else if errno != EEXIST {
            throw DiskFault(path)
        }
    }

    private func full(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ bytes: [UInt8], to name: String) throws(DiskFault) {
        let descriptor = open(full(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw DiskFault(name) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw DiskFault(name) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw DiskFault(name) }
    }

    func rename(_ name: String, to other: String) throws(DiskFault) {
        guard Glibc.rename(full(name), full(other)) == 0 else { throw DiskFault(other) }
    }

    func syncNames() throws(DiskFault) { try DiskFolder.sync(path) }

    private static func sync(_ path: String) throws(DiskFault) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw DiskFault(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw DiskFault(path) }
    }

    func remove(_ name: String) throws(DiskFault) {
        guard unlink(full(name)) == 0 || errno == ENOENT else { throw DiskFault(name) }
    }

    func read(_ name: String) -> [UInt8]? {
        guard case .success(let bytes) = BoundedFile.read(full(name)) else { return nil }
        return bytes
    }

    func names() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted() ?? [] }
}

/// Holds a folder for one program at a time, as long as it lives.
final class FolderLock: Sendable {
    private let descriptor: Int32
    /// Tenths of a second for which another program may have it: nobody holds it for long.
    private static let patience = 50

    init(_ path: String) throws(DiskFault) {
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw DiskFault(path) }
        for _ in 0..<Self.patience {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
            guard errno == EWOULDBLOCK || errno == EINTR else { break }
            poll(nil, 0, 100)
        }
        let fault = DiskFault(path)
        close(descriptor)
        throw fault
    }

    deinit { close(descriptor) }
}

extension DiskFault {
    fileprivate init(_ name: String) { self.init(what: "\(name): \(String(cString: strerror(errno)))") }
}
