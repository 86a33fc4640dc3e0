public import Language
import ProcessImage

extension SyncReport {
    /// What is the matter, as a person is told; `nil`: nothing.
    public var problem: Phrase? {
        switch self {
        case .connected, .gaveUp: nil
        case .failed(_, let fault): fault.problem
        case .acknowledgementUnreadable: Phrase(zh: "收到看不懂的回执", en: "an acknowledgement could not be read")
        }
    }
}

extension DialFault {
    fileprivate var problem: Phrase {
        switch self {
        case .refused(let code):
            Phrase(zh: "服务器拒绝本机：{why}", en: "the broker refuses us: {why}").filled(["why": BrokerAnswer(code: code).text])
        case .unreachable: Phrase(zh: "连不上：查网络、服务器名和端口；用 TLS 时还要看本机时钟和证书", en: "it cannot be reached: look at the network, its name and port; with TLS at our clock and the certificate, too")
        case .tooLarge: Phrase(zh: "收到过大的报文，连接已断开", en: "a message that is too large came; the connection was cut")
        case .lost: Phrase(zh: "连接断了，正在重连", en: "the connection broke; it is tried again")
        case .noAnswer: Phrase(zh: "连上了却不答话：可能不是 MQTT 服务器，或上网要先登录", en: "it answers nothing: perhaps it is no MQTT broker, or the network wants a login first")
        case .subscriptionRefused: Phrase(zh: "服务器不许订阅回执主题：查它的权限设置", en: "the broker does not let us hear acknowledgements: look at its access list")
        }
    }
}

extension Reach {
    /// `nil`: nothing that explains anything.
    public var problem: Phrase? {
        switch self {
        case .noName: Phrase(zh: "服务器的域名解析不出来：查网络、流量卡、DNS，名字是否写对", en: "its name cannot be resolved: look at the network, the SIM, DNS, and whether the name is right")
        case .closed: Phrase(zh: "机器在线，端口没人听：MQTT 服务没开，或端口写错", en: "the machine answers, nobody listens at that port: is the broker running, is the port right?")
        case .silent: Phrase(zh: "没有任何回应：查网络、流量卡、防火墙", en: "nothing answers: look at the network, the SIM, firewalls")
        case .webPage: Phrase(zh: "答话的是网页，不是 MQTT 服务器：多半上网要先登录，或流量卡已停机", en: "a web page answers, no broker: the network wants a login first, or the SIM was stopped")
        case .open: nil
        }
    }

    /// What people are told of once when the link has been away for long.
    var event: EventKind? {
        switch self {
        case .noName: .uplinkNameUnknown
        case .webPage: .uplinkIsWebPage
        case .closed, .silent, .open: nil
        }
    }
}

extension RecordStatus {
    /// What is the matter, as a person is told; `nil`: nothing.
    public var words: Phrase? { reach?.problem ?? problem?.problem }
}
