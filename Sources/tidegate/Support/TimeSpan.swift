public import ArgumentParser
import Language
import Quantities

/// A length of time as people type it: `10m`, `90s`, `1h30m`, `2d`, `10 min`, `10分钟`, `1小时30分`. A bare number is
/// refused: ten what?
public struct TimeSpan: ExpressibleByArgument, Sendable, Hashable {
    let duration: Duration

    init(_ duration: Duration) { self.duration = duration }

    /// `nil` when it is not a length of time, is longer than ten years, or names no unit.
    public init?(argument: String) {
        var rest = argument.lowercased().filter { $0 != " " }[...]
        guard !rest.isEmpty else { return nil }
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            let name = rest.prefix { !($0.isASCII && $0.isNumber) }
            rest = rest.dropFirst(name.count)
            guard digits.count <= 9, let number = Double(digits), let seconds = TimeSpan.units[String(name)] else { return nil }
            total += number * seconds
        }
        guard total <= 3660 * 86_400, let milliseconds = Int64(exactly: (total * 1000).rounded()) else { return nil }
        duration = .milliseconds(milliseconds)
    }

    private static let units: [String: Double] = {
        let spellings: [(Double, [String])] = [
            (1, ["s", "sec", "second", "seconds", "秒"]),
            (60, ["m", "min", "mins", "minute", "minutes", "分", "分钟"]),
            (3600, ["h", "hr", "hour", "hours", "时", "小时"]),
            (86_400, ["d", "day", "days", "天", "日"]),
        ]
        return Dictionary(uniqueKeysWithValues: spellings.flatMap { seconds, names in names.map { ($0, seconds) } })
    }()
}

extension TimeSpan {
    /// Whole seconds, as the controller is asked for them; refused outside of what it takes.
    /// - Parameter option: as it is typed, such as `--since`.
    func seconds(of option: String, _ range: ClosedRange<Duration>) throws -> String {
        if range.contains(duration) { return "\(Int64(duration.seconds))" }
        let (low, high) = (Phrase(range.lowerBound), Phrase(range.upperBound))
        throw Refused(.wrongUse, code: "duration-range", Phrase(zh: "\(option) 须在 \(low.zh)到 \(high.zh)之间", en: "\(option) must be between \(low.en) and \(high.en)"))
    }

    /// How far back records are asked for.
    func secondsBack() throws -> String { try seconds(of: "--since", .seconds(1)...(.hours(3650 * 24))) }
}

extension TimeSpan: CustomStringConvertible {
    /// As it is typed: `24h`, `7d`.
    public var description: String {
        let total = Int(exactly: duration.seconds.rounded()) ?? 0
        let days = total > 86_400 ? total / 86_400 : 0, rest = total - days * 86_400
        let parts = [(days, "d"), (rest / 3600, "h"), (rest / 60 % 60, "m"), (rest % 60, "s")].filter { $0.0 > 0 }
        return parts.isEmpty ? "0s" : parts.map { "\($0)\($1)" }.joined()
    }
}
