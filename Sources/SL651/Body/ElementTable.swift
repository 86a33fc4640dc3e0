public import Language
public import Quantities

/// Table C.1 of SL 651-2014: what can be reported, how it is named and how many digits it has.
public enum ElementTable {
    public struct Row: Sendable {
        public let id: ElementID
        /// The name in the ASCII form.
        public let code: String
        /// Decimal digits in all, and behind the point. 0 digits: plain bytes.
        public let digits: Int
        public let decimals: Int
        /// Bytes of a value that is not below zero.
        public let size: Int
        /// `nil` for counts, codes and what we have no unit for.
        public let unit: Unit?
        public let name: Phrase

        init(_ guide: UInt8, _ code: String, _ digits: Int, _ decimals: Int = 0, bytes: Int? = nil, _ unit: String? = nil,
             zh: String, en: String) {
            id = ElementID(guide)
            (self.code, self.digits, self.decimals, size) = (code, digits, decimals, bytes ?? (digits + 1) / 2)
            self.unit = unit.flatMap(Unit.init(symbol:))
            name = Phrase(zh: zh, en: en)
        }
    }

    public static func row(of id: ElementID) -> Row? { byID[id] }
    public static func row(code: some StringProtocol) -> Row? { byCode[String(code)] }

    private static let byID = Dictionary(rows.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    private static let byCode = Dictionary(rows.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })

    /// In the order of their guide bytes.
    public static let rows: [Row] = (weather + soilAndRain + water + quality + meters + mains + hourSets)
        .sorted { $0.id.rawValue < $1.id.rawValue }

    private static let weather: [Row] = [
        Row(0x01, "AC", 8, 2, zh: "断面面积", en: "area of the section"),
        Row(0x02, "AI", 3, 1, "degC", zh: "瞬时气温", en: "air temperature"),
        Row(0x03, "C", 3, 1, "degC", zh: "瞬时水温", en: "water temperature"),
        Row(0x05, "DT", 4, 2, zh: "时段长", en: "length of the period"),
        Row(0x06, "ED", 5, 1, "mm", zh: "日蒸发量", en: "evaporation of the day"),
        Row(0x07, "EJ", 5, 1, "mm", zh: "当前蒸发", en: "evaporation so far"),
        Row(0x08, "FL", 5, 0, "mbar", zh: "气压", en: "air pressure"),
        Row(0x09, "GH", 5, 2, "m", zh: "闸门开启高度", en: "gate opening"),
        Row(0x0A, "GN", 3, zh: "闸门编号", en: "number of the gate"),
        Row(0x0B, "GS", 1, zh: "输水设备类别", en: "kind of conduit"),
        Row(0x0C, "GT", 3, zh: "闸门开启孔数", en: "gates that are open"),
        Row(0x0D, "GTP", 3, 1, "degC", zh: "地温", en: "soil temperature"),
        Row(0x0E, "H", 6, 2, "m", zh: "地下水埋深", en: "depth to groundwater"),
        Row(0x0F, "HW", 5, 2, "m", zh: "波浪高度", en: "height of waves"),
        Row(0x18, "MST", 4, 1, "%", zh: "湿度", en: "humidity"),
        Row(0x19, "NS", 2, 0, "1", zh: "开机台数", en: "machines that run"),
        Row(0x33, "UC", 2, zh: "风向", en: "wind direction"),
        Row(0x34, "UE", 2, zh: "风力", en: "wind force"),
        Row(0x35, "US", 4, 1, "m/s", zh: "风速", en: "wind speed"),
    ]

    private static let soilAndRain: [Row] = zip(UInt8(0x10)..., [10, 20, 30, 40, 50, 60, 80, 100]).map { guide, depth in
        Row(guide, "M\(depth)", 4, 1, "%", zh: "\(depth) 厘米土壤含水量", en: "soil moisture at \(depth) cm")
    } + zip(UInt8(0x1A)..., [1, 2, 3, 6, 12]).map { guide, hours in
        Row(guide, "P\(hours)", 5, 1, "mm", zh: "\(hours) 小时降水量", en: "rain of \(hours) h")
    } + [
        Row(0x1F, "PD", 5, 1, "mm", zh: "日降水量", en: "rain of the day"),
        Row(0x20, "PJ", 5, 1, "mm", zh: "当前降水量", en: "rain so far"),
    ] + zip(UInt8(0x21)..., ["01", "05", "10", "30"]).map { guide, minutes in
        Row(guide, "PN\(minutes)", 5, 1, "mm", zh: "\(minutes) 分钟降水量", en: "rain of \(minutes) min")
    } + [
        Row(0x25, "PR", 5, 1, "mm", zh: "暴雨量", en: "rain of the storm"),
        Row(0x26, "PT", 6, 1, "mm", zh: "降水量累计值", en: "rain in all"),
    ]

    private static let water: [Row] = [
        Row(0x27, "Q", 9, 3, "m3/s", zh: "瞬时流量", en: "flow"),
        Row(0x30, "QA", 9, 3, "m3/s", zh: "总出库流量", en: "flow out in all"),
        Row(0x31, "QZ", 9, 3, "m3/s", zh: "过闸流量", en: "flow through the gate"),
        Row(0x32, "SW", 11, 3, zh: "输沙量", en: "sediment carried"),
        Row(0x36, "VA", 5, 3, "m/s", zh: "断面平均流速", en: "mean velocity"),
        Row(0x37, "VJ", 5, 3, "m/s", zh: "瞬时流速", en: "velocity"),
        Row(0x38, "VT", 4, 2, "V", zh: "电源电压", en: "supply voltage"),
        Row(0x39, "Z", 7, 3, "m", zh: "瞬时水位", en: "water level"),
        Row(0x3A, "ZB", 7, 3, "m", zh: "闸下水位", en: "level below the gate"),
        Row(0x3B, "ZU", 7, 3, "m", zh: "闸上水位", en: "level above the gate"),
        Row(0x44, "SQ", 9, 3, zh: "含沙量", en: "sediment"),
        Row(0x45, "ZT", 0, bytes: 4, zh: "状态及报警", en: "state and alarms"),
    ] + numbered(0x28, "Q", 9, 3, "m3/s", zh: "取水口流量", en: "flow at intake")
        + numbered(0x3C, "Z", 7, 3, "m", zh: "取水口水位", en: "level at intake")

    private static let quality: [Row] = [
        Row(0x46, "pH", 4, 2, "pH", zh: "pH 值", en: "pH"),
        Row(0x47, "DO", 4, 1, "mg/L", zh: "溶解氧", en: "dissolved oxygen"),
        Row(0x48, "COND", 5, 0, "uS/cm", zh: "电导率", en: "conductivity"),
        Row(0x49, "TURB", 3, zh: "浊度", en: "turbidity"),
        Row(0x4A, "CODMN", 4, 1, "mg/L", zh: "高锰酸盐指数", en: "permanganate index"),
        Row(0x4B, "REDOX", 5, 1, "mV", zh: "氧化还原电位", en: "redox potential"),
        Row(0x4C, "NH4N", 6, 2, "mg/L", zh: "氨氮", en: "ammonia nitrogen"),
        Row(0x4D, "TP", 5, 3, "mg/L", zh: "总磷", en: "total phosphorus"),
        Row(0x4E, "TN", 5, 2, "mg/L", zh: "总氮", en: "total nitrogen"),
        Row(0x4F, "TOC", 4, 2, "mg/L", zh: "总有机碳", en: "total organic carbon"),
        Row(0x50, "CU", 7, 4, "mg/L", zh: "铜", en: "copper"),
        Row(0x51, "ZN", 6, 4, "mg/L", zh: "锌", en: "zinc"),
        Row(0x52, "SE", 7, 5, "mg/L", zh: "硒", en: "selenium"),
        Row(0x53, "AS", 7, 5, "mg/L", zh: "砷", en: "arsenic"),
        Row(0x54, "THG", 7, 5, "mg/L", zh: "总汞", en: "mercury"),
        Row(0x55, "CD", 7, 5, "mg/L", zh: "镉", en: "cadmium"),
        Row(0x56, "PB", 7, 5, "mg/L", zh: "铅", en: "lead"),
        Row(0x57, "CHLA", 4, 2, "mg/L", zh: "叶绿素 a", en: "chlorophyll a"),
    ]

    private static let meters: [Row] = numbered(0x58, "WP", 5, 2, "kPa", zh: "水压", en: "water pressure")
        + numbered(0x60, "SYL", 11, 3, "m3", zh: "水表剩余水量", en: "water left on meter")
        + numbered(0x68, "SBL", 10, 2, "m3/h", zh: "水表每小时水量", en: "hourly water of meter")

    private static let mains: [Row] = zip(UInt8(0x70)..., ["A", "B", "C"]).map { guide, phase in
        Row(guide, "VT\(phase)", 4, 1, "V", zh: "交流 \(phase) 相电压", en: "mains voltage \(phase)")
    } + zip(UInt8(0x73)..., ["A", "B", "C"]).map { guide, phase in
        Row(guide, "VI\(phase)", 4, 1, "A", zh: "交流 \(phase) 相电流", en: "mains current \(phase)")
    }

    private static let hourSets: [Row] = [Row(0xF4, "DRP", 0, bytes: 12, zh: "1 小时每 5 分钟雨量", en: "rain of an hour by 5 min")]
        + (UInt8(1)...8).map { number in
            Row(0xF4 + number, "DRZ\(number)", 0, bytes: 24, zh: "1 小时每 5 分钟相对水位 \(number)", en: "levels \(number) of an hour by 5 min")
        }

    /// Eight of a kind, 1 to 8.
    private static func numbered(_ first: UInt8, _ code: String, _ digits: Int, _ decimals: Int, _ unit: String,
                                 zh: String, en: String) -> [Row] {
        (UInt8(0)..<8).map { index in
            Row(first + index, "\(code)\(index + 1)", digits, decimals, unit, zh: "\(zh) \(index + 1)", en: "\(en) \(index + 1)")
        }
    }
}
