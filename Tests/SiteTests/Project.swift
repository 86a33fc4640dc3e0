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
