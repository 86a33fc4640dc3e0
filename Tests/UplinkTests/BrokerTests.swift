import CRealtime
import Foundation
import Glibc
import Quantities
@testable import Sparkplug
import Synchronization
import Testing
@testable import Uplink

/// A real broker on a free port of this machine, as Debian ships it.
final class RealBroker {
    static let isHere = ["/usr/sbin/mosquitto", "/usr/bin/mosquitto"].first { FileManager.default.isExecutableFile(atPath: $0) }

    let port: UInt16
    let folder: URL
    private var process: Process?

    /// - Parameter configure: makes what is needed in a folder and says the lines of the configuration.
    init(_ configure: (URL) throws -> String = { _ in "allow_anonymous true" }) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("broker-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        port = try freePort()
        // As root it would become another user, who may not read the keys.
        let text = "listener \(port) 127.0.0.1\npersistence false\nlog_dest none\nuser root\n" + (try configure(folder)) + "\n"
        try text.write(to: folder.appendingPathComponent("broker.conf"), atomically: true, encoding: .utf8)
    }

    var address: Broker { Broker(host: "127.0.0.1", port: port) }

    func start() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.isHere))
        process.arguments = ["-c", folder.appendingPathComponent("broker.conf").path]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
    }

    /// It says nothing any more, and its connections stand.
    func freeze() { if let process { Glibc.kill(process.processIdentifier, SIGSTOP) } }

    /// As a power cut does.
    func kill() {
        guard let process else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: folder)
    }
}

/// A port that nobody listens on at this moment, below those that the kernel gives to connections.
func freePort() throws -> UInt16 {
    let found = (0..<50).lazy.map { _ in UInt16.random(in: 20_000..<32_000) }.first { port in
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 }
        }
    }
    return try #require(found)
}

/// Looks again and again, for so many seconds at most.
func eventually(_ what: Comment, within seconds: Double = 30, _ isSo: () throws -> Bool) rethrows {
    let end = Date(timeIntervalSinceNow: seconds)
    while Date() < end {
        if try isSo() { return }
        Thread.sleep(forTimeInterval: 0.01)
    }
    Issue.record(what)
}

/// Another client of the broker, that hears all of Sparkplug.
final class Listener {
    private(set) var heard: [(words: String, payload: Payload?)] = []
    private let line: MosquittoLine
    private let bell = tg_bell_make()

    init(_ broker: RealBroker, name: String, hears topic: String = "spBv1.0/#") throws {
        var opened: MosquittoLine?
        eventually("the broker takes a client") {
            opened = MosquittoLine(broker.address, name: name, will: nil)
            return opened.map { $0.open(keepAlive: 60) == nil } ?? false
        }
        line = try #require(opened)
        eventually("the listener is in") { turn().contains(.connected) }
        #expect(line.subscribe([topic]))
        eventually("the listener listens") { turn().contains(.subscribed(isGranted: true)) }
    }

    deinit { close(bell) }

    @discardableResult
    private func turn() -> [News] {
        let news = line.turn(atMost: 20, bell: bell)
        for case .message(let topic, let payload, _) in news {
            let levels = topic.split(separator: "/")
            heard.append((levels.count > 4 ? "\(levels[2]) \(levels[4])" : "\(levels[2])", try? Payload(decoding: payload, within: .command)))
        }
        return news
    }

    /// Waits for so many messages, all in all.
    func hear(_ count: Int) -> [String] {
        hear("\(count) messages") { $0.count >= count }
        return heard.map(\.words)
    }

    func hear(_ what: String, _ isSo: ([String]) -> Bool) {
        eventually("heard: \(what)") {
            turn()
            return isSo(heard.map(\.words))
        }
    }

    /// So many bytes that mean nothing, in one message.
    func flood(_ topic: String, bytes: Int) -> Bool {
        let isTaken = line.publish(Publication(topic: topic, payload: [UInt8](repeating: 0, count: bytes), qualityOfService: 0))
        hear("the flood itself") { _ in line.isEmpty }
        return isTaken
    }

    func say(_ topic: String, _ metric: Metric) -> Bool {
        line.publish(Publication(topic: topic, payload: Payload(metrics: [metric]).encoded(), qualityOfService: 1))
    }
}

/// A node with its disk and all that it tells.
final class LiveNode: Sendable {
    struct Told { var kept: [UInt8] = [], orders: [CommandOrder] = [], reports: [Report] = [] }

    let node: SparkplugNode
    private let told: SharedTold

    final class SharedTold: Sendable { let state = Mutex(Told()) }

    init(_ broker: RealBroker, host: String? = nil, keepAlive: Int = 10, version: Broker.Version = .three) throws {
        let told = SharedTold()
        self.told = told
        var settings = SessionSettings()
        settings.birthInterval = .zero
        settings.firstRest = .milliseconds(300)
        settings.dataInterval = .milliseconds(50)
        settings.primaryHost = host.flatMap(TopicName.init)
        let ports = SparkplugNode.Ports(keep: { number in
            told.state.withLock { $0.kept.append(number) }
            return true
        }, order: { order in
            told.state.withLock { $0.orders.append(order) }
        }, report: { report in
            told.state.withLock { $0.reports.append(report) }
        }, wall: { Self.wall })
        var address = broker.address
        address.version = version
        node = SparkplugNode(try Self.plan(), settings, lastBirthNumber: nil, brokers: [address], clientName: "gate-7",
                             keepAlive: keepAlive, ports)
        node.start()
    }

    static var wall: WallTime { WallTime(unixNanoseconds: Int64(Date().timeIntervalSince1970 * 1e9), trust: .synced) }
    static var milliseconds: UInt64 { UInt64(wall.unixNanoseconds / 1_000_000) }
    static let setpoint = MetricIndex(rawValue: 2)
    static let flow = MetricIndex(rawValue: 1)

    private static func plan() throws -> NodePlan {
        let farm = try #require(TopicName("farm")), gate = try #require(TopicName("gate-7")), tank = try #require(TopicName("tank"))
        return try NodePlan(NodeName(group: farm, node: gate), metrics: [MetricPlan("alarms", .int32)], devices: [
            DevicePlan(tank, [MetricPlan("flow", .double, unit: "m³/h"), MetricPlan("setpoint", .double, writable: .number(0...3))]),
        ])
    }

    var all: Told { told.state.withLock { $0 } }

    func set(_ flow: Double) {
        node.change { $0.set(Self.flow, .double(flow), .good, at: Self.wall) }
    }
}

/// The number that ties birth and death.
func birthNumber(_ payload: Payload?) -> WireValue? { payload?.metrics.first { $0.name == "bdSeq" }?.value }

@Suite("A node at a real mosquitto", .serialized, .enabled(if: RealBroker.isHere != nil, "skipped: mosquitto is not installed"))
struct BrokerTests {
    @Test(arguments: [Broker.Version.three, .five])
    func `it is born, tells what changes, obeys once, is born again when asked, and says goodbye`(version: Broker.Version) throws {
        let broker = try RealBroker()
        try broker.start()
        let listener = try Listener(broker, name: "listener")
        let live = try LiveNode(broker, version: version)
        #expect(listener.hear(2) == ["NBIRTH", "DBIRTH tank"])
        live.set(12.5)
        #expect(listener.hear(3).last == "DDATA tank")
        #expect(listener.heard[2].payload?.metrics.map(\.value) == [.double(12.5)])
        let timestamp = LiveNode.milliseconds
        let order = Metric(name: "setpoint", timestamp: timestamp, value: .double(1.5))
        #expect(listener.say("spBv1.0/farm/DCMD/gate-7/tank", order) && listener.say("spBv1.0/farm/DCMD/gate-7/tank", order))
        eventually("the second order is refused") { live.all.reports.contains(.commandRefused(.seenBefore, LiveNode.setpoint)) }
        #expect(live.all.orders == [CommandOrder(metric: LiveNode.setpoint, value: .double(1.5), timestamp: timestamp)])
        #expect(listener.say("spBv1.0/farm/NCMD/gate-7", Metric(name: "Node Control/Rebirth", value: .boolean(true))))
        // Two orders and the request are heard by the listener too.
        #expect(listener.hear(8).suffix(2) == ["NBIRTH", "DBIRTH tank"])
        #expect(birthNumber(listener.heard[6].payload) == .long(0) && listener.heard.map { $0.payload?.sequence } == [0, 1, 2, nil, nil, nil, 0, 1])
        #expect(live.node.stop(within: .seconds(10)))
        #expect(listener.hear(9).last == "NDEATH")
        #expect(birthNumber(listener.heard[8].payload) == .long(0) && live.all.kept == [0])
        // Nothing was retained: who comes now hears what is said now.
        let late = try Listener(broker, name: "late")
        #expect(late.say("spBv1.0/farm/NCMD/other", Metric(name: "x")) && late.hear(1) == ["NCMD"])
    }

    @Test func `a broker that is killed and comes back gets all births under the next number`() throws {
        let broker = try RealBroker()
        try broker.start()
        let first = try Listener(broker, name: "first")
        let live = try LiveNode(broker)
        #expect(first.hear(2) == ["NBIRTH", "DBIRTH tank"])
        broker.kill()
        eventually("the loss is told") { live.all.reports.contains(.lost(broker: 0)) }
        live.set(3)
        eventually("the broker is tried and not there") { live.all.reports.contains(.unreachable(broker: 0)) }
        try broker.start()
        eventually("it is born again") { live.node.isAlive }
        let second = try Listener(broker, name: "second")
        #expect(second.say("spBv1.0/farm/NCMD/gate-7", Metric(name: "Node Control/Rebirth", value: .boolean(true))))
        second.hear("the births") { $0.suffix(2) == ["NBIRTH", "DBIRTH tank"] }
        let births = second.heard.suffix(2).map(\.payload)
        #expect(birthNumber(births.first ?? nil) == .long(1) && live.all.kept == [0, 1])
        #expect(births.last??.metrics.contains { $0.name == "flow" && $0.value == .double(3) } == true)
        #expect(live.node.stop(within: .seconds(10)))
    }

    @Test func `of a process that dies the broker tells the death`() throws {
        let broker = try RealBroker()
        try broker.start()
        let listener = try Listener(broker, name: "listener")
        let death = Payload(metrics: [Metric(name: "bdSeq", datatype: 4, value: .long(9))])
        let will = Publication(topic: "spBv1.0/farm/NDEATH/gate-7", payload: death.encoded(), qualityOfService: 1)
        var line = MosquittoLine(broker.address, name: "gate-7", will: will)
        let bell = tg_bell_make()
        defer { close(bell) }
        #expect(line?.open(keepAlive: 10) == nil)
        eventually("it is in") { line?.turn(atMost: 20, bell: bell).contains(.connected) ?? true }
        line = nil
        #expect(listener.hear(1) == ["NDEATH"] && listener.heard[0].payload == death)
        let late = try Listener(broker, name: "late")
        #expect(late.say("spBv1.0/farm/NCMD/other", Metric(name: "x")) && late.hear(1) == ["NCMD"])
    }

    /// Whole, the message is ten times what the node takes.
    @Test(arguments: [Broker.Version.three, .five])
    func `a message that is too large cuts a connection of MQTT 3, is not sent over MQTT 5, and then orders work`(version: Broker.Version) throws {
        let broker = try RealBroker()
        try broker.start()
        let listener = try Listener(broker, name: "listener", hears: "spBv1.0/farm/+/gate-7")
        let live = try LiveNode(broker, version: version)
        #expect(listener.hear(1) == ["NBIRTH"])
        #expect(listener.flood("spBv1.0/farm/DCMD/gate-7/tank", bytes: 10 * MosquittoLine.longestPacket))
        if version == .three {
            listener.hear("death and birth") { $0 == ["NBIRTH", "NDEATH", "NBIRTH"] }
            #expect(live.all.reports.contains(.messageTooLarge(broker: 0)))
        }
        eventually("it is born") { live.node.isAlive }
        let order = Metric(name: "setpoint", timestamp: LiveNode.milliseconds, value: .double(1.5))
        #expect(listener.say("spBv1.0/farm/DCMD/gate-7/tank", order))
        eventually("it obeys") { live.all.orders.map(\.value) == [.double(1.5)] }
        #expect(version == .three || !live.all.reports.contains(.messageTooLarge(broker: 0)))
        #expect(live.node.stop(within: .seconds(10)))
    }

    @Test func `a broker that falls silent on a connection that stands is found`() throws {
        let broker = try RealBroker()
        try broker.start()
        let live = try LiveNode(broker, keepAlive: 5)
        eventually("it is born") { live.node.isAlive }
        broker.freeze()
        eventually("the silence is found") { live.all.reports.contains(.lost(broker: 0)) }
        broker.kill()
        #expect(live.node.stop(within: .seconds(10)))
    }

    /// - Parameter moment: by the clock that it is shown; `nil`: the machine's.
    private func openssl(_ folder: URL, _ arguments: String, at moment: String? = nil) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: moment == nil ? "/usr/bin/openssl" : "/usr/bin/faketime")
        process.currentDirectoryURL = folder
        process.arguments = (moment.map { [$0, "openssl"] } ?? []) + arguments.split(separator: " ").map(String.init)
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(arguments)")
    }

    /// What a connection comes to.
    private func outcome(_ broker: Broker, checksDates: Bool = true) -> News? {
        guard let line = MosquittoLine(broker, name: "gate-7", will: nil, checksDates: checksDates) else { return nil }
        if let news = line.open(keepAlive: 10) { return news }
        let bell = tg_bell_make()
        defer { close(bell) }
        var news: News?
        eventually("it is in or not") {
            news = line.turn(atMost: 20, bell: bell).first
            return news != nil
        }
        return news
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "skipped: openssl is not installed"))
    func `with TLS only a broker of the right authority and the right name is spoken to`() throws {
        let broker = try RealBroker { folder in
            for name in ["right", "wrong"] {
                try openssl(folder, "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=\(name) -keyout \(name).key -out \(name).pem")
            }
            try openssl(folder, "req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout broker.key -out broker.csr")
            try openssl(folder, "x509 -req -in broker.csr -CA right.pem -CAkey right.key -CAcreateserial -days 2 -out broker.pem")
            return "allow_anonymous true\ncertfile \(folder.path)/broker.pem\nkeyfile \(folder.path)/broker.key"
        }
        try broker.start()
        func with(_ host: String, _ authority: String?) -> Broker {
            let file = authority.map { broker.folder.appendingPathComponent($0).path }
            return Broker(host: host, port: broker.port, security: .tls(authority: file, own: nil))
        }
        eventually("the broker takes its own") { outcome(with("localhost", "right.pem")) == .connected }
        let refused: [News] = [.unreachable, .lost]
        for other in [with("localhost", "wrong.pem"), with("127.0.0.1", "right.pem"), with("localhost", nil)] {
            let news = try #require(outcome(other))
            #expect(refused.contains(news), "\(other)")
        }
    }

    /// A gateway that wakes in 1970 must not be locked out until somebody comes; but nobody else is let in for that.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/faketime"), "skipped: faketime is not installed"))
    func `where the clock is not trusted a certificate of another day will do, of another authority or name never`() throws {
        let broker = try RealBroker { folder in
            for name in ["right", "wrong"] {
                try openssl(folder, "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=\(name) -keyout \(name).key -out \(name).pem")
            }
            try openssl(folder, "req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout broker.key -out broker.csr")
            let sign = "x509 -req -in broker.csr -CA right.pem -CAkey right.key -CAcreateserial -days 2 -out broker.pem"
            try openssl(folder, sign, at: "2001-01-01 12:00:00")
            return "allow_anonymous true\ncertfile \(folder.path)/broker.pem\nkeyfile \(folder.path)/broker.key"
        }
        try broker.start()
        func with(_ host: String, _ authority: String) -> Broker {
            Broker(host: host, port: broker.port, security: .tls(authority: broker.folder.appendingPathComponent(authority).path, own: nil))
        }
        eventually("without its dates it is the right one") { outcome(with("localhost", "right.pem"), checksDates: false) == .connected }
        let refused: [News] = [.unreachable, .lost]
        for (other, checks) in [(with("localhost", "right.pem"), true), (with("localhost", "wrong.pem"), false), (with("127.0.0.1", "right.pem"), false)] {
            let news = try #require(outcome(other, checksDates: checks))
            #expect(refused.contains(news), "\(other)")
        }
    }

    @Test func `a wrong password is refused with the broker's reason`() throws {
        let broker = try RealBroker { folder in
            // What mosquitto_passwd writes for "gate" with "secret", PBKDF2 of SHA-512 in 101 rounds.
            let line = "gate:$7$101$SrafebY6Cxzx/307$LIS5IYc25OUz5k2F7JXCrYZ6yJlgW8XSSrD0531FtvGqPDBs8W2PyFrilPuT+HbiEYZdBq/XMjESWS0nwxBEsA==\n"
            try line.write(to: folder.appendingPathComponent("passwords"), atomically: true, encoding: .utf8)
            return "allow_anonymous false\npassword_file \(folder.path)/passwords"
        }
        try broker.start()
        func with(_ password: String) -> Broker {
            var address = broker.address
            address.login = Broker.Login(name: "gate", password: password)
            return address
        }
        eventually("the right one is let in") { outcome(with("secret")) == .connected }
        #expect(outcome(with("other")) == .refused(code: 5) && outcome(broker.address) == .refused(code: 5))
        var five = with("other")
        five.version = .five
        #expect(outcome(five) == .refused(code: 0x87))
        five.login?.password = "secret"
        #expect(outcome(five) == .connected)
    }

    @Test func `a broker that is not there, and one with a file that is not, are unreachable`() throws {
        let nobody = Broker(host: "127.0.0.1", port: try freePort())
        #expect(MosquittoLine(nobody, name: "x", will: nil)?.open(keepAlive: 10) == .unreachable)
        let wrong = Broker(host: "127.0.0.1", port: 1, security: .tls(authority: "/nowhere.pem", own: nil))
        #expect(MosquittoLine(wrong, name: "x", will: nil) == nil)
    }

    /// pysparkplug is the primary host: it says that it is there, reads births, data and death, asks for a birth and sets a value.
    @Test(.enabled(if: python != nil, "skipped: python3 has no pysparkplug"))
    func `an independent host gets births, data and death, and its rebirth and its order work`() throws {
        let broker = try RealBroker()
        try broker.start()
        let listener = try Listener(broker, name: "listener")
        let live = try LiveNode(broker, host: "scada")
        live.set(12.5)
        eventually("the node waits for its host") { live.all.reports.contains(.connected(broker: 0)) }
        let script = try #require(Bundle.module.url(forResource: "host", withExtension: "py", subdirectory: "Fixtures"))
        let interpreter = try #require(python)
        let (host, output) = (Process(), Pipe())
        host.executableURL = interpreter
        host.arguments = [script.path, "\(broker.port)"]
        host.standardOutput = output
        host.standardError = output
        try host.run()
        eventually("the host's order arrives") { !live.all.orders.isEmpty }
        live.set(13.5)
        listener.hear("the data") { $0.contains("DDATA tank") }
        #expect(live.node.stop(within: .seconds(10)))
        host.waitUntilExit()
        let told = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(told == Self.told, "\(told)")
        #expect(live.all.orders.map(\.value) == [.double(2.5)] && live.all.reports.contains(.born(.askedFor)))
    }

    private static let told = """
        NBIRTH gate-7 seq 0 Node Control/Rebirth=False alarms=None bdSeq=0
        DBIRTH tank seq 1 flow=12.5 setpoint=None
        NBIRTH gate-7 seq 0 Node Control/Rebirth=False alarms=None bdSeq=0
        DBIRTH tank seq 1 flow=12.5 setpoint=None
        DDATA tank seq 2 flow=13.5
        NDEATH gate-7 bdSeq 0

        """
}

let python: URL? = {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", "import pysparkplug, sys; print(sys.executable)"]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let path = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    return process.terminationStatus == 0 ? URL(fileURLWithPath: path) : nil
}()
