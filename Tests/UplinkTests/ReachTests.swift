import Foundation
import Glibc
import ProcessImage
import Quantities
import Sparkplug
import Testing
@testable import Uplink

/// Listens at a port of this machine, takes one connection, hears what is asked and says its answer.
private final class Door {
    let port: UInt16
    private let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)

    init(answer: String?) throws {
        var address = sockaddr_in(), size = socklen_t(MemoryLayout<sockaddr_in>.size)
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let listener = listener
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 1) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        try #require(isBound)
        port = address.sin_port.bigEndian
        Thread {
            let visitor = accept(listener, nil, nil)
            var asked = [UInt8](repeating: 0, count: 64)
            _ = recv(visitor, &asked, asked.count, 0)
            if let answer { _ = send(visitor, answer, answer.utf8.count, Int32(MSG_NOSIGNAL)) }
            close(visitor)
        }.start()
    }

    deinit { close(listener) }
}

@Suite struct ReachTests {
    @Test func `a web page in the place of the broker is told from something that hangs up`() throws {
        let page = try Door(answer: "HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\n\r\n"), other = try Door(answer: nil)
        let talker = try Door(answer: "SSH-2.0-x\r\n")
        #expect(Reach.look(at: "127.0.0.1", page.port) == .webPage)
        #expect(Reach.look(at: "127.0.0.1", other.port) == .open)
        #expect(Reach.look(at: "127.0.0.1", talker.port) == .open)
    }

    @Test func `a name that nobody knows and a port where nobody listens are told apart`() throws {
        #expect(Reach.look(at: "no..name", 1883) == .noName)
        #expect(Reach.look(at: "127.0.0.1", try freePort()) == .closed)
    }

    @Test func `what was found is told before what the library said, but for something that explains nothing`() {
        var status = RecordStatus()
        #expect(status.words == nil)
        status.problem = .failed(broker: 0, .noAnswer)
        for reach: Reach in [.noName, .closed, .silent, .webPage] {
            status.reach = reach
            #expect(status.words == reach.problem && status.words != status.problem?.problem)
        }
        status.reach = .open
        #expect(status.words == status.problem?.problem && status.words != nil)
    }

    private func moment(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

    @Test func `somebody looks once the link has been away for two minutes, then each hour; what was found is told once`() {
        var watch = LinkWatch()
        var looks: [Int64] = [], told: [EventKind] = []
        watch.hear(.failed(broker: 0, .unreachable))
        for second in stride(from: Int64(0), through: 8_000, by: 10) {
            watch.look(isOpen: false, at: moment(second))
            if watch.takeLook(at: moment(second)) {
                looks.append(second)
                watch.found(.webPage)
            }
            told += watch.takeEvents().map(\.kind)
        }
        #expect(looks == [120, 3_720, 7_320] && told == [.uplinkLost, .uplinkIsWebPage])
        watch.look(isOpen: true, at: moment(8_010))
        #expect(watch.reach == nil && watch.takeEvents().map(\.kind) == [.uplinkBack])
        watch.found(.noName)
        #expect(watch.reach == nil, "an answer that comes when the link is back is no news")
    }

    @Test func `nobody looks behind a broker that refuses us, and what was found before no longer counts`() {
        var watch = LinkWatch()
        watch.hear(.failed(broker: 0, .unreachable))
        watch.look(isOpen: false, at: moment(0))
        watch.found(.noName)
        watch.hear(.gaveUp(SyncGap(stream: "hours", ids: 1...9, rows: 9)))
        #expect(watch.reach == .noName && watch.problem == .failed(broker: 0, .unreachable), "what was given up is not what is the matter")
        watch.hear(.failed(broker: 0, .refused(code: 5)))
        watch.look(isOpen: false, at: moment(900))
        #expect(watch.reach == nil && !watch.takeLook(at: moment(900)))
    }
}

@Suite struct TrafficTests {
    private let monday = CivilDate(daysSinceEpoch: 20_780), tuesday = CivilDate(daysSinceEpoch: 20_781)

    @Test func `what the wire costs beyond the messages is overhead, and counts for the budget`() {
        var day = TrafficDay(monday)
        day.add(earlier: ["runs": 1_000])
        func add(_ traffic: SyncLink.Traffic, on date: CivilDate) { day.add(traffic.uses, of: "sync", on: date) }
        add(SyncLink.Traffic(sent: ["alarms": 300], received: 100, wire: 900), on: monday)
        #expect(day.bytes == ["runs": 1_000, "alarms": 300, "acknowledgements": 100, "overhead": 500])
        // Handed over, and not on the wire yet.
        add(SyncLink.Traffic(sent: ["alarms": 900], received: 100, wire: 900), on: monday)
        #expect(day.bytes["overhead"] == 500 && day.bytes["alarms"] == 900)
        add(SyncLink.Traffic(sent: ["alarms": 900], received: 100, wire: 1_700), on: monday)
        #expect(day.bytes["overhead"] == 700 && day.sum == 2_700)
        add(SyncLink.Traffic(sent: ["alarms": 950], received: 100, wire: 1_800), on: tuesday)
        #expect(day.bytes == ["alarms": 50, "overhead": 50], "the budget is that of a day")
    }

    @Test func `a link that begins anew counts anew, and two links do not count for each other`() {
        var day = TrafficDay(monday)
        day.add(["runs": 100, "overhead": 250], of: "sync", on: monday)
        day.add(["sparkplug": 70], of: "meter 0", on: monday)
        day.beginLink("sync")
        day.add(["runs": 10, "overhead": 25], of: "sync", on: monday)
        day.add(["sparkplug": 70], of: "meter 0", on: monday)
        #expect(day.bytes == ["runs": 110, "overhead": 275, "sparkplug": 70])
    }

    @Test(.enabled(if: RealBroker.isHere != nil, "skipped: mosquitto is not installed"))
    func `the wire is counted by the kernel: heads and handshakes too, over connections`() throws {
        let broker = try RealBroker(), meter = WireMeter()
        try broker.start()
        var counts: [Int] = []
        for _ in 0..<2 {
            var line: MosquittoLine?
            eventually("the broker takes a client") {
                line = MosquittoLine(broker.address, name: "meter", will: nil, meter: meter)
                return line.map { $0.open(keepAlive: 60) == nil } ?? false
            }
            let opened = try #require(line)
            eventually("it is in") { opened.turn(atMost: 20, bell: -1).contains(.connected) }
            counts.append(meter.bytes)
        }
        // SYN, its answer, CONNECT of 19 bytes, CONNACK of 4 and what says that they have come: four to eight segments of 40 to 52 bytes.
        let due = 183...439
        #expect(due.contains(counts[0]) && due.contains(counts[1] - counts[0]), "\(counts)")
    }
}
