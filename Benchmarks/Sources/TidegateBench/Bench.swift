import Foundation

/// Measures one part and prints one line of JSON. `scripts/bench` runs them beside their floors; see docs/benchmarks.md.
@main
enum Bench {
    static let usage = """
        usage: tidegate-bench step POINTS ZONES SCANS
               tidegate-bench poll PORT DEVICES SECONDS WARM_UP_SECONDS EVERY_MS GAP
               tidegate-bench rtu PATH BAUD UNITS SECONDS WARM_UP_SECONDS
               tidegate-bench loop PORT PERIOD_MS POLL_MS SECONDS
               tidegate-bench fill FOLDER POINTS SECONDS FLUSH_SECONDS PACE
               tidegate-bench read FOLDER POINTS POINT ROUNDS
        """

    static func main() throws {
        let words = Array(CommandLine.arguments.dropFirst())
        guard let name = words.first, let figures = try measure(name, Array(words.dropFirst())) else {
            print(usage)
            exit(2)
        }
        let fields = figures.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
        print("{\(fields.joined(separator: ", "))}")
    }

    private static func measure(_ name: String, _ words: [String]) throws -> [String: Double]? {
        let numbers = words.compactMap(Int.init)
        switch (name, words.count, numbers.count) {
        case ("step", 3, 3): return measureStep(points: numbers[0], zones: numbers[1], scans: numbers[2])
        case ("poll", 6, 6):
            return measurePoll(port: numbers[0], devices: numbers[1], seconds: numbers[2], warmUp: numbers[3],
                               everyMilliseconds: numbers[4], gap: numbers[5])
        case ("rtu", 5, 4):
            return measureLine(path: words[0], baud: numbers[0], units: numbers[1], seconds: numbers[2], warmUp: numbers[3])
        case ("loop", 4, 4):
            return measureLoop(port: numbers[0], periodMilliseconds: numbers[1], pollMilliseconds: numbers[2], seconds: numbers[3])
        case ("fill", 5, 4):
            return try measureFill(folder: words[0], points: numbers[0], seconds: numbers[1], flushSeconds: numbers[2],
                                   pace: numbers[3])
        case ("read", 4, 3): return try measureRead(folder: words[0], points: numbers[0], point: numbers[1], rounds: numbers[2])
        default: return nil
        }
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

/// CPU of this process so far, user and system.
func cpuSeconds() -> Double { Double(nanoseconds(of: CLOCK_PROCESS_CPUTIME_ID)) / 1e9 }

func monotonicNanoseconds() -> Int { nanoseconds(of: CLOCK_MONOTONIC) }

func threadNanoseconds() -> Int { nanoseconds(of: CLOCK_THREAD_CPUTIME_ID) }

private func nanoseconds(of clock: clockid_t) -> Int {
    var now = timespec()
    clock_gettime(clock, &now)
    return now.tv_sec * 1_000_000_000 + now.tv_nsec
}

func residentKilobytes() -> Double {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return line.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Double(String($0)) } ?? 0
}
