import Language
public import Quantities

/// Looks at the sticks that are in, takes what it finds by the same way as everything else, and writes beside it what became of it.
public struct StickWatch: Sendable {
    private let files: StickFiles
    private let clock: LocalClock
    /// What was looked at and is still there: a stick that comes again is looked at again.
    private var seen: Set<StickFiles.File> = []

    /// - Parameters:
    ///   - site: the tag of this gateway's site: only that folder of a stick is looked at.
    ///   - roots: where sticks are mounted; default `/media`, `/run/media` and `/mnt`.
    public init(site: String, clock: LocalClock, roots: [String]? = nil) {
        files = StickFiles(roots: roots ?? StickFiles.usualRoots, site: site)
        self.clock = clock
    }

    /// One look.
    /// - Parameters:
    ///   - now: for the answers on the stick.
    ///   - take: judges a document.
    /// - Returns: what was taken or refused in this look.
    public mutating func look(now: WallTime, take: (_ document: [UInt8]) -> Answer) -> [(path: String, document: [UInt8], answer: Answer)] {
        let here = files.files()
        let new = here.filter { !seen.contains($0) }
        seen = Set(here)
        return new.compactMap { file in
            guard let bytes = file.read() else { return nil }
            let answer = take(bytes)
            _ = file.answer(text(answer, now))
            return (file.path, bytes, answer)
        }
    }

    private func text(_ answer: Answer, _ now: WallTime) -> String {
        let (date, time) = clock.local(unixSeconds: now.unixSeconds)
        return (now.isTrusted ? "\(date.text) \(time.text)\n" : "") + "\(answer.text.zh)\n\n\(answer.text.en)\n"
    }
}
