import Foundation
import Journal
import Language
import LiveFarm
import ProcessImage
import Quantities
import Testing
@testable import LocalAPI

/// The real server on a real socket, beside a farm that lives.
@Suite(.serialized) struct ServerTests {
    @Test func `status tells site, clock and zones`() async throws {
        try await withFarm { farm in
            let reply: StatusReply = try RawClient.get("/v1/status", farm.socketPath).decoded()
            #expect(reply.site.name.zh == "寿光七号棚")
            #expect(reply.clock.trust == "synced")
            #expect(reply.zones.map(\.zone.tag) == ["east-1", "east-2"])
            #expect(reply.zones[0].nextStart?.description == "2026-11-23T18:30:00+08:00")
            #expect(reply.scan.periodMilliseconds == 100)
        }
    }

    @Test func `a point that does not answer has a reason and no value`() async throws {
        try await withFarm { farm in
            let reply: PointsReply = try RawClient.get("/v1/points", farm.socketPath).decoded()
            let silent = try #require(reply.points.first { $0.point.tag == "soil-b.moisture" })
            #expect(silent.value == nil && silent.quality == "bad" && silent.reason == "noAnswer")
            let good = try #require(reply.points.first { $0.point.tag == "soil-a.moisture" })
            let value = try #require(good.value)
            #expect(good.unit == "%" && (20...30).contains(value))
        }
    }

    @Test func `a zone is run, seen watering, stopped and accounted for`() async throws {
        try await withFarm { farm in
            let run: CommandReply = try RawClient.post(#"{"command":"run","zone":"东一区","forSeconds":600}"#, farm.socketPath).decoded()
            #expect(["done", "queued"].contains(run.results.first?.state))
            #expect(try await eventually {
                let zones: ZonesReply = try RawClient.get("/v1/zones", farm.socketPath).decoded()
                return zones.zones[0].phase == "watering" && zones.zones[0].flowM3h == 10
            })
            let stop: CommandReply = try RawClient.post(#"{"command":"stop","zone":"east-1"}"#, farm.socketPath).decoded()
            #expect(stop.results.first?.state == "done")
            #expect(try await eventually {
                let runs: RunsReply = try RawClient.get("/v1/runs?since=3600", farm.socketPath).decoded()
                return runs.runs.first?.outcome == "stopped" && (runs.runs.first?.volumeM3 ?? 0) > 0
            })
            let audit = try farm.journal.audit()
            #expect(audit.contains { $0.text == "run east-1 600 s" && $0.outcome != nil })
        }
    }

    @Test func `a trip is told with its remedy, and reset when its cause is gone`() async throws {
        try await withFarm { farm in
            farm.change { $0.hasFlow = false }
            _ = try RawClient.post(#"{"command":"run","zone":"east-1","forSeconds":600}"#, farm.socketPath)
            #expect(try await eventually {
                let alarms: AlarmsReply = try RawClient.get("/v1/alarms", farm.socketPath).decoded()
                return alarms.alarms.contains { $0.id == "tripNoFlow/east-1" && $0.isTrip && $0.remedy?.en.contains("tidegate reset east-1") == true }
            })
            let why: WhyReply = try RawClient.get("/v1/why/east-1", farm.socketPath).decoded()
            #expect(why.remedy != nil)
            farm.change { $0.hasFlow = true }
            let reset: CommandReply = try RawClient.post(#"{"command":"reset","subject":"东一区"}"#, farm.socketPath).decoded()
            #expect(reset.results.map(\.state) == ["done"])
            let again = try RawClient.post(#"{"command":"reset","subject":"east-1"}"#, farm.socketPath)
            #expect(again.status == 409 && again.code == "nothing-to-reset")
        }
    }

    @Test func `an order nobody latches is accepted, and the inbox refuses when it is full`() async throws {
        try await withFarm { farm in
            farm.change { $0.isHeld = true }
            try await Task.sleep(for: .milliseconds(50))
            let first = try RawClient.post(#"{"command":"stop-all"}"#, farm.socketPath)
            #expect(first.status == 202)
            #expect(try first.decoded(CommandReply.self).results.first?.state == "accepted")
            for number in 0..<64 {
                _ = farm.inbox.offer(.init(id: 10_000 + UInt64(number), kind: .stopAll, author: .localOperator, expires: farm.now))
            }
            let refused = try RawClient.post(#"{"command":"stop-all"}"#, farm.socketPath)
            #expect(refused.status == 503 && refused.code == "inbox-full")
        }
    }

    @Test func `dosing is asked and ordered by names that are there and in ranges that may be`() async throws {
        try await withFarm { farm in
            let path = farm.socketPath
            let reply: DosingReply = try RawClient.get("/v1/dosing", path).decoded()
            #expect(reply.units.map(\.state) == ["idle"] && reply.units[0].channels[0].litersPerHour == 300 && reply.tanks[0].capacityL == 500)
            #expect(reply.units[0].channels[0].mostPerM3L == 10 && reply.tanks[0].leftL == nil && reply.debts.isEmpty)
            #expect(try RawClient.get("/v1/dose-sums?by=moon", path).code == "bad-parameter")
            #expect(try RawClient.get("/v1/calibrations?channel=Z", path).code == "unknown-channel")
            #expect(try RawClient.get("/v1/doses?zone=north", path).code == "unknown-zone")
            for (body, code) in [
                (#"{"command":"tank-set","subject":"T-A","liters":-1}"#, "liters-range"), (#"{"command":"tank-set","subject":"T-A","liters":501}"#, "liters-range"),
                (#"{"command":"calibrate-channel","subject":"A","forSeconds":301}"#, "forSeconds-range"), (#"{"command":"dose-stop","subject":"no"}"#, "unknown-dosing-unit"),
                (#"{"command":"accept-cylinder","subject":"A","liters":0}"#, "liters-range"), (#"{"command":"tune","what":"flow"}"#, "bad-what"),
                (#"{"command":"run","zone":"east-1","forSeconds":600,"recipe":"no"}"#, "unknown-recipe"), (#"{"command":"flush"}"#, "missing-zone"),
            ] {
                #expect(try RawClient.post(body, path).code == code, "\(body)")
            }
        }
    }

    @Test func `names that are not there are refused with those that are`() async throws {
        try await withFarm { farm in
            let zone = try RawClient.get("/v1/why/east-3", farm.socketPath)
            #expect(zone.status == 404 && zone.code == "unknown-zone")
            #expect(try zone.decoded(ErrorReply.self).error.remedy?.en == "Did you mean east-1? There are: east-1, east-2, gate-3, cage-1, cage-2")
            #expect(try RawClient.get("/v1/history?tag=nothing", farm.socketPath).code == "unknown-point")
            #expect(try RawClient.get("/v1/history", farm.socketPath).code == "missing-tag")
            #expect(try RawClient.get("/v1/events?since=-1", farm.socketPath).code == "bad-parameter")
            #expect(try RawClient.get("/v1/events?until=5", farm.socketPath).code == "unknown-parameter")
            #expect(try RawClient.get("/v1/nothing", farm.socketPath).code == "unknown-path")
            #expect(try RawClient.post(#"{"command":"run","zone":"east-1","forSeconds":0}"#, farm.socketPath).code == "duration-range")
            #expect(try RawClient.post(#"{"command":"run","zone":"east-1","forSeconds":1e300}"#, farm.socketPath).code == "duration-range")
        }
    }
}

/// Clients that are wrong, rude or slow.
@Suite(.serialized) struct HostileClientTests {
    @Test func `each wrong request is answered in kind`() async throws {
        try await withFarm { farm in
            let path = farm.socketPath
            let huge = "GET /v1/status HTTP/1.1\r\nX-Big: " + String(repeating: "a", count: 1 << 20) + "\r\n\r\n"
            #expect(try RawClient.send(huge, path).status == 431)
            let method = try RawClient.send("DELETE /v1/status HTTP/1.1\r\n\r\n", path)
            #expect(method.status == 405 && method.code == "wrong-method")
            #expect(try RawClient.send("POST /v1/commands HTTP/1.1\r\nContent-Length: 999999\r\n\r\n", path).status == 413)
            #expect(try RawClient.send("POST /v1/commands HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", path).status == 411)
            #expect(try RawClient.send("\u{16}\u{3}\u{1}hello\r\n\r\n", path).status == 400)
            #expect(try RawClient.send("GET / HTTP/3\r\n\r\n", path).status == 505)
            #expect(try RawClient.get("/v1/status", path).status == 200)
        }
    }

    @Test(arguments: [
        "", "{", "[]", "null", #"{"command":"open"}"#, #"{"command":7}"#, #"{"command":"run","forSeconds":NaN}"#,
        #"{"command":"run","zone":5}"#, String(repeating: "[", count: 30_000), String(repeating: #"{"a":"#, count: 10_000), "\u{0}\u{1}",
    ])
    func `a body that is no command is refused`(body: String) async throws {
        try await withFarm { farm in
            let answer = try RawClient.post(body, farm.socketPath)
            #expect(answer.status == 400 && answer.code == "bad-body")
        }
    }

    @Test func `a client that sends slowly is cut off, and holds up nobody`() async throws {
        try await withFarm { farm in
            let slow = try RawClient.connect(farm.socketPath)
            defer { close(slow) }
            RawClient.write(Data("GET /v1/sta".utf8), to: slow)
            #expect(try RawClient.get("/v1/status", farm.socketPath).status == 200)
            #expect(try RawClient.answer(from: slow).status == 408)
        }
    }

    @Test func `more connections than there is room for are told to come back`() async throws {
        try await withFarm { farm in
            let idle = try (0..<HTTPLimits.connections).map { _ in try RawClient.connect(farm.socketPath) }
            defer { idle.forEach { close($0) } }
            #expect(try await eventually { try RawClient.get("/v1/status", farm.socketPath).status == 503 })
            idle.forEach { shutdown($0, Int32(SHUT_RDWR)) }
            #expect(try await eventually { try RawClient.get("/v1/status", farm.socketPath).status == 200 })
        }
    }
}

@Suite struct SocketTests {
    private let path = NSTemporaryDirectory() + "tidegate-\(UUID().uuidString.prefix(8)).sock"

    @Test func `the file's mode decides who may connect`() throws {
        let socket = try UnixSocket(path: path, access: SocketAccess(mode: 0o600))
        defer { socket.end() }
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    }

    @Test func `a living controller's socket is not taken`() throws {
        let socket = try UnixSocket(path: path, access: SocketAccess())
        defer { socket.end() }
        #expect(throws: SocketProblem.inUse(path: path)) { try UnixSocket(path: path, access: SocketAccess()) }
    }

    @Test func `a dead one's is removed, another kind of file is not`() throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let bound = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        #expect(bound == 0)
        close(descriptor)
        try UnixSocket(path: path, access: SocketAccess()).end()
        #expect(!FileManager.default.fileExists(atPath: path))
        try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(throws: SocketProblem.notASocket(path: path)) { try UnixSocket(path: path, access: SocketAccess()) }
    }

    @Test func `a group nobody has is refused, and nothing is left behind`() throws {
        #expect(throws: SocketProblem.unknownGroup("no-such-group")) {
            try UnixSocket(path: path, access: SocketAccess(group: "no-such-group"))
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `a path too long is refused`() {
        let long = "/tmp/" + String(repeating: "x", count: 200)
        #expect(throws: SocketProblem.self) { try UnixSocket(path: long, access: SocketAccess()) }
    }
}

@Suite struct DiskQuestionTests {
    @Test func `a disk that hangs costs a clear answer, and four threads at most`() {
        let disk = DiskQuestions(patience: .milliseconds(50))
        let hanging = DispatchSemaphore(value: 0)
        for _ in 0..<DiskQuestions.atOnce {
            #expect(throws: Answer.self) { try disk.ask { hanging.wait() } }
        }
        let answer = #expect(throws: Answer.self) { try disk.ask { 1 } }
        #expect((answer?.reply as? ErrorReply)?.error.code == "busy")
        for _ in 0..<DiskQuestions.atOnce { hanging.signal() }
        var answered: Int?
        for _ in 0..<500 where answered == nil {
            answered = try? disk.ask { 7 }
            if answered == nil { poll(nil, 0, 20) }
        }
        #expect(answered == 7)
    }
}

@Suite struct LongReplyTests {
    @Test(arguments: [0, 1, 127, 128, 129, 300])
    func `a list written a few at a time is the same JSON`(count: Int) throws {
        let label = WireLabel(tag: "a \"points\":[ b", name: WireText(Phrase(zh: "土", en: "soil")))
        let point = PointReply(point: label, value: 1.5, unit: "%", decimals: 1, quality: "good", reason: "none", reasonText: WireText(Phrase(verbatim: "")),
                               recordedAgoSeconds: 0.5, device: nil, isDigital: false)
        let time = WireTime(WallTime(unixSeconds: 1_795_384_800, trust: .synced), .shanghai)
        let reply = PointsReply(time: time, points: Array(repeating: point, count: count))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        #expect(try encoded(reply) == encoder.encode(reply))
    }
}
