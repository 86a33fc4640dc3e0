import Foundation

/// `tidegate-bench step POINTS ZONES SCANS` or `tidegate-bench lateness PERIOD_MS SECONDS PRIORITY`; one JSON line out.
@main
enum Bench {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        let numbers = arguments.dropFirst().compactMap(Int.init)
        switch (arguments.first, numbers.count) {
        case ("step", 3): emit(measureStep(points: numbers[0], zones: numbers[1], scans: numbers[2]))
        case ("lateness", 3): emit(measureLateness(periodMilliseconds: numbers[0], seconds: numbers[1], priority: numbers[2]))
        default:
            print("usage: tidegate-bench step POINTS ZONES SCANS | lateness PERIOD_MS SECONDS PRIORITY")
            exit(2)
        }
    }

    private static func emit(_ figures: [String: Double]) {
        let fields = figures.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
        print("{\(fields.joined(separator: ", "))}")
    }
}

/// Least, median, p99 and most of what was measured.
func summary(_ values: [Double], unit: String) -> [String: Double] {
    let sorted = values.sorted()
    guard let least = sorted.first, let most = sorted.last else { return [:] }
    func at(_ part: Double) -> Double { sorted[min(Int(Double(sorted.count) * part), sorted.count - 1)] }
    return ["min_\(unit)": least, "p50_\(unit)": at(0.5), "p99_\(unit)": at(0.99), "p999_\(unit)": at(0.999),
            "max_\(unit)": most, "count": Double(sorted.count)]
}
