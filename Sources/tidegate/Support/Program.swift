import ArgumentParser
import Foundation
import Language
import LocalAPI
import Schedule
import Site

/// Runs one command line and says how it ended. The whole program, but for the process around it.
enum Program {
    /// - Parameter arguments: without the program's name.
    static func run(_ typed: [String]) async -> ExitStatus {
        let arguments = withoutLanguage(typed), asJSON = arguments.contains("--json")
        do {
            var command = try Tidegate.parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return .ok
        } catch let refused as Refused {
            return report(refused, asJSON: asJSON)
        } catch let refused as SiteRefused {
            return report(refused, asJSON: asJSON)
        } catch let refusal as Refusal {
            return report(refusal, asJSON: asJSON)
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
            try? say(json: ErrorReply(refused))
        } else {
            let lines = [painted("tidegate: ", .bad) + refused.what.said] + (refused.remedy.map { ["  " + $0.said] } ?? [])
            Console.current.err(lines.joined(separator: "\n") + "\n")
        }
        return refused.status
    }

    /// Every problem of a user's file is the answer to what was asked of it, and so on standard output.
    private static func report(_ refused: SiteRefused, asJSON: Bool) -> ExitStatus {
        if asJSON { try? say(json: CheckJSON(refused)) } else { say(refused.text(in: Console.current.language)) }
        return .wrongUse
    }

    /// So is why a signed document counts for nothing.
    private static func report(_ refusal: Refusal, asJSON: Bool) -> ExitStatus {
        let text = Phrase(zh: refusal.text(in: .chinese), en: refusal.text(in: .english))
        if asJSON { try? say(json: ErrorReply(Refused(.failed, code: "refused", text))) } else { say(text) }
        return .failed
    }

    /// The parser throws for wrong use, but also for `--help` and completion scripts.
    private static func reportParser(_ error: any Error, _ arguments: [String]) -> ExitStatus {
        let asJSON = arguments.contains("--json")
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
            return report(unknown, asJSON: asJSON)
        }
        let what = usageError(negative(arguments, message) ?? message)
        let hint = text.split(separator: "\n").first { $0.hasPrefix("Help:  ") }.map { $0.dropFirst(7) + "\n  " } ?? ""
        let remedy = hint + help.usage(path, command) + "\n  " + path.joined(separator: " ") + " --help"
        return report(Refused(.wrongUse, code: "usage", what, remedy: Phrase(verbatim: remedy)), asJSON: asJSON)
    }

    /// To the parser a number below zero is an option, so that it misses the value: but nothing here takes one.
    private static func negative(_ arguments: [String], _ message: String) -> String? {
        guard let option = message.wholeMatch(of: /Missing value for '(.*)'/)?.1 else { return nil }
        let name = option.split(separator: " ").first.map(String.init)
        let value = zip(arguments, arguments.dropFirst()).first { $0.0 == name }?.1
        guard let value, value.wholeMatch(of: /-[0-9.].*/) != nil else { return nil }
        return "The value '\(value)' is invalid for '\(option)'"
    }

    /// The commands named in the parser's usage line, without the program's own name.
    private static func path(after heading: String, in text: String) -> [String] {
        let line = text.split(separator: "\n").first { $0.hasPrefix(heading) } ?? ""
        return line.dropFirst(heading.count).split(separator: " ").dropFirst().map(String.init)
    }
}

extension ErrorReply {
    /// For programs a refusal of the command's own has the shape of one by the controller.
    init(_ refused: Refused) {
        self.init(error: Body(code: refused.code, message: WireText(refused.what), remedy: refused.remedy.map { WireText($0) }))
    }
}
