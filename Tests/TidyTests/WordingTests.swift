import Foundation
import Testing

/// What must not stand in the tree, each with what to write instead.
@Suite struct BannedWordTests {
    struct Ban: Sendable, CustomTestStringConvertible {
        let word: String
        let instead: String
        let folders: [String]
        var testDescription: String { word }
    }

    static let scanSide = ["Quantities", "ProcessImage", "Agronomy", "Control", "Interlocks", "Scan", "Simulator"].map { "Sources/\($0)" }

    /// What speaks to others, without a clock of its own: time comes in.
    static let upstream = ["BeiDou", "SL651", "Sparkplug"].map { "Sources/\($0)" }

    static let bans: [Ban] = [
        Ban(word: "try!", instead: "a typed error", folders: ["Sources"]),
        Ban(word: "as!", instead: "as? with an answer for nil", folders: ["Sources"]),
        Ban(word: "TODO", instead: "an issue", folders: ["Sources"]),
        Ban(word: "FIXME", instead: "the mend", folders: ["Sources"]),
        Ban(word: "usleep(", instead: "a deadline on the monotonic clock", folders: ["Sources"]),
        Ban(word: "Thread.sleep", instead: "a deadline on the monotonic clock", folders: ["Sources"]),
        Ban(word: "Date(", instead: "image.now or image.wall", folders: scanSide),
        Ban(word: "ContinuousClock", instead: "image.now", folders: scanSide + upstream + ["Sources/Language"]),
        Ban(word: "SuspendingClock", instead: "image.now", folders: scanSide + upstream),
        Ban(word: "clock_gettime", instead: "image.now", folders: scanSide),
        Ban(word: "DispatchQueue", instead: "a thread with a name", folders: scanSide + ["Sources/Field"]),
        Ban(word: "Task {", instead: "a record in the ring", folders: scanSide + ["Sources/Field"]),
        Ban(word: "await ", instead: "a mailbox", folders: scanSide + ["Sources/Field"]),
        Ban(word: "print(", instead: "an event", folders: scanSide + ["Sources/Field", "Sources/Journal", "Sources/Site", "Sources/LocalAPI"]),
    ]

    /// The word itself, not the end of a longer one: `Date(` is not in `CivilDate(`.
    private func holds(_ line: String, _ word: String) -> Bool {
        line.ranges(of: word).contains { range in
            guard range.lowerBound > line.startIndex else { return true }
            let before = line[line.index(before: range.lowerBound)]
            return !(before.isLetter || before == "_")
        }
    }

    @Test(arguments: bans)
    func `a banned word stands nowhere`(ban: Ban) {
        for file in ban.folders.flatMap(Tree.swiftFiles(below:)) {
            for line in file.codeLines where holds(line.text, ban.word) {
                Issue.record("\(file.path):\(line.number): \(ban.word) — write \(ban.instead)")
            }
        }
    }
}

@Suite struct ShapeTests {
    static let longestFile = 400
    static let longestLine = 140

    @Test func `files stay short enough to hold in the head`() {
        for file in Tree.swiftFiles(below: "Sources") where file.lines.count > Self.longestFile {
            Issue.record("\(file.path) has \(file.lines.count) lines; split it along its own seams (\(Self.longestFile))")
        }
    }

    /// Bilingual texts are exempt: a sentence is better whole.
    @Test func `lines fit a screen`() {
        for file in Tree.swiftFiles(below: "Sources") {
            for (index, line) in file.lines.enumerated()
            where line.count > Self.longestLine && !line.contains("zh:") && !line.contains("en:") {
                Issue.record("\(file.path):\(index + 1) has \(line.count) columns (\(Self.longestLine))")
            }
        }
    }

    @Test func `functions stay within sixty lines`() {
        for file in Tree.swiftFiles(below: "Sources") {
            for function in longFunctions(of: file, over: 60) {
                Issue.record("\(file.path):\(function.line): \(function.length) lines; split it (60)")
            }
        }
    }

    /// By indentation: a function ends at the first line that closes at its own depth.
    private func longFunctions(of file: SourceFile, over limit: Int) -> [(line: Int, length: Int)] {
        var found: [(Int, Int)] = []
        let lines = file.lines
        for (start, line) in lines.enumerated() where line.contains("func ") && line.hasSuffix("{") {
            let indent = line.prefix { $0 == " " }
            guard let end = lines[(start + 1)...].firstIndex(where: { $0.hasPrefix(indent + "}") }) else { continue }
            if end - start + 1 > limit { found.append((start + 1, end - start + 1)) }
        }
        return found
    }
}
