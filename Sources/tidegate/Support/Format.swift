import Foundation
import Language
import LocalAPI
import Quantities

/// Numbers and times as people read them. Times are the site's local time.
enum Format {
    /// Whole digits and `decimals` after the point. A value that is absent is a dash.
    static func number(_ value: Double?, decimals: Int) -> String {
        guard let value, value.isFinite else { return "–" }
        return String(format: "%.\(max(0, min(decimals, 6)))f", value)
    }

    static func number(_ value: Double?, decimals: Int, unit: String) -> String {
        guard let value, value.isFinite else { return "–" }
        return unit.isEmpty ? number(value, decimals: decimals) : "\(number(value, decimals: decimals)) \(unit)"
    }

    /// As short as it can be: no zeros behind the point that say nothing. Nothing for what is no number.
    /// - Parameter most: digits after the point. 0 … 8.
    static func shortest(_ value: Double, decimals most: Int) -> String {
        guard value.isFinite else { return "" }
        var text = String(format: "%.\(most)f", value)
        if most > 0 { while text.last == "0" { text.removeLast() } }
        if text.last == "." { text.removeLast() }
        return text == "-0" ? "0" : text
    }

    /// `870 B`, `6.1 kB`, `20 kB`, `237 kB`, `1.5 GB`; decimal.
    static func bytes(_ count: Int) -> String {
        let (unit, factor) = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)].first { Double(count) >= $0.1 } ?? ("B", 1)
        let value = Double(count) / factor
        return "\(shortest(value, decimals: value < 100 ? 1 : 0)) \(unit)"
    }

    /// `12:30`, `1:02:30`: for things that run.
    static func running(_ seconds: Double) -> String {
        let total = whole(seconds)
        let minutes = String(format: "%02d:%02d", total / 60 % 60, total % 60)
        return total >= 3600 ? "\(total / 3600):\(minutes)" : minutes
    }

    /// `45 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`: at most two parts.
    static func span(_ seconds: Double) -> String {
        let total = whole(seconds)
        let parts = [(total / 86_400, "d"), (total / 3600 % 24, "h"), (total / 60 % 60, "min"), (total % 60, "s")]
        guard let first = parts.firstIndex(where: { $0.0 > 0 }) else { return "0 \(unit("s"))" }
        let shown = parts[first...].prefix(2).filter { $0.0 > 0 }
        return shown.map { number, unit in "\(number) \(Format.unit(unit))" }.joined(separator: " ")
    }

    private static func unit(_ unit: String) -> String {
        switch unit {
        case "d": Phrase(zh: "天", en: "d").said
        case "h": Phrase(zh: "小时", en: "h").said
        case "min": Phrase(zh: "分", en: "min").said
        default: Phrase(zh: "秒", en: "s").said
        }
    }

    private static func whole(_ seconds: Double) -> Int {
        Int(exactly: max(0, min(seconds, 1e9)).rounded(.down)) ?? 0
    }

    /// `20 min`, or `8.50 m3`.
    static func amount(seconds: Double?, cubicMeters: Double?) -> String {
        cubicMeters.map { number($0, decimals: 2, unit: "m3") } ?? span(seconds ?? 0)
    }

    /// Water on a zone's land, in m3 per mu (亩); a dash without an area.
    static func perMu(_ cubicMeters: Double, areaM2: Double?) -> String {
        number(areaM2.map { cubicMeters / Area.squareMeters($0).mu }, decimals: 1)
    }

    // MARK: Moments

    /// `06:31`
    static func clock(_ time: WireTime) -> String { time.local.time.text }

    /// `06:31:10`
    static func clockWithSeconds(_ time: WireTime) -> String { time.local.time.textWithSeconds }

    /// `11-23`, or `23 Nov`.
    static func day(_ time: WireTime) -> String {
        let (_, month, day) = time.local.date.components
        return Phrase(zh: String(format: "%02d-%02d", month, day), en: "\(day) \(months[month - 1])").said
    }

    /// `11-23 周一`, or `Mon 23 Nov`.
    static func weekday(_ time: WireTime) -> String {
        let index = time.local.date.weekday
        return Phrase(zh: "\(day(time)) \(weekdaysZh[index])", en: "\(weekdaysEn[index]) \(day(time))").said
    }

    /// The clock alone on the same day as `now`; with the day before it else.
    static func moment(_ time: WireTime, now: WireTime) -> String {
        time.local.date == now.local.date ? clock(time) : "\(day(time)) \(clock(time))"
    }

    static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    private static let weekdaysEn = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let weekdaysZh = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
}
