public import Sparkplug

/// The topics by which documents come to one gateway and its answers go back.
public struct DocumentTopics: Hashable, Sendable {
    public let gateway: TopicName

    public init(_ gateway: TopicName) { self.gateway = gateway }

    private var root: String { "tidegate/\(gateway.text)/schedule/v1/" }

    /// What a gateway listens to: `document` and all topics below it. Which of them a message comes by means nothing.
    var heard: String { root + "document/#" }

    public func isHeard(_ topic: String) -> Bool { topic == root + "document" || topic.hasPrefix(root + "document/") }

    /// Where a message of a document is kept by the broker: the newest of each kind, and each part, in a place of its own.
    /// - Parameter part: 0: the document as it is; 1 …: that part of it.
    func document(_ kind: String, part: Int = 0) -> String { root + "document/\(kind)" + (part > 0 ? "/\(part)" : "") }

    /// One message for each step of a document.
    public var answer: String { root + "answer" }
    /// How the gateway stands, kept by the broker.
    public var standing: String { root + "standing" }
}
