import ArgumentParser
import Foundation
import Language

/// Runs one command line and says how it ended. The whole program, but for the process around it.
enum Program {
    /// - Parameter arguments: without the program's name.
    static func run(_ typed: [String]) async -> ExitStatus {
        let arguments = withoutLanguage(typed)
        do {
            var command = try Tidegate.parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return .ok
        } catch let refused as Refused {
            return report(refused, asJSON: arguments.contains("--json"))
        } catch let exit as ExitCode {
            return ExitStatus(rawValue: exit.rawValue) ?? .failed
        } catch {
            return reportParser(error, arguments)
        }
    }

    /// `--lang` may stand anywhere and is already obeyed (`Console.language`); one that is no language stays, to be refused.
    private static func withoutLanguage(_ arguments: [String]) -> [String] {
        var kept: [String] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--lang", let value = rest.first, Language(rawValue: value) != nil {
                rest.removeFirst()
            } else if !argument.hasPrefix("--lang=") || Language(rawValue: String(argument.dropFirst(7))) == nil {
                kept.append(argument)
            }
        }
        return kept
    }

    private static func report(_ refused: Refused, asJSON: Bool) -> ExitStatus {
        if asJSON {
            try? say(json: RefusalJSON(refused))
        } else {
            let lines = [painted("tidegate: ", .bad) + refused.what.said] + (refused.remedy.map { ["  " + $0.said] } ?? [])
            Console.current.err(lines.joined(separator: "\n") + "\n")
        }
        return refused.status
    }

    /// The parser throws for wrong use, but also for `--help` and completion scripts.
    private static func reportParser(_ error: any Error, _ arguments: [String]) -> ExitStatus {
        let text = Tidegate.fullMessage(for: error)
        guard let help = try? Help(of: Tidegate.self) else { return .failed }
        if Tidegate.exitCode(for: error) == .success {
            let isHelp = text.hasPrefix("OVERVIEW: ") || text.hasPrefix("USAGE: ")
            say(isHelp ? help.page(of: path(after: "USAGE: ", in: text)) : text)
            return .ok
        }
        let names = path(after: "Usage: ", in: text)
        let (path, command) = help.command(at: names)
        let message = Tidegate.message(for: error)
        if let word = message.wholeMatch(of: /Unexpected argument '(.*)'/)?.1, !command.shown.isEmpty {
            let unknown = Refused.unknown(Phrase(zh: "命令", en: "command"), code: "unknown-command", String(word),
                                          among: command.shown.map(\.commandName))
            return report(unknown, asJSON: arguments.contains("--json"))
        }
        let what = usageError(message)
        let hint = text.split(separator: "\n").first { $0.hasPrefix("Help:  ") }.map { $0.dropFirst(7) + "\n  " } ?? ""
        let remedy = hint + help.usage(path, command) + "\n  " + path.joined(separator: " ") + " --help"
        return report(Refused(.wrongUse, code: "usage", what, remedy: Phrase(verbatim: remedy)),
                      asJSON: arguments.contains("--json"))
    }

    /// The commands named in the parser's usage line, without the program's own name.
    private static func path(after heading: String, in text: String) -> [String] {
        let line = text.split(separator: "\n").first { $0.hasPrefix(heading) } ?? ""
        return line.dropFirst(heading.count).split(separator: " ").dropFirst().map(String.init)
    }
}

/// A refusal for programs: the same shape as the local API's.
private struct RefusalJSON: Encodable {
    struct Body: Encodable {
        let code: String
        let message: [String: String]
        let remedy: [String: String]?
    }

    let error: Body

    init(_ refused: Refused) {
        func both(_ phrase: Phrase) -> [String: String] { ["zh": phrase.zh, "en": phrase.en] }
        error = Body(code: refused.code, message: both(refused.what), remedy: refused.remedy.map(both))
    }
}
