import Foundation
import Language
import Testing
@testable import Site

/// Each `configs/refused/NAME.yaml` breaks one rule; `NAME.expected` beside it is what `tidegate check` says, in both languages.
@Suite struct RefusedFilesTests {
    @Test func `there are refused examples for every rule`() {
        #expect(Project.files(in: "configs/refused").count >= 40)
    }

    @Test("a refused file is refused with its exact text", arguments: Project.files(in: "configs/refused"))
    func refusedExactly(_ name: String) throws {
        let path = Project.path("configs/refused/\(name)")
        let refused = try #require(throws: SiteRefused.self) {
            try Site.load(path: path, boards: Project.path("boards"), profiles: Project.path("configs/profiles"))
        }
        let said = [Language.english, .chinese].map { refused.text(in: $0) }.joined(separator: "\n\n") + "\n"
        let expected = try String(contentsOfFile: String(path.dropLast(5)) + ".expected", encoding: .utf8)
        #expect(said.replacing(Project.root + "/", with: "") == expected)
    }

    @Test("problems stand in order of lines and none twice", arguments: Project.files(in: "configs/refused"))
    func ordered(_ name: String) throws {
        let refused = try #require(throws: SiteRefused.self) {
            try Site.load(path: Project.path("configs/refused/\(name)"), boards: Project.path("boards"),
                          profiles: Project.path("configs/profiles"))
        }
        let lines = refused.problems.map(\.line)
        #expect(lines == lines.sorted())
        #expect(Set(refused.problems).count == refused.problems.count)
    }

    @Test("every refusal says where, what and what to do in both languages", arguments: Project.files(in: "configs/refused"))
    func complete(_ name: String) throws {
        let refused = try #require(throws: SiteRefused.self) {
            try Site.load(path: Project.path("configs/refused/\(name)"), boards: Project.path("boards"),
                          profiles: Project.path("configs/profiles"))
        }
        for problem in refused.problems {
            #expect(!problem.file.isEmpty)
            for phrase in [problem.what, problem.remedy] {
                #expect(!phrase.zh.isEmpty && !phrase.en.isEmpty)
                #expect(phrase.zh.unicodeScalars.contains { ("\u{4E00}"..."\u{9FFF}").contains($0) }, "\(phrase.zh)")
                #expect(!phrase.en.unicodeScalars.contains { ("\u{4E00}"..."\u{9FFF}").contains($0) && !phrase.zh.contains($0.description) })
            }
        }
    }
}
