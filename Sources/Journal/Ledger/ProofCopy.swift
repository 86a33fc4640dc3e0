import Foundation
import ProcessImage

/// A second copy of the proofs of outputs, in a plain file beside the ledger. When the ledger is damaged it tells which outputs had
/// been proven, each as it was wired then. A proof is about wiring and does not grow old, so a sound copy is worth what the
/// ledger's row was; a file that is not whole, to its last letter, tells nothing, and every output waits for somebody to prove it.
struct ProofCopy: Sendable {
    private let path: String
    private let folder: String
    private let tables: SiteTables

    private static let heading = "tidegate proofs 1"
    /// Nothing that we write is longer: 512 outputs with their wiring.
    private static let bytesMax = 1_000_000

    init(folder: String, tables: SiteTables) {
        self.folder = folder
        self.tables = tables
        path = folder + "/proofs.copy"
    }

    var exists: Bool { FileManager.default.fileExists(atPath: path) }

    // MARK: Reading

    /// Outputs that are wired as they were when they were proven; none where the file is missing or not whole.
    func read() -> [OutputIndex] {
        guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int, size <= Self.bytesMax,
              let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8) else { return [] }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count >= 3, lines.removeLast().isEmpty, let seal = lines.popLast(), seal == Self.seal(lines),
              lines.first == Self.heading else { return [] }
        let proven = Set(lines.dropFirst())
        return tables.outputs.indices.map { OutputIndex($0) }.filter { proven.contains(line(of: $0)) }
    }

    // MARK: Writing

    /// Whole, or not at all. A disk that does not take it leaves the copy before.
    func write(_ proven: [OutputIndex]) {
        let lines = [Self.heading] + proven.filter { tables.outputs.indices.contains($0.offset) }.map(line(of:))
        let text = (lines + [Self.seal(lines)]).joined(separator: "\n") + "\n"
        let draft = path + ".new"
        guard FileManager.default.createFile(atPath: draft, contents: nil), let file = FileHandle(forWritingAtPath: draft) else { return }
        do {
            try file.write(contentsOf: Data(text.utf8))
            try file.synchronize()
            try file.close()
        } catch {
            return
        }
        rename(draft, path)
        let directory = open(folder, O_RDONLY)
        if directory >= 0 {
            fsync(directory)
            close(directory)
        }
    }

    private func line(of output: OutputIndex) -> String {
        "\(tables.outputs[output.offset].tag)\t\(tables.fingerprint(of: output))"
    }

    private static func seal(_ lines: [String]) -> String {
        let hash = SHA256.hash(Array(lines.joined(separator: "\n").utf8))
        return "sha256 " + hash.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
