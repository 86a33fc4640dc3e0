import ArgumentParser
import Foundation
import Language
import Quantities
import Site
import Sparkplug
import Uplink

/// The broker by which gateways are reached. Use as `@OptionGroup var broker: BrokerOptions`.
struct BrokerOptions: ParsableArguments {
    enum Security: String, ExpressibleByArgument {
        case off
        case tunnel = "off-in-a-tunnel"
    }

    @Option(help: .said(zh: "MQTT 服务器，端口缺省 8883（不加密时 1883）", en: "the MQTT broker; default port 8883, or 1883 without TLS",
                        valueName: Phrase(zh: "主机[:端口]", en: "host[:port]")))
    var broker: String

    @Option(help: .said(zh: "用户名", en: "user name", valueName: Phrase(zh: "用户", en: "name")))
    var user: String?

    @Option(help: .said(zh: "密码文件，密码写在第一行", en: "a file whose first line is the password", valueName: Phrase(zh: "文件", en: "file")))
    var passwordFile: String?

    @Option(help: .said(zh: "信任的根证书文件；缺省用系统自带的", en: "certificates that are trusted; default those of this machine", valueName: Phrase(zh: "文件", en: "file")))
    var authority: String?

    @Option(help: .said(zh: "不加密：off 只许连本机；已在 VPN 内写 off-in-a-tunnel", en: "no TLS: off to this machine only; off-in-a-tunnel inside a VPN",
                        valueName: Phrase(verbatim: "off|off-in-a-tunnel")))
    var tls: Security?

    func address() throws -> Broker {
        let (host, port) = try place()
        if tls == .off, !BrokerSheet.isThisMachine(host) {
            throw Refused(.wrongUse, code: "tls", Phrase(zh: "到 \(host) 不加密，密码谁都能看到", en: "without TLS the password can be read by anyone on the way to \(host)"),
                          remedy: Phrase(zh: "删去 --tls off；已在 VPN 内写 --tls off-in-a-tunnel。", en: "Remove --tls off; inside a VPN write --tls off-in-a-tunnel."))
        }
        return Broker(host: host, port: port ?? (tls == nil ? 8883 : 1883), login: try login(),
                      security: tls == nil ? .tls(authority: authority, own: nil) : .none)
    }

    /// `host`, `host:port` or `[address]:port`.
    private func place() throws -> (host: String, port: UInt16?) {
        let found = broker.wholeMatch(of: /\[([0-9A-Fa-f:.]+)\](?::([0-9]+))?/) ?? broker.wholeMatch(of: /([^:\[\]\/\s]+)(?::([0-9]+))?/)
        let port = found?.2.flatMap { UInt16($0) }
        if let found, found.2 == nil || (port ?? 0) > 0 { return (String(found.1), port) }
        throw Refused(.wrongUse, code: "broker", Phrase(zh: "“\(broker)”不是服务器地址", en: "\"\(broker)\" is no address of a broker"),
                      remedy: Phrase(zh: "写成 mqtt.example.cn 或 mqtt.example.cn:8883。", en: "Write mqtt.example.cn or mqtt.example.cn:8883."))
    }

    private func login() throws -> Broker.Login? {
        guard let user else { return nil }
        return Broker.Login(name: user, password: try passwordFile.map { BoundedFile.firstLine(of: try bytes(ofFile: $0)) } ?? "")
    }

    /// A push by this broker. Its client's name is used once, so that two desks do not drive each other out.
    func link(_ targets: [PushTarget]) throws -> PushLink {
        var settings = DialSettings()
        (settings.firstRest, settings.longestRest, settings.seed) = (.seconds(1), .seconds(10), UInt64.random(in: .min ... .max))
        let name = "tidegate-desk-" + String(UInt32.random(in: .min ... .max), radix: 16)
        return PushLink(targets, settings, broker: try address(), clientName: name)
    }
}

extension DialFault {
    var words: Phrase {
        switch self {
        case .unreachable: Phrase(zh: "连不上服务器", en: "the broker cannot be reached")
        case .refused(4), .refused(5): Phrase(zh: "服务器不认这个用户名或密码", en: "the broker does not take this name or password")
        case .refused(let code): Phrase(zh: "服务器拒绝连接（代码 \(code)）", en: "the broker refuses the connection (code \(code))")
        case .lost: Phrase(zh: "连接断了", en: "the connection was lost")
        case .tooLarge: Phrase(zh: "服务器发来一条过大的消息", en: "the broker sent a message that is too large")
        case .noAnswer: Phrase(zh: "服务器没有应答", en: "the broker does not answer")
        case .subscriptionRefused: Phrase(zh: "服务器不准看这些网关的应答", en: "the broker does not let us hear these gateways' answers")
        }
    }

    var remedy: Phrase {
        switch self {
        case .refused: Phrase(zh: "请检查 --user 与 --password-file。", en: "Check --user and --password-file.")
        case .subscriptionRefused: Phrase(zh: "请服务器管理员放行 tidegate/+/schedule/v1/#。", en: "Have the broker's keeper allow tidegate/+/schedule/v1/#.")
        case .unreachable, .lost, .tooLarge, .noAnswer: Phrase(zh: "请检查 --broker、网络与证书（--authority）。", en: "Check --broker, the network and the certificates (--authority).")
        }
    }
}
