import Language
import Yams

/// One place in a user's file: its value, its line, and the path of keys that leads to it.
///
/// Reading never stops at a problem: a getter reports what is wrong and returns `nil`, and the caller goes on with any
/// valid value. Nothing is built from a file once its report is not clean.
struct Entry {
    indirect enum Value {
        case word(String)
        case list([Entry])
        case map([(key: String, entry: Entry)])
    }

    let file: String
    let line: Int
    /// Such as `zones.east-1.valve`.
    let path: String
    let report: Report
    /// Last: in another place the compiler (Swift 6.3.1) finds a circle in what it is made of.
    let value: Value

    /// The last key of the path.
    var key: String { path.split(separator: ".").last.map(String.init) ?? path }

    var place: String { "\(file):\(line)" }

    /// The value where it is one plain word or sentence.
    var word: String? { if case .word(let word) = value { word } else { nil } }

    /// The sentences are composed only while the report has room: a hostile file has more problems than anybody reads.
    func refuse(_ what: @autoclosure () -> Phrase, _ remedy: @autoclosure () -> Phrase) {
        guard !report.isFull else { return }
        report.add(Problem(file: file, line: line, key: path, what: what(), remedy: remedy()))
    }

    /// Whether it stands in a schedule, which cannot change what a site file says.
    var isInSchedule: Bool { file == report.schedule }

    /// What to do about it: something here, or a setting of the site file, which is the installer's where this is a schedule.
    /// - Parameter own: without a full stop.
    func either(_ own: Phrase, orChange setting: String) -> Phrase {
        isInSchedule ? Phrase(zh: "\(own.zh)；确有需要，请安装商改站点文件的 \(setting)。", en: "\(own.en), or have the installer change \(setting) in the site file.")
            : Phrase(zh: "\(own.zh)，或改 \(setting)。", en: "\(own.en), or change \(setting).")
    }

    /// Something the site file lacks.
    /// - Parameters:
    ///   - example: what to write there.
    ///   - own: what would do without it, where there is such a thing.
    func lacking(_ setting: String, _ example: String, otherwise own: Phrase? = nil) -> Phrase {
        let (zh, en) = isInSchedule
            ? ("请安装商在站点文件里写上 \(setting)，如 \(example)", "Have the installer give \(setting) in the site file, such as \(example)")
            : ("写上 \(setting)，如 \(example)", "Give \(setting), such as \(example)")
        return Phrase(zh: zh + (own.map { "；或\($0.zh)" } ?? "") + "。", en: en + (own.map { ", or \($0.en)" } ?? "") + ".")
    }

    func notice(_ what: Phrase, _ remedy: Phrase) {
        report.notice(Problem(file: file, line: line, key: path, what: what, remedy: remedy))
    }
}

extension Entry {
    /// Reads a file's bytes into its root; reports and returns `nil` when they are no map in our form of YAML.
    static func root(of bytes: [UInt8], file: String, report: Report) -> Entry? {
        guard let form = Form.check(bytes, file: file, report: report) else { return nil }
        do {
            // Every scalar is a word here, so nothing has to guess its kind (with patterns that take a megabyte).
            guard let node = try Yams.compose(yaml: form.text, .basic) else {
                report.add(.empty(file: file))
                return nil
            }
            for problem in form.repeated { report.add(problem) }
            let root = Entry(node, path: "", file: file, report: report)
            if case .map = root.value { return root }
            report.add(.empty(file: file))
        } catch {
            let slips = [form.bracketSlip].compactMap(\.self) + LikelySlip.all(in: form.text).map { $0.problem(file: file) }
            for problem in slips.isEmpty ? [NotYAML(error, text: form.text).problem(file: file)] : slips { report.add(problem) }
        }
        return nil
    }

    private init(_ node: Node, path: String, file: String, report: Report) {
        self.file = file
        self.path = path
        self.report = report
        line = node.mark?.line ?? 0
        switch node {
        case .scalar(let scalar): value = .word(scalar.string)
        case .sequence(let nodes):
            value = .list(nodes.enumerated().map {
                Entry($1, path: "\(path)[\($0)]", file: file, report: report)
            })
        case .mapping(let pairs): value = .map(Entry.pairs(pairs, path: path, file: file, report: report))
        case .alias: value = .word("")
        }
    }

    private static func pairs(_ mapping: Node.Mapping, path: String, file: String,
                              report: Report) -> [(key: String, entry: Entry)] {
        mapping.compactMap { keyNode, valueNode in
            guard let key = keyNode.scalar?.string else { return nil }
            let name = key.first == Form.duplicateMark ? Form.name(ofRepeated: key) : key
            guard let name else { return nil }
            let childPath = path.isEmpty ? name : "\(path).\(name)"
            let child = Entry(valueNode, path: childPath, file: file, report: report)
            // A missing value has its mark on the next line; people look for its key.
            return (key, child.at(line: keyNode.mark?.line ?? child.line))
        }
    }

    /// The same place with a part of its text.
    func replacing(_ word: String) -> Entry {
        Entry(file: file, line: line, path: path, report: report, value: .word(word))
    }

    private func at(line: Int) -> Entry {
        Entry(file: file, line: line, path: path, report: report, value: value)
    }
}

extension Problem {
    fileprivate static func empty(file: String) -> Problem {
        Problem(file: file, line: 0, key: "", what: Phrase(zh: "文件里没有“项: 值”。", en: "the file holds no keys and values."),
                remedy: Phrase(zh: "请参照 configs/example-*.yaml。", en: "See configs/example-*.yaml."))
    }
}
