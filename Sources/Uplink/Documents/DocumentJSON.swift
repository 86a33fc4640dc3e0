import Language

/// Answers and standings as JSON, read as strictly as anything that anybody may have sent.
extension DocumentAnswer {
    public var encoded: [UInt8] { SyncEncoding.json.encode(.map([.init("v", .integer(1))] + members)) }

    fileprivate var members: [SyncValue.Member] {
        [.init("step", .text(step.rawValue)), .init("document", SyncValue(document)), .init("version", SyncValue(version)),
         .init("at", .integer(at)), .init("zh", .text(text.zh)), .init("en", .text(text.en))]
    }

    /// `nil`: no answer, of another version, or longer than an answer can be.
    public init?(_ message: [UInt8]) {
        guard let tree = SyncValue(ofMessage: message) else { return nil }
        self.init(tree)
    }

    fileprivate init?(_ tree: SyncValue) {
        guard let step = tree["step"]?.text.flatMap(Step.init), let at = tree["at"]?.integer,
              let zh = tree["zh"]?.text, let en = tree["en"]?.text else { return nil }
        self.init(step, document: tree["document"]?.text, version: tree["version"]?.version, at: at, Phrase(zh: zh, en: en))
    }
}

extension DocumentStanding {
    public var encoded: [UInt8] {
        SyncEncoding.json.encode(.map([
            .init("v", .integer(1)), .init("at", .integer(at)), .init("keys", SyncValue(keys)), .init("keysEnd", SyncValue(keysEnd)),
            .init("newest", SyncValue(newest)), .init("staged", staged?.tree ?? .null), .init("active", active?.tree ?? .null),
            .init("lastGood", lastGood?.tree ?? .null), .init("last", last.map { .map($0.members) } ?? .null),
        ]))
    }

    /// `nil`: no standing, of another version, or longer than one can be.
    public init?(_ message: [UInt8]) {
        guard let tree = SyncValue(ofMessage: message), tree["active"] != nil, let at = tree["at"]?.integer else { return nil }
        self.init(at: at)
        keys = tree["keys"]?.version
        keysEnd = tree["keysEnd"]?.text
        newest = tree["newest"]?.version
        staged = tree["staged"].flatMap(Slot.init)
        active = tree["active"].flatMap(Slot.init)
        lastGood = tree["lastGood"].flatMap(Slot.init)
        last = tree["last"].flatMap(DocumentAnswer.init)
    }
}

extension DocumentStanding.Slot {
    fileprivate var tree: SyncValue {
        .map([.init("version", .integer(Int64(version))), .init("first", .text(first)), .init("last", .text(last)),
              .init("waitsForApproval", .boolean(waitsForApproval)), .init("document", .text(document))])
    }

    fileprivate init?(_ tree: SyncValue) {
        guard let version = tree["version"]?.version, let first = tree["first"]?.text, let last = tree["last"]?.text,
              let document = tree["document"]?.text else { return nil }
        self.init(version: version, first: first, last: last, waitsForApproval: tree["waitsForApproval"] == .boolean(true),
                  document: document)
    }
}

extension SyncValue {
    /// A message of version 1, if it is one.
    fileprivate init?(ofMessage bytes: [UInt8]) {
        guard let tree = try? SyncEncoding.json.decode(bytes, within: SyncLimits(bytes: 65_536)),
              tree["v"] == .integer(1) else { return nil }
        self = tree
    }

    fileprivate init(_ text: String?) { self = text.map { .text($0) } ?? .null }
    fileprivate init(_ number: Int?) { self = number.map { .integer(Int64($0)) } ?? .null }

    /// A number of a document, if it can be one.
    fileprivate var version: Int? { integer.flatMap { (0...999_999_999).contains($0) ? Int($0) : nil } }
}
