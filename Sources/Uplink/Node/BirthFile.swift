import Foundation
import Glibc

/// The number of the newest birth, on disk before it is used (`tck-id-topics-nbirth-bdseq-increment`).
struct BirthFile: Sendable {
    private let path: String

    init(folder: String) { path = folder + "/sparkplug-birth" }

    /// `nil`: there is none, or it cannot be read; births then begin with 0.
    var number: UInt8? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8), text.utf8.count < 8 else { return nil }
        return UInt8(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// Puts a number in the place of the old, so that a power cut leaves one of the two.
    /// - Returns: `false`: the disk did not take it.
    func keep(_ number: UInt8) -> Bool {
        let fresh = path + ".new"
        let file = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { return false }
        let bytes = Array("\(number)\n".utf8)
        let isWritten = write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
        close(file)
        guard isWritten, rename(fresh, path) == 0 else { return false }
        return keepFolder()
    }

    private func keepFolder() -> Bool {
        let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return false }
        defer { close(folder) }
        return fsync(folder) == 0
    }
}
