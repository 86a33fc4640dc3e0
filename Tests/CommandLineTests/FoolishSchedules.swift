import Foundation
import ProcessImage
import Quantities
import Simulator
import Site

/// Schedules that nobody should sign and the site takes all the same: each figure at one of its bounds, everything at once, at the same
/// minute, on top of each other. By seed.
struct FoolishSchedules {
    /// A shipped site, with scans of half a second: five times the virtual time for the same work.
    enum Farm: String, CaseIterable, Sendable {
        case tomatoes = "fertigation"
        case greenhouse = "drip-greenhouse"
        case cages = "net-cage"

        var tag: String {
            switch self {
            case .tomatoes: "shouguang-12"
            case .greenhouse: "shouguang-07"
            case .cages: "changdao-deck-2"
            }
        }

        var zones: [String] {
            switch self {
            case .tomatoes: ["east", "west"]
            case .greenhouse: ["east-1", "east-2", "west-1", "west-2"]
            case .cages: []
            }
        }
    }

    let farm: Farm
    private var random: SeededRandom

    init(_ farm: Farm, seed: UInt64) {
        self.farm = farm
        random = SeededRandom(seed: seed, stream: 41)
    }

    /// Of documents that come one after another, some are refused.
    mutating func next() -> String {
        let parts = farm == .cages ? ["programs: {}", feeding()] : [recipes(), programs(), crops()]
        return """
            schedule: foolish
            site: \(farm.tag)
            version: 1
            valid: 2026-03-01 .. 2026-10-31
            \(parts.filter { !$0.isEmpty }.joined(separator: "\n"))

            """
    }

    private mutating func one(_ words: String...) -> String { words[random.index(below: words.count)] }

    /// Often the minute in which the others start too.
    private mutating func time() -> String {
        if random.chance(0.5) { return "\"05:10\"" }
        return one("\"05:00\"", "\"05:11\"", "\"05:10\"", "sunrise", "sunrise + 12 h", "sunset - 12 h", "finish by 05:30", "\"06:00\"", "\"07:59\"")
    }

    // MARK: Water

    private mutating func programs() -> String {
        let count = 1 + random.index(below: 8)
        return (["programs:"] + (0..<count).map { "  p-\($0): { " + program() + " }" }).joined(separator: "\n")
    }

    private mutating func program() -> String {
        var parts = [zones(), starts()]
        if random.chance(0.3) { parts.append("days: " + one("odd", "even", "[mon]", "every 30 days from 2026-03-01", "[mon, tue, wed, thu, fri, sat, sun]")) }
        if random.chance(0.4) { parts.append("priority: " + one("0", "9")) }
        if random.chance(0.5) { parts.append("missed: " + one("skip", "catch up within 24 h", "catch up within 1 min")) }
        if random.chance(0.5) { parts.append("no-water: none") }
        if random.chance(0.3) { parts.append("adjust: " + one("10 %", "300 %")) }
        if farm == .greenhouse, random.chance(0.3) { parts.append("when: " + one("depletion > 0 %", "soil < 60 %", "temperature > -40 degC")) }
        let recipe = farm == .tomatoes && random.chance(0.8)
        if recipe { parts.append("recipe: " + one("strong", "acid", "flood") + ", too-short: " + one("extend", "clear-water", "skip")) }
        if !recipe, random.chance(0.3) { parts.append("soak: { run: at most 1 min, rest: at least " + one("1 min", "24 h") + " }") }
        return parts.joined(separator: ", ")
    }

    private mutating func zones() -> String {
        var zones: [String] = []
        for _ in 0...random.index(below: 5) { zones.append(farm.zones[random.index(below: farm.zones.count)]) }
        if random.chance(0.25) { return "shifts: [[\(farm.zones.joined(separator: ", "))], [\(farm.zones[0])]], give: " + give() }
        return "zones: [\(zones.joined(separator: ", "))], give: " + give()
    }

    private mutating func give() -> String {
        let computed = farm == .greenhouse ? one("deficit, at least 60 mm", "et since irrigation, at most 0.1 mm, else 30 mm", "deficit, else 1 mm") : "3 mm"
        return one("10 s", "12 s", "119 min", "115 min", "90 min", "0.04 m3", "14 m3", "0.1 mm", "13 mm", computed)
    }

    private mutating func starts() -> String {
        guard random.chance(0.7) else {
            return "starts: [" + (0..<24).map { "\"0\(5 + $0 / 12):\($0 % 12 < 2 ? "0" : "")\($0 % 12 * 5)\"" }.joined(separator: ", ") + "]"
        }
        let trigger = farm == .greenhouse && random.chance(0.3)
        return "start: " + (trigger ? one("soil < 60 % until 60 %, rest 1 min, at most 24 a day", "radiation 0.1 MJ/m2, rest 1 min, at most 24 a day") : time())
    }

    private mutating func recipes() -> String {
        guard farm == .tomatoes else { return "" }
        let phases = one("pre-water: 0 %, flush: 5 %", "pre-water: 80 %, flush: 10 %", "pre-water: 0 %, flush: 80 %", "pre-water: 25 %, flush: 25 %")
        let strong = one("A: 15 L/m3, B: 15 L/m3", "A: 60 L, B: 60 L", "A: 1:67, B: 1:67", "A: 30 min, B: 30 min", "A: 1000 L/mu, B: 1000 L/mu")
        let share = one("1", "100", "0.01")
        return """
            recipes:
              strong: { \(phases), channels: { \(strong) } }
              acid: { ph: \(one("5.5", "7")), channels: { acid: ph } }
              flood: { \(phases), ec: \(one("3 mS/cm", "raw + 3 mS/cm", "0.2 mS/cm")), ph: \(one("5.5", "7")), channels: { A: \(share), B: \(share), acid: ph } }
            """
    }

    private mutating func crops() -> String {
        guard farm == .greenhouse, random.chance(0.5) else { return "" }
        let stages = one("{ initial: 0 day, development: 0 day, middle: 700 day, late: 0 day }", "{ initial: 1 day, development: 0 day, middle: 0 day, late: 0 day }")
        return "crops: { east-1: { planted: \(one("2026-06-01", "2026-10-31", "2020-01-01")), stages: \(stages), kc: { middle: 2 }, kcb: { initial: 2, middle: 0, end: 2 } } }"
    }

    // MARK: Feed

    private mutating func feeding() -> String {
        (["feeding:"] + (1...5).map { "  cage-\($0): { " + cage() + " }" }).joined(separator: "\n")
    }

    private mutating func cage() -> String {
        let ration = one("fixed: 80 kg/day", "fixed: 0.01 kg/day, at-most: 0.01 kg/day", "table: sebastes-schlegelii, at-most: 80 kg/day", "table: rainbow-trout")
        var meals: [String] = []
        for _ in 0..<random.index(below: 9) { meals.append("{ at: \(mealTime()), share: \(one("1 %", "100 %")) }") }
        var parts = ["ration: { \(ration) }", "meals: [" + meals.joined(separator: ", ") + "]"]
        parts.append("rest: " + one("0 s", "24 h") + ", wait: " + one("0 s", "12 h") + ", lasts: " + one("1 min", "150 min"))
        parts.append("pace: " + one("even", "{ slow: 10 %, ends: 50 % }", "{ slow: 100 %, ends: 0 % }") + ", priority: " + one("0", "9"))
        parts.append("stock: { count: " + one("1", "100000000") + ", mean: " + one("0.01 g", "100 kg", "300 g") + " }")
        if random.chance(0.6) { parts.append("stop: { oxygen: { at: 4.5 mg/L, resume: \(one("4.51 mg/L", "15 mg/L")), after: \(one("0 s", "1 h")), least: 100 % }, wind: 1 m/s }") }
        return parts.joined(separator: ", ")
    }

    private mutating func mealTime() -> String { random.chance(0.5) ? "\"05:10\"" : one("\"05:11\"", "sunrise", "daylight 0 %", "daylight 100 %", "\"06:30\"") }
}
