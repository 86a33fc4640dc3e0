import ArgumentParser
import Foundation
import Language

/// Help in our own words and columns: the parser knows the commands, but speaks only English and counts letters instead
/// of columns. Made from the description it gives of every command.
struct Help {
    private let root: CommandDescription
    private let groups: [(title: String, commands: [String])]

    init(of program: any ParsableCommand.Type) throws {
        root = try JSONDecoder().decode(ToolDescription.self, from: Data(program._dumpHelp().utf8)).command
        groups = program.configuration.groupedSubcommands.map { group in
            (group.name, group.subcommands.map { $0._commandName })
        }
    }

    /// The command a path of names leads to, as far as the names are commands.
    func command(at path: some Sequence<String>) -> (path: [String], CommandDescription) {
        var reached = [root.commandName]
        var command = root
        for name in path {
            guard let next = command.shown.first(where: { $0.commandName == name }) else { break }
            reached.append(name)
            command = next
        }
        return (reached, command)
    }

    /// Every command there is, as the names that lead to it, the program itself first.
    var allPaths: [[String]] {
        func paths(_ command: CommandDescription, _ path: [String]) -> [[String]] {
            [path] + command.shown.flatMap { paths($0, path + [$0.commandName]) }
        }
        return paths(root, [])
    }

    func page(of names: some Sequence<String>) -> String {
        let (path, command) = command(at: names)
        var parts = [abstract(of: command), usage(path, command)]
        parts += path.count == 1 ? groupedCommands() : commandList(Phrase(zh: "命令", en: "commands"), command.shown)
        let arguments = (command.arguments ?? []).filter(\.isShown)
        parts += section(Phrase(zh: "参数", en: "arguments"), arguments.filter { $0.kind == "positional" })
        parts += section(Phrase(zh: "选项", en: "options"), arguments.filter { $0.kind != "positional" && !$0.isCommon })
        parts += section(Phrase(zh: "通用选项", en: "common options"), arguments.filter(\.isCommon))
        if !command.shown.isEmpty { parts.append(more(path)) }
        return parts.joined(separator: "\n\n")
    }

    /// `tidegate run <zone> --for <time> [options]`, with its heading.
    func usage(_ path: [String], _ command: CommandDescription) -> String {
        let arguments = (command.arguments ?? []).filter(\.isShown)
        var words = path
        if !command.shown.isEmpty { words.append(Phrase(zh: "<命令>", en: "<command>").said) }
        words += arguments.filter { $0.kind == "positional" || !$0.mayBeLeftOut }.map(\.synopsis)
        if arguments.contains(where: { $0.kind != "positional" && $0.mayBeLeftOut }) {
            words.append(Phrase(zh: "[选项]", en: "[options]").said)
        }
        return Phrase(zh: "用法：", en: "Usage: ").said + words.joined(separator: " ")
    }

    private func abstract(of command: CommandDescription) -> String {
        [command.abstract, command.discussion].compactMap(\.self)
            .flatMap { wrapped($0, to: Help.width) }.joined(separator: "\n")
    }

    private func groupedCommands() -> [String] {
        groups.flatMap { group in
            commandList(Phrase(verbatim: group.title), group.commands.compactMap { name in
                root.shown.first { $0.commandName == name }
            })
        }
    }

    private func commandList(_ title: Phrase, _ commands: [CommandDescription]) -> [String] {
        list(title, commands.map { ($0.commandName, $0.abstract ?? "") })
    }

    private func section(_ title: Phrase, _ arguments: [ArgumentDescription]) -> [String] {
        list(title, arguments.map { ($0.label, $0.explanation) })
    }

    /// A heading and two columns; nothing at all when there are no rows.
    private func list(_ title: Phrase, _ rows: [(String, String)]) -> [String] {
        guard !rows.isEmpty else { return [] }
        let column = min(rows.map { displayWidth($0.0) }.max() ?? 0, 26)
        let indent = String(repeating: " ", count: column + 4)
        let lines = rows.flatMap { label, text in
            let texts = wrapped(text, to: Help.width - column - 4)
            let hangs = displayWidth(label) > column
            let first = hangs ? ["  " + label, indent + texts[0]] : ["  " + padded(label, to: column) + "  " + texts[0]]
            return first + texts.dropFirst().map { indent + $0 }
        }
        return [([title.said + Phrase(zh: "：", en: ":").said] + lines).joined(separator: "\n")]
    }

    private func more(_ path: [String]) -> String {
        Phrase(zh: "某个命令的详细用法：{path} <命令> --help", en: "More on one command: {path} <command> --help")
            .filled(["path": Phrase(verbatim: path.joined(separator: " "))]).said
    }

    private static var width: Int { min(max(Console.current.width ?? 80, 60), 100) }
}

// MARK: What the parser says of the commands (its `--experimental-dump-help`, version 0)

struct ToolDescription: Decodable {
    let command: CommandDescription
}

struct CommandDescription: Decodable {
    let commandName: String
    let abstract: String?
    let discussion: String?
    let shouldDisplay: Bool?
    let subcommands: [CommandDescription]?
    let arguments: [ArgumentDescription]?

    /// The parser's own `help` command works, but is not listed beside ours.
    var shown: [CommandDescription] {
        (subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
    }
}

struct ArgumentDescription: Decodable {
    struct Name: Decodable {
        let kind: String
        let name: String
        var spelled: String { (kind == "long" ? "--" : "-") + name }
    }

    let kind: String
    let shouldDisplay: Bool
    let isOptional: Bool
    let isRepeating: Bool
    let names: [Name]?
    let preferredName: Name?
    let valueName: String?
    let defaultValue: String?
    let allValues: [String]?
    let abstract: String?

    var isShown: Bool { shouldDisplay || isHelp }
    var mayBeLeftOut: Bool { isOptional || kind == "flag" || defaultValue != nil }
    var isHelp: Bool { preferredName?.name == "help" }

    /// Understood by every command, and explained after what is the command's own.
    var isCommon: Bool {
        kind != "positional" && ["help", "version", "lang", "json", "socket"].contains(preferredName?.name ?? "")
    }

    private var value: String { "<\(valueName ?? "")>" }

    var synopsis: String {
        let core = kind == "positional" ? value : [preferredName?.spelled, kind == "option" ? value : nil]
            .compactMap(\.self).joined(separator: " ")
        let repeated = core + (isRepeating ? "…" : "")
        return mayBeLeftOut ? "[\(repeated)]" : repeated
    }

    /// `-h, --help`, or `--for <time>`, or `<zone>`.
    var label: String {
        guard kind != "positional" else { return value }
        let spelled = (names ?? []).map(\.spelled).sorted { $0.count < $1.count }.joined(separator: ", ")
        return kind == "option" ? spelled + " " + value : spelled
    }

    var explanation: String {
        if isHelp { return Phrase(zh: "显示这个命令的用法", en: "show how this command is used").said }
        if preferredName?.name == "version" { return Phrase(zh: "显示版本", en: "show the version").said }
        return (abstract ?? "") + values + standard
    }

    private var values: String {
        guard let allValues, !allValues.isEmpty, preferredName?.name != "lang" else { return "" }
        let list = allValues.joined(separator: ", ")
        return Phrase(zh: "（可取 \(list)）", en: " (one of: \(list))").said
    }

    private var standard: String {
        guard let defaultValue, kind != "flag" else { return "" }
        return Phrase(zh: "（缺省 \(defaultValue)）", en: " (default: \(defaultValue))").said
    }
}
