public import Language
import ProcessImage

extension SyncReport {
    /// What is the matter, as a person is told; `nil`: nothing.
    public var problem: Phrase? {
        switch self {
        case .connected, .gaveUp: nil
        case .refused(_, let code):
            Phrase(zh: "服务器拒绝本机：{why}", en: "the broker refuses us: {why}").filled(["why": BrokerAnswer(code: code).text])
        case .unreachable: Phrase(zh: "连不上：查网络、服务器名和端口；用 TLS 时还要看本机时钟和证书", en: "it cannot be reached: look at the network, its name and port; with TLS at our clock and the certificate, too")
        case .messageTooLarge: Phrase(zh: "收到过大的报文，连接已断开", en: "a message that is too large came; the connection was cut")
        case .lost: Phrase(zh: "连接断了，正在重连", en: "the connection broke; it is tried again")
        case .noAnswer: Phrase(zh: "连上了却不答话：可能不是 MQTT 服务器，或上网要先登录", en: "it answers nothing: perhaps it is no MQTT broker, or the network wants a login first")
        case .subscriptionRefused: Phrase(zh: "服务器不许订阅回执主题：查它的权限设置", en: "the broker does not let us hear acknowledgements: look at its access list")
        case .acknowledgementUnreadable: Phrase(zh: "收到看不懂的回执", en: "an acknowledgement could not be read")
        }
    }
}
