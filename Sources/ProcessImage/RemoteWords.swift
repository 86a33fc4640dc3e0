public import Language

/// Why an order from upstream was not passed on to the scan. Raw values are stable: they lie in events.
public enum RemoteRefusal: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case retained = 1
    case unreadable = 2
    case unknownMetric = 3
    case notWritable = 4
    case wrongType = 5
    case outOfRange = 6
    case noTime = 7
    case stale = 8
    case seenBefore = 9
    case clockNotTrusted = 10
    case tooMany = 11
    case notBorn = 12

    public var text: Phrase {
        switch self {
        case .retained: Phrase(zh: "是服务器留存的旧报文", en: "the broker had kept it from before")
        case .unreadable: Phrase(zh: "报文读不懂", en: "it cannot be read")
        case .unknownMetric: Phrase(zh: "没有这个量", en: "there is no such metric")
        case .notWritable: Phrase(zh: "站点文件没有允许上级改它", en: "the site file lets nobody upstream order it")
        case .wrongType: Phrase(zh: "值的类型不对", en: "its value is of another type")
        case .outOfRange: Phrase(zh: "值超出范围", en: "its value is out of range")
        case .noTime: Phrase(zh: "没有写明下达时间", en: "it does not say when it was given")
        case .stale: Phrase(zh: "下达时间与本机相差一分钟以上", en: "it was given more than a minute from our time")
        case .seenBefore: Phrase(zh: "同一条指令已经来过", en: "the same order was there before")
        case .clockNotTrusted: Phrase(zh: "本机时钟未校准，不知它是否过时", en: "our clock is not trusted, so nobody knows how old it is")
        case .tooMany: Phrase(zh: "指令太多，来不及处理", en: "too many orders come at once")
        case .notBorn: Phrase(zh: "还没有向上级报到", en: "the node or device is not born yet")
        }
    }
}

/// Why a broker does not want us, in either version of MQTT.
public enum BrokerAnswer: Sendable, BitwiseCopyable, CaseIterable {
    case version, clientName, unavailable, login, notAllowed, malformed, busy, banned, takenOver, tooLarge, quota, moved, other

    /// By the return code of MQTT 3.1.1 (3.2.2.3) or the reason code of MQTT 5 (2.4).
    public init(code: UInt8) {
        self = switch code {
        case 1, 0x84: .version
        case 2, 0x85: .clientName
        case 3, 0x88, 0x8B: .unavailable
        case 4, 0x86, 0x8C: .login
        case 5, 0x87: .notAllowed
        case 0x81, 0x82: .malformed
        case 0x89, 0x9F: .busy
        case 0x8A: .banned
        case 0x8E: .takenOver
        case 0x95: .tooLarge
        case 0x93, 0x96, 0x97: .quota
        case 0x9C, 0x9D: .moved
        default: .other
        }
    }

    public var text: Phrase {
        switch self {
        case .other: Phrase(zh: "没有说明原因", en: "it does not say why")
        case .version: Phrase(zh: "不支持这个 MQTT 版本", en: "it does not speak this version of MQTT")
        case .clientName: Phrase(zh: "不接受本机的客户端名", en: "it does not take our client's name")
        case .unavailable: Phrase(zh: "服务器暂停服务", en: "it is out of service")
        case .login: Phrase(zh: "用户名或密码不对", en: "the user or password is wrong")
        case .notAllowed: Phrase(zh: "本机没有权限", en: "we are not allowed to")
        case .busy: Phrase(zh: "服务器太忙", en: "it is too busy")
        case .banned: Phrase(zh: "本机被服务器封禁", en: "it has banned us")
        case .takenOver: Phrase(zh: "另一台机器用了同一个客户端名", en: "another machine uses our client's name")
        case .tooLarge: Phrase(zh: "报文太大", en: "a message is too large")
        case .quota: Phrase(zh: "超过服务器规定的数量", en: "a quota of the broker is used up")
        case .moved: Phrase(zh: "服务器已迁走", en: "it has moved to another place")
        case .malformed: Phrase(zh: "服务器认为报文不合规", en: "it finds our messages malformed")
        }
    }
}
