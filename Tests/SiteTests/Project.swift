import Foundation
import Language
import Testing
@testable import Site

/// The project's own files, as they are shipped.
enum Project {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    static func files(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
        return names.filter { $0.hasSuffix(".yaml") }.sorted()
    }

    static func path(_ relative: String) -> String { "\(root)/\(relative)" }

    /// A site of this text, with the project's boards and profiles.
    static func site(_ text: String) throws -> Site {
        let path = try scratchFile(Array(text.utf8))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try Site.load(path: path, boards: Project.path("boards"), profiles: Project.path("configs/profiles"))
    }
}

/// Loads a site and shows every problem when it is refused.
func load(_ path: String) throws -> Site {
    do {
        return try Site.load(path: path)
    } catch {
        Issue.record("\(error.text(in: .english))")
        throw error
    }
}

/// What a site file is refused with, or an empty text.
func refusal(of path: String, boards: String? = nil, profiles: String? = nil) -> String {
    do {
        _ = try Site.load(path: path, boards: boards, profiles: profiles)
        return ""
    } catch {
        return error.text(in: .english)
    }
}
