import Foundation

/// Signed documents on whatever is mounted: `tidegate-schedules/SITE/*.signed`. Nothing else of a stick is looked at, nothing is run, no
/// link is followed, and whatever lies there, only so much of it is read.
struct StickFiles {
    static let folder = "tidegate-schedules"
    static let ending = ".signed"
    /// Where sticks appear, themselves and two levels below: `/media/STICK`, `/run/media/USER/STICK`, `/mnt`.
    static let usualRoots = ["/media", "/run/media", "/mnt"]
    private static let levels = 2
    private static let entriesMax = 64
    private static let filesMax = 16
    private static let nameMax = 120

    /// A file as it is at one moment: written anew, it is another.
    struct File: Hashable {
        let folder: String
        let name: String
        let inode: UInt64
        let bytes: Int64
        let seconds: Int
        let nanoseconds: Int

        var path: String { "\(folder)/\(name)" }
    }

    let roots: [String]
    let site: String

    /// At most 16 of a stick, by name.
    func files() -> [File] { roots.flatMap { below($0, Self.levels) } }

    private func below(_ place: String, _ levels: Int) -> [File] {
        let ours = "\(place)/\(Self.folder)"
        let own = Self.isFolder(ours) ? documents(in: "\(ours)/\(site)") : []
        guard levels > 0 else { return own }
        let folders = Self.names(in: place).filter { $0 != Self.folder && Self.isFolder("\(place)/\($0)") }
        return own + folders.flatMap { below("\(place)/\($0)", levels - 1) }
    }

    private func documents(in folder: String) -> [File] {
        guard Self.isFolder(folder) else { return [] }
        let names = Self.names(in: folder).filter { $0.hasSuffix(Self.ending) && !$0.hasPrefix(".") && $0.utf8.count <= Self.nameMax }
        return names.prefix(Self.filesMax).compactMap { File(folder, $0) }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// By name; of a folder with more entries than a stick has use for, some.
    private static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while names.count < entriesMax, let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}

extension StickFiles.File {
    fileprivate init?(_ folder: String, _ name: String) {
        var status = stat()
        guard lstat("\(folder)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        self.init(folder: folder, name: name, inode: UInt64(status.st_ino), bytes: Int64(status.st_size),
                  seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    }

    /// At most one byte more than a document may have, so that a longer one is known as such.
    func read() -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: Envelope.bytesMax + 1), filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress.map { $0 + filled }, $0.count - filled) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            filled += count
        }
        return Array(bytes[..<filled])
    }

    /// Writes what became of it beside it, in both languages. A stick that is not writable stays as it is.
    /// - Returns: whether it stands there.
    func answer(_ text: String) -> Bool {
        let beside = path + ".answer.txt"
        if FileManager.default.contents(atPath: beside) == Data(text.utf8) { return true }
        // A new file in any case: what a stick has in this place is not written through.
        guard unlink(beside) == 0 || errno == ENOENT else { return false }
        let descriptor = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) } == bytes.count && fsync(descriptor) == 0
    }
}
