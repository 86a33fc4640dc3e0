import Language
import LocalAPI

/// Exit codes, documented in `docs/command-line.md`.
enum ExitStatus: Int32, Sendable {
    case ok = 0
    /// It was tried and failed, or the controller refused it.
    case failed = 1
    /// The command line or a file of the user's is wrong.
    case wrongUse = 2
    /// The controller does not run, or does not answer.
    case notReachable = 3
}

/// A command that did not do what it was asked: what, and what to do about it. Thrown by any subcommand.
struct Refused: Error {
    let status: ExitStatus
    /// Stable, for scripts: `unknown-zone`.
    let code: String
    let what: Phrase
    let remedy: Phrase?

    init(_ status: ExitStatus, code: String, _ what: Phrase, remedy: Phrase? = nil) {
        self.status = status
        self.code = code
        self.what = what
        self.remedy = remedy
    }

    /// A name that is not one of those there are: lists them, and says which was probably meant.
    static func unknown(_ kind: Phrase, code: String, _ name: String, among names: [String]) -> Refused {
        guard !names.isEmpty else {
            return Refused(.wrongUse, code: code, Phrase(zh: "没有名为 \(name) 的\(kind.zh)，一个也没有", en: "there is no \(kind.en) \(name), and no other either"))
        }
        let listed = names.prefix(24).joined(separator: ", ") + (names.count > 24 ? ", …" : "")
        let meant = closestName(to: name, among: names)
        return Refused(
            .wrongUse, code: code,
            Phrase(zh: "没有名为 \(name) 的\(kind.zh)", en: "there is no \(kind.en) \(name)"),
            remedy: Phrase(zh: (meant.map { "是否指 \($0)？" } ?? "") + "现有：\(listed)",
                           en: (meant.map { "Did you mean \($0)? " } ?? "") + "There are: \(listed)"))
    }
}
