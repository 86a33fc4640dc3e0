import Foundation
import Testing

/// The program itself with the shipped greenhouse, and a stand-in for the guard on its lines.
@Suite("Plant process", .serialized)
struct ProcessTests {
    private static let program = built("tidegate-plant")
    private static let python = tool("python3")

    /// Listens as the guard does, opens a zone for two seconds, closes it, and counts the edges of the meter.
    private static let standIn = """
        import socket, sys, time
        s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        s.bind(sys.argv[1]); s.listen(1)
        s.settimeout(10)
        c, _ = s.accept(); c.settimeout(0.1)
        c.send(b"R1 1\\nR2 1\\nR3 1\\nR4 0\\nR5 0\\nR6 0\\n")
        begun, isOff, rising, last, level, wrong = time.time(), False, 0, 0, {}, 0
        while time.time() < begun + 3.5:
            if not isOff and time.time() > begun + 2:
                c.send(b"R1 0\\n"); isOff = True
            try: data = c.recv(4096).decode()
            except TimeoutError: continue
            for line in data.splitlines():
                name, value, *moment = line.split()
                if name == "P1":
                    if level.get(name) == value: wrong += 1
                    if moment and int(moment[0]) < last: wrong += 1
                    last = int(moment[0]) if moment else last
                    if value == "1" and moment: rising += 1
                level[name] = value
        print(rising, wrong, level.get("D1"), level.get("D2"))
        """

    @Test(.enabled(if: python != nil, "skipped: python3 is not installed"))
    func `the meter's pulses count what flowed, at hundreds of edges a second`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tg-lines-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let site = try siteWithFreePort(in: folder)
        let plant = try startProgram("tidegate-plant", [site, folder.path, "--speed", "600"])
        defer {
            plant.terminate()
            plant.waitUntilExit()
        }
        let counted = try run(try #require(Self.python), ["-c", Self.standIn, folder.path + "/lines.sock"])
        let words = counted.output.split(whereSeparator: \.isWhitespace).map(String.init)
        try #require(words.count == 4, "\(counted.output)")
        let state = try ServedFarm.say("state", in: folder.path)
        let metered = try #require(state.firstMatch(of: /"meteredCubicMeters":([0-9.]+)/).flatMap { Double($0.1) })
        #expect(words == ["\(Int(metered / 0.01 + 0.5))", "0", "0", "0"], "metered \(metered) m3")
        #expect(metered > 1)
    }

    @Test func `a site that cannot be read is refused with status 2`() throws {
        let refused = try run(Self.program, ["/does/not/exist.yaml", FileManager.default.temporaryDirectory.path])
        #expect(refused.status == 2)
        #expect(refused.output.contains("/does/not/exist.yaml"))
    }

    @Test func `help tells every order of the control socket`() throws {
        let help = try run(Self.program, ["--help"]).output
        for word in ["fault device TAG silent|slow|garbage", "fault estop pressed", "clear all", "state",
                     "fault source TAG empty|burst|seeps|pressure-high", "fault source TAG meter-stuck|meter-slow|meter-reset|meter-wraps"] {
            #expect(help.contains(word), "\(word)")
        }
    }
}
