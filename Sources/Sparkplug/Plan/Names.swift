/// One level of a topic: a group, a node, a device or a host.
///
/// UTF-8, not empty, at most 128 bytes, without `+`, `/`, `#` (reserved by MQTT) and control characters.
public struct TopicName: Hashable, Sendable {
    public let text: String

    /// `nil`: not a name.
    public init?(_ text: String) {
        let forbidden = text.unicodeScalars.contains { $0 == "+" || $0 == "/" || $0 == "#" || $0.properties.generalCategory == .control }
        guard (1...128).contains(text.utf8.count), !forbidden else { return nil }
        self.text = text
    }
}

/// A node among all others: group and node together are used once in the whole plant.
public struct NodeName: Hashable, Sendable {
    public let group: TopicName
    public let node: TopicName

    public init(group: TopicName, node: TopicName) {
        self.group = group
        self.node = node
    }

    func topic(_ message: NodeMessage) -> String {
        "\(sparkplugNamespace)/\(group.text)/\(message.rawValue)/\(node.text)"
    }

    func topic(_ message: DeviceMessage, of device: TopicName) -> String {
        "\(sparkplugNamespace)/\(group.text)/\(message.rawValue)/\(node.text)/\(device.text)"
    }
}

/// Messages whose topic ends with the node.
enum NodeMessage: String {
    case birth = "NBIRTH"
    case data = "NDATA"
    case death = "NDEATH"
    case command = "NCMD"
}

/// Messages whose topic ends with a device.
enum DeviceMessage: String {
    case birth = "DBIRTH"
    case data = "DDATA"
    case death = "DDEATH"
    case command = "DCMD"
}

let sparkplugNamespace = "spBv1.0"

/// Where a host says whether it is there.
func stateTopic(of host: TopicName) -> String { "\(sparkplugNamespace)/STATE/\(host.text)" }
