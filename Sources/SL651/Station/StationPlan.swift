public import Language
public import Quantities

/// One value a station reports.
public struct ReportedPoint: Hashable, Sendable {
    public let element: ElementID
    /// A change by so much since the last report is told at once (an extra report). Base unit of the element's dimension.
    public let extraAt: Double?
    /// Digits behind the point where the bureau wants others than table C.1 has; 0 … 7.
    public let decimals: Int?

    public init(_ element: ElementID, extraAt: Double? = nil, decimals: Int? = nil) {
        self.element = element
        self.extraAt = extraAt
        self.decimals = decimals.map { min(max($0, 0), 7) }
    }
}

/// The two sets of twelve that an hourly report carries, each from one of the points.
public struct HourlySets: Hashable, Sendable {
    /// Index of the point that counts all rain (26H).
    public let rain: Int?
    /// Index of the point whose level is told.
    public let level: Int?
    /// What the levels of the set are counted from, m.
    public let levelBase: Double

    public init(rain: Int?, level: Int?, levelBase: Double = 0) {
        (self.rain, self.level, self.levelBase) = (rain, level, levelBase)
    }
}

/// What a station is, what it reports and when. Checked here: a plan that exists can be run.
public struct StationPlan: Hashable, Sendable {
    public struct Identity: Hashable, Sendable {
        public let station: StationAddress
        /// 1 … 255.
        public let center: UInt8
        public let password: UInt16
        /// Table A.1: 4DH soil moisture, 48H river, 49H intake, 47H groundwater, 51H water quality.
        public let category: UInt8
        /// Told when the center asks for it; at most 200 bytes.
        public let version: String

        public init(station: StationAddress, center: UInt8, password: UInt16, category: UInt8, version: String) {
            (self.station, self.center, self.password, self.category) = (station, center, password, category)
            self.version = version
        }
    }

    /// How the station is on the line.
    public struct Line: Hashable, Sendable {
        public let form: FrameForm
        /// `nil`: M1, nobody answers. Else M2: how long an answer is waited for before the frame is sent again.
        public let answerWithin: Duration?
        /// Whether the line is kept (TCP), or let go when all is told (a modem that costs power).
        public let isKept: Bool
        /// How often a silent line says that it lives; `nil`: never. 1 … 255 s; the standard advises 40 s.
        public let heartbeat: Duration?
        /// Bytes a frame may have: 256 on the internet, 140 by SMS, 98 by BeiDou. Source: SL 651-2014, H.4.2.
        public let frameAtMost: Int
        /// How long the line is left alone after three frames without an answer.
        public let pause: Duration

        public init(form: FrameForm = .hex, answerWithin: Duration? = .seconds(30), isKept: Bool = true,
                    heartbeat: Duration? = .seconds(40), frameAtMost: Int = 256, pause: Duration = .seconds(60)) {
            (self.form, self.answerWithin, self.isKept) = (form, answerWithin, isKept)
            (self.heartbeat, self.frameAtMost, self.pause) = (heartbeat, frameAtMost, pause)
        }
    }

    public let identity: Identity
    public let line: Line
    public let points: [ReportedPoint]
    public let clock: LocalClock
    /// Hours between timed reports, counted from 08:00, when the hydrological day begins; `nil`: none.
    public let timedHours: Int?
    public let hourly: HourlySets?
    /// Extra reports are at least so far apart.
    public let extraApart: Duration

    public init(identity: Identity, line: Line = Line(), points: [ReportedPoint], clock: LocalClock = .shanghai,
                timedHours: Int? = 1, hourly: HourlySets? = nil, extraApart: Duration = .minutes(1)) throws(StationPlanFlaw) {
        (self.identity, self.line, self.points, self.clock) = (identity, line, points, clock)
        (self.timedHours, self.hourly, self.extraApart) = (timedHours, hourly, extraApart)
        guard identity.center > 0 else { throw .noCenter }
        guard identity.version.utf8.count <= 200 else { throw .versionTooLong }
        guard (1...Limits.pointsAtMost).contains(points.count) else { throw .points(points.count) }
        try checkElements()
        guard timedHours.map({ [1, 2, 3, 4, 6, 8, 12, 24].contains($0) }) ?? true else { throw .timedHours(timedHours ?? 0) }
        guard line.heartbeat.map({ (.seconds(1) ... .seconds(255)).contains($0) }) ?? true else { throw .heartbeat }
        guard line.answerWithin.map({ (.seconds(1) ... .seconds(600)).contains($0) }) ?? true else { throw .answerWithin }
        guard (80...4096).contains(line.frameAtMost) else { throw .frameAtMost(line.frameAtMost) }
    }

    private func checkElements() throws(StationPlanFlaw) {
        var seen: Set<ElementID> = []
        for point in points {
            guard let row = ElementTable.row(of: point.element), row.digits > 0 else { throw .unknownElement(point.element) }
            guard seen.insert(point.element).inserted else { throw .twice(row.name) }
        }
        guard let hourly else { return }
        if let rain = hourly.rain {
            guard points.indices.contains(rain), points[rain].element == .rainTotal else { throw .notRain }
        }
        if let level = hourly.level {
            guard points.indices.contains(level), dimension(level) == .length else { throw .notLevel }
        }
    }

    private func dimension(_ index: Int) -> Dimension? { ElementTable.row(of: points[index].element)?.unit?.dimension }
}

/// Why a plan cannot be.
public enum StationPlanFlaw: Error, Hashable, Sendable {
    case noCenter, versionTooLong, points(Int), unknownElement(ElementID), twice(Phrase), notRain, notLevel
    case timedHours(Int), heartbeat, answerWithin, frameAtMost(Int)

    /// What is wrong, the rule, what to do.
    public var phrase: Phrase {
        switch self {
        case .noCenter: Phrase(zh: "中心站地址不能是 0：填 1–255，由水利部门给定。",
                               en: "A center has no address 0: set 1 … 255, as the bureau gave it.")
        case .versionTooLong: Phrase(zh: "版本信息最长 200 字节。", en: "The version has at most 200 bytes.")
        case .points(let count): Phrase(zh: "上报 \(count) 个要素；应为 1–\(Limits.pointsAtMost) 个。",
                                        en: "\(count) elements are reported; 1 … \(Limits.pointsAtMost) can be.")
        case .unknownElement(let id): Phrase(zh: "要素 \(String(id.rawValue, radix: 16, uppercase: true))H 不在附录 C 中，或不是数值：换一个要素。",
                                             en: "Element \(String(id.rawValue, radix: 16, uppercase: true))H is not in table C.1, or no number: take another.")
        case .twice(let name): Phrase(zh: "要素“\(name.zh)”报了两次：一个要素只能对应一个测点。",
                                      en: "“\(name.en)” is reported twice: give each element one point.")
        case .notRain: Phrase(zh: "小时报的雨量须取自“降水量累计值”（26H）。", en: "The rain of an hourly report comes from the point of rain in all (26H).")
        case .notLevel: Phrase(zh: "小时报的水位须取自一个水位测点。", en: "The levels of an hourly report come from a point that is a level.")
        case .timedHours(let hours): Phrase(zh: "定时报间隔 \(hours) 小时无效：用 1、2、3、4、6、8、12 或 24。",
                                            en: "Timed reports every \(hours) h cannot be: take 1, 2, 3, 4, 6, 8, 12 or 24.")
        case .heartbeat: Phrase(zh: "链路维持报间隔应为 1–255 秒，推荐 40 秒。", en: "Heartbeats are 1 … 255 s apart; the standard advises 40 s.")
        case .answerWithin: Phrase(zh: "应答等待时间应为 1–600 秒。", en: "An answer is waited for 1 … 600 s.")
        case .frameAtMost(let size): Phrase(zh: "一帧 \(size) 字节无效：应为 80–4096；互联网 256，北斗 98。",
                                            en: "Frames of \(size) bytes cannot be: 80 … 4096; 256 on the internet, 98 by BeiDou.")
        }
    }
}

/// What the field shows at a moment.
public struct StationInput: Sendable {
    /// One for each point of the plan, in the base unit of its element's dimension; `nil` without a good reading.
    public let values: [Double?]
    /// Bits of table 58: what is wrong. A bit that comes is told at once.
    public let state: UInt32

    public init(values: [Double?], state: UInt32 = 0) {
        self.values = values
        self.state = state
    }
}
