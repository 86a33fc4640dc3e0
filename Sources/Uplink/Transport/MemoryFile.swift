import Glibc

/// What a link must know after a restart, in a file that is never half written.
struct MemoryFile: Sendable {
    private let folder: String
    private let name: String
    /// More than the biggest memory of any link.
    private static let bytesAtMost = 1 << 20

    init(folder: String, name: String) { (self.folder, self.name) = (folder, name) }

    private var path: String { "\(folder)/\(name)" }

    /// `nil`: there is none, or it cannot be read.
    func read() -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while bytes.count <= MemoryFile.bytesAtMost {
            var count = 0
            bytes += [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, taken in
                count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                taken = max(count, 0)
            }
            if count == 0 { return bytes }
            if count < 0 { return nil }
        }
        return nil
    }

    /// Writes a new file, brings it to the disk and puts it in the old one's place: after a power cut one of them is there.
    ///
    /// - Returns: `false`: the disk did not take it, and after a power cut the old one may stand.
    func write(_ bytes: [UInt8]) -> Bool {
        let draft = path + ".new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        let isWritten = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) } == bytes.count && fsync(descriptor) == 0
        close(descriptor)
        guard isWritten, rename(draft, path) == 0 else {
            unlink(draft)
            return false
        }
        return settleName()
    }

    func remove() {
        unlink(path)
        settleName()
    }

    @discardableResult
    private func settleName() -> Bool {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return fsync(descriptor) == 0
    }
}
