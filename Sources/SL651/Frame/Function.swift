public import Language

/// What a frame is for. Source: SL 651-2014, table B.1.
public struct Function: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let heartbeat = Function(rawValue: 0x2F)
    public static let test = Function(rawValue: 0x30)
    public static let evenPeriods = Function(rawValue: 0x31)
    public static let timed = Function(rawValue: 0x32)
    public static let extra = Function(rawValue: 0x33)
    public static let hourly = Function(rawValue: 0x34)
    public static let manual = Function(rawValue: 0x35)
    public static let picture = Function(rawValue: 0x36)
    public static let queryNow = Function(rawValue: 0x37)
    public static let queryPeriod = Function(rawValue: 0x38)
    public static let queryManual = Function(rawValue: 0x39)
    public static let queryElements = Function(rawValue: 0x3A)
    public static let setBasics = Function(rawValue: 0x40)
    public static let readBasics = Function(rawValue: 0x41)
    public static let setRunning = Function(rawValue: 0x42)
    public static let readRunning = Function(rawValue: 0x43)
    public static let queryPump = Function(rawValue: 0x44)
    public static let queryVersion = Function(rawValue: 0x45)
    public static let queryState = Function(rawValue: 0x46)
    public static let eraseStore = Function(rawValue: 0x47)
    public static let factorySettings = Function(rawValue: 0x48)
    public static let setPassword = Function(rawValue: 0x49)
    public static let setClock = Function(rawValue: 0x4A)
    public static let setCard = Function(rawValue: 0x4B)
    public static let controlPumps = Function(rawValue: 0x4C)
    public static let controlValves = Function(rawValue: 0x4D)
    public static let controlGates = Function(rawValue: 0x4E)
    public static let controlQuota = Function(rawValue: 0x4F)
    public static let queryEvents = Function(rawValue: 0x50)
    public static let queryClock = Function(rawValue: 0x51)

    public enum Kind: Sendable {
        /// The station speaks by itself.
        case report
        /// The center asks, and nothing changes by it.
        case query
        /// The center changes what the station is: settings, password, clock, stored data.
        case setting
        /// The center moves water: pumps, valves, gates, quotas.
        case control
        /// Reserved by the standard, or a maker's own.
        case unknown
    }

    public var kind: Kind {
        switch rawValue {
        case 0x2F...0x35: .report
        case 0x36...0x3A, 0x41, 0x43...0x46, 0x50, 0x51: .query
        case 0x40, 0x42, 0x47...0x4B: .setting
        case 0x4C...0x4F: .control
        default: .unknown
        }
    }

    public var name: Phrase { Function.names[rawValue] ?? Phrase(verbatim: String(rawValue, radix: 16, uppercase: true) + "H") }

    private static let names: [UInt8: Phrase] = [
        0x2F: Phrase(zh: "链路维持报", en: "heartbeat"), 0x30: Phrase(zh: "测试报", en: "test report"),
        0x31: Phrase(zh: "均匀时段报", en: "report of even periods"), 0x32: Phrase(zh: "定时报", en: "timed report"),
        0x33: Phrase(zh: "加报", en: "extra report"), 0x34: Phrase(zh: "小时报", en: "hourly report"),
        0x35: Phrase(zh: "人工置数报", en: "report of typed values"), 0x36: Phrase(zh: "图片报", en: "picture"),
        0x37: Phrase(zh: "查询实时数据", en: "query: values now"), 0x38: Phrase(zh: "查询时段数据", en: "query: values of a period"),
        0x39: Phrase(zh: "查询人工置数", en: "query: typed values"), 0x3A: Phrase(zh: "查询指定要素", en: "query: named elements"),
        0x40: Phrase(zh: "修改基本配置", en: "change basic settings"), 0x41: Phrase(zh: "读取基本配置", en: "read basic settings"),
        0x42: Phrase(zh: "修改运行参数", en: "change running settings"), 0x43: Phrase(zh: "读取运行参数", en: "read running settings"),
        0x44: Phrase(zh: "查询水泵电机数据", en: "query: pump motors"), 0x45: Phrase(zh: "查询软件版本", en: "query: version"),
        0x46: Phrase(zh: "查询状态和报警", en: "query: state and alarms"), 0x47: Phrase(zh: "清除固态存储", en: "erase stored data"),
        0x48: Phrase(zh: "恢复出厂设置", en: "factory settings"), 0x49: Phrase(zh: "修改密码", en: "change the password"),
        0x4A: Phrase(zh: "设置时钟", en: "set the clock"), 0x4B: Phrase(zh: "设置 IC 卡状态", en: "set the card state"),
        0x4C: Phrase(zh: "控制水泵", en: "switch pumps"), 0x4D: Phrase(zh: "控制阀门", en: "switch valves"),
        0x4E: Phrase(zh: "控制闸门", en: "move gates"), 0x4F: Phrase(zh: "水量定值控制", en: "switch the water quota"),
        0x50: Phrase(zh: "查询事件记录", en: "query: event counts"), 0x51: Phrase(zh: "查询时钟", en: "query: clock"),
    ]
}
