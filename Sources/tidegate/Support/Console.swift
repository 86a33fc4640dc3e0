import Foundation
import Language

/// Where a command speaks and how: one value for the whole program, so that tests can run commands in any language and
/// read what they said.
struct Console: Sendable {
    var language: Language
    /// Columns of the terminal; `nil` when nobody reads on a screen (a pipe, a file): then nothing is wrapped or cut.
    var width: Int?
    var usesColour = false
    /// Standard output and standard error, a piece of text at a time.
    var out: @Sendable (String) -> Void
    var err: @Sendable (String) -> Void
    /// Shows a question, beside what standard output is for, and reads a line; `nil` when nobody sits at the terminal.
    var ask: @Sendable (String) -> String? = { _ in nil }

    @TaskLocal static var current = Console.ofProcess(arguments: CommandLine.arguments, ProcessInfo.processInfo.environment)

    /// The console of this process: terminal or pipe, language of `--lang` or the locale.
    static func ofProcess(arguments: [String], _ environment: [String: String]) -> Console {
        let isTerminal = isatty(STDOUT_FILENO) == 1
        return Console(
            language: language(arguments: arguments, environment),
            width: isTerminal ? terminalSize().columns : nil,
            usesColour: isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb",
            out: { write($0, to: STDOUT_FILENO) },
            err: { write($0, to: STDERR_FILENO) },
            ask: { question in
                guard isatty(STDIN_FILENO) == 1 else { return nil }
                write(question, to: STDERR_FILENO)
                return readLine()
            })
    }

    /// `--lang` wins over the locale: it must be known before the arguments are parsed, since help and refusals need it.
    static func language(arguments: [String], _ environment: [String: String]) -> Language {
        for (index, argument) in arguments.enumerated().reversed() {
            if argument == "--lang", index + 1 < arguments.count, let language = Language(rawValue: arguments[index + 1]) {
                return language
            }
            if argument.hasPrefix("--lang="), let language = Language(rawValue: String(argument.dropFirst(7))) {
                return language
            }
        }
        return Language(environment: environment)
    }

    /// Rows and columns of the terminal; 24 × 80 when it does not say.
    static func terminalSize() -> (rows: Int, columns: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return (24, 80) }
        return (Int(size.ws_row), Int(size.ws_col))
    }

    /// Writes all of it; a reader that went away (`| head`) ends the program as it does other tools.
    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

extension Phrase {
    /// In the language of the person at this console.
    var said: String { self[Console.current.language] }
}

/// A line on standard output.
func say(_ text: String = "") { Console.current.out(text + "\n") }
func say(_ phrase: Phrase) { say(phrase.said) }

/// A value as JSON on standard output, for `--json`: keys in order, so that two runs compare.
func say(json value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    say(String(decoding: try encoder.encode(value), as: UTF8.self))
}
