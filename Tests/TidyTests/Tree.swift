import Foundation

/// The project's tree as the tidy tests read it.
enum Tree {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Swift files below a folder of the project, in order.
    static func swiftFiles(below folder: String) -> [SourceFile] { files(below: folder, ending: "swift") }

    static func files(below folder: String, ending: String) -> [SourceFile] {
        let base = root.appendingPathComponent(folder)
        let found = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil)
        let paths = (found?.allObjects as? [URL] ?? []).filter { $0.pathExtension == ending }
        return paths.sorted { $0.path < $1.path }.compactMap { url in
            (try? String(contentsOf: url, encoding: .utf8)).map { text in
                SourceFile(path: String(url.path.dropFirst(root.path.count + 1)), text: text)
            }
        }
    }

    static func text(of path: String) -> String? {
        try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }
}

struct SourceFile {
    let path: String
    let text: String

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// Lines without what stands in comments; texts in quotes stay.
    var codeLines: [(number: Int, text: String)] {
        lines.enumerated().compactMap { index, line in
            let trimmed = line.drop { $0 == " " }
            if trimmed.hasPrefix("//") { return nil }
            return (index + 1, String(line))
        }
    }

    /// Modules this file imports.
    var imports: [String] {
        lines.compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            guard let at = words.firstIndex(of: "import"), at + 1 < words.count, at <= 2,
                  words[..<at].allSatisfy({ ["public", "internal", "private", "@testable", "@preconcurrency"].contains($0) })
            else { return nil }
            return words[at + 1].split(separator: ".").first.map(String.init)
        }
    }
}
