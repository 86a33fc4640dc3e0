import Foundation
import Glibc
import Quantities
import Testing
@testable import Uplink

private func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap(Int.init) }
private let gatewayCount = number("TIDEGATE_GATEWAYS") ?? 0

/// Many gateways, each a real link on a thread of its own, at one broker; `scripts/bench-gateways` has it measured.
@Suite("Many gateways at one broker", .enabled(if: gatewayCount > 0, "skipped: it is what scripts/bench-gateways measures"))
struct GatewayLoadTests {
    private static let receivers = number("TIDEGATE_RECEIVERS") ?? 2
    private static let backlog = 400
    private static let steadySeconds = 60
    /// Each gateway says something so often.
    private static let pause = 10

    @Test func `each row of a thousand gateways arrives once`() throws {
        let names = (1...gatewayCount).map { "gateway-\($0)" }
        let office = try Office(gateways: names, receivers: Self.receivers)
        let gateways = names.map { TestGateway($0, .rows(.cbor)) }
        var watch = Watch(office)

        commit(1, to: gateways)
        for (gateway, name) in zip(gateways, names) { try gateway.start(at: office.secureAddress(of: name), OutboxSettings()) }
        waitUntilStored(gateways)
        watch.tell("\(gatewayCount) gateways: connected by TLS, first row stored", rows: gatewayCount)

        let end = Date(timeIntervalSinceNow: Double(Self.steadySeconds))
        var turn = 0
        while Date() < end {
            commit(5, to: gateways.indices.filter { $0 % (Self.pause * 10) == turn % (Self.pause * 10) }.map { gateways[$0] })
            turn += 1
            Thread.sleep(forTimeInterval: 0.1)
        }
        let late = gateways.reduce(0) { $0 + $1.waiting }
        waitUntilStored(gateways)
        let rows = turn * gatewayCount / (Self.pause * 10) * 5
        watch.tell("a message of 5 rows from each every \(Self.pause) s; \(late) rows waited at the end", rows: rows)

        commit(Self.backlog, to: gateways)
        waitUntilStored(gateways)
        watch.tell("\(Self.backlog) rows from each at once, in messages of 200", rows: gatewayCount * Self.backlog)

        let committed = gateways.reduce(0) { sum, gateway in sum + gateway.books.rows.values.reduce(0) { $0 + $1.count } }
        #expect(try office.ask("select count(*), count(distinct store) from rows") == [["\(committed)", "\(gatewayCount)"]])
        for gateway in gateways { gateway.stop() }
    }

    private func commit(_ rows: Int, to gateways: [TestGateway]) {
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        for gateway in gateways {
            for row in 0..<rows { gateway.commit("hours", [.text("FT-101.flow"), .number(Double(row) / 7), .integer(Int64(row)), .number(0.98)], at: now) }
        }
    }

    private func waitUntilStored(_ gateways: [TestGateway]) {
        eventually("all is stored", within: 900) { gateways.allSatisfy { $0.waiting == 0 } }
    }
}

/// Time, processor and memory from one word to the next.
private struct Watch {
    private let office: Office
    private var since = Date()
    private var used: [String: Double]

    init(_ office: Office) {
        self.office = office
        used = Self.processes(office).mapValues { $0.reduce(0) { $0 + Self.processorSeconds($1) } }
    }

    private static func processes(_ office: Office) -> [String: [pid_t]] {
        office.processes.merging(["generator": [getpid()]]) { one, _ in one }
    }

    mutating func tell(_ what: String, rows: Int) {
        let seconds = Date().timeIntervalSince(since)
        print(String(format: "%@: %.1f s, %.0f rows/s", what, seconds, Double(rows) / seconds))
        for (name, processes) in Self.processes(office).sorted(by: { $0.key < $1.key }) {
            let now = processes.reduce(0) { $0 + Self.processorSeconds($1) }
            let memory = processes.reduce(0) { $0 + Self.megabytes($1) }
            print("    \(name): " + String(format: "%.0f %% of a core, %.0f MB", max(0, now - used[name, default: 0]) / seconds * 100, memory))
            used[name] = now
        }
        since = Date()
    }

    private static func processorSeconds(_ process: pid_t) -> Double {
        let text = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
        let fields = text.split(separator: ")").last?.split(separator: " ").compactMap { Double($0) } ?? []
        // Of the fields after the name the state is no number; user and system time are the 11th and 12th of the rest.
        return fields.count > 11 ? (fields[10] + fields[11]) / Double(sysconf(Int32(_SC_CLK_TCK))) : 0
    }

    /// What is shared with others is divided among them.
    private static func megabytes(_ process: pid_t) -> Double {
        let text = (try? String(contentsOfFile: "/proc/\(process)/smaps_rollup", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("Pss:") }
        return (line?.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0) / 1024
    }
}
