import Foundation
import Language
import Quantities
import Testing
@testable import Schedule
@testable import Site

/// Documents that come while a controller runs: from afar, again, and from a stick.
@Suite struct DeliveryTests {
    let desk = Desk()

    private func intake(_ folder: TestFolder, day: Int64 = 0) -> Intake {
        Intake(folder: folder.path, Gateway.site()) { Desk.now(day) }
    }

    private func enrolled() throws -> TestFolder { try Gateway.enrolled(desk).folder }

    @Test func `a gateway that trusts nobody takes nothing and makes no folder`() throws {
        let folder = try TestFolder()
        #expect(intake(folder).take(desk.plan(12)) == .nobodyTrusted)
        #expect(intake(folder).standing == nil)
        #expect(intake(folder).mark == 0)
        #expect(!FileManager.default.fileExists(atPath: folder.path))
    }

    @Test func `a document that comes again is answered as before and not taken twice`() throws {
        let folder = try enrolled(), plan = desk.plan(12)
        let first = intake(folder).take(plan)
        guard case .staged(12, _, _) = first else { return record("\(first)") }
        let mark = intake(folder).mark
        for _ in 0..<3 { #expect(intake(folder).take(plan) == first) }
        #expect(intake(folder).mark == mark, "nothing was written")
    }

    @Test func `a document that is in force is answered so, and one that was rolled back does not come back by itself`() throws {
        let gateway = try Gateway.enrolled(desk)
        for version in [11, 12] {
            gateway.receive(desk.plan(version))
            gateway.turn()
        }
        let plan = desk.plan(13)
        gateway.receive(plan)
        gateway.turn()
        #expect(gateway.acceptance.answer(toKnown: plan) == .active(13))
        _ = gateway.acceptance.rollback()
        gateway.turn()
        #expect(gateway.version == 12)
        // The broker keeps it and brings it with each connection.
        let again = intake(gateway.folder).take(plan)
        guard case .refused(let refusal, _) = again else { return record("\(again)") }
        #expect(refusal.reason == .alreadyThere(13))
        gateway.turn(day: 1)
        #expect(gateway.version == 12)
    }

    @Test func `the trust file in force is answered so when it comes again`() throws {
        let folder = try enrolled(), next = desk.secondTrust()
        #expect(intake(folder).take(next) == .keys(version: 2))
        let mark = intake(folder).mark
        #expect(intake(folder).take(next) == .keys(version: 2))
        #expect(intake(folder).mark == mark)
    }

    @Test func `whoever changes the folder is noticed, and a look is not`() throws {
        let folder = try enrolled(), before = intake(folder).mark
        #expect(before != 0)
        _ = intake(folder).standing
        #expect(intake(folder).mark == before)
        var other = try #require(try Acceptance(folder: folder.path, Gateway.site()))
        _ = other.receive(desk.plan(12), .onTheSpot, now: Desk.now())
        #expect(intake(folder).mark != before)
    }

    @Test func `the standing names documents by what they hash to`() throws {
        let folder = try enrolled(), plan = desk.plan(12)
        _ = intake(folder).take(plan)
        #expect(intake(folder).standing?.staged?.document == fingerprint(of: plan))
    }

    // MARK: Sticks

    /// A stick below a place where sticks are mounted.
    private struct Stick {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("tidegate-media-\(UUID().uuidString)")
        let folder: URL

        init(site: String = Desk.site, levels: String = "usb0") throws {
            folder = root.appendingPathComponent("\(levels)/tidegate-schedules/\(site)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }

        func put(_ bytes: [UInt8], _ name: String) throws { try Data(bytes).write(to: folder.appendingPathComponent(name)) }
        func answer(_ name: String) -> String? {
            FileManager.default.contents(atPath: folder.appendingPathComponent(name + ".answer.txt").path).map { String(decoding: $0, as: UTF8.self) }
        }
        var watch: StickWatch { StickWatch(site: Desk.site, clock: .shanghai, roots: [root.path]) }
        func remove() { try? FileManager.default.removeItem(at: root) }
    }

    @Test(arguments: ["usb0", "li/usb0", ""])
    func `a document on a stick is taken once, and what became of it is written beside it in both languages`(levels: String) throws {
        let folder = try enrolled(), stick = try Stick(levels: levels)
        defer { stick.remove() }
        try stick.put(desk.plan(12), "spring.yaml.signed")
        var watch = stick.watch
        let looked = watch.look(now: Desk.now()) { intake(folder).take($0) }
        #expect(looked.count == 1)
        #expect(intake(folder).standing?.staged?.version == 12)
        let text = try #require(stick.answer("spring.yaml.signed"))
        #expect(text.hasPrefix("2026-03-01 12:00\n"))
        #expect(text.contains("版本 12 已存好") && text.contains("Version 12 is kept"))
        #expect(watch.look(now: Desk.now()) { _ in Issue.record("looked at twice"); return .nothingWaits }.isEmpty)
    }

    @Test func `a stick that comes again is looked at again, a file written anew too, and the answer is the newest`() throws {
        let folder = try enrolled(), stick = try Stick()
        defer { stick.remove() }
        var watch = stick.watch
        try stick.put(Array("nonsense".utf8), "spring.yaml.signed")
        _ = watch.look(now: Desk.now()) { intake(folder).take($0) }
        #expect(stick.answer("spring.yaml.signed")?.contains("This is no signed document") == true)
        try stick.put(desk.plan(12), "spring.yaml.signed")
        #expect(watch.look(now: Desk.now()) { intake(folder).take($0) }.count == 1)
        #expect(stick.answer("spring.yaml.signed")?.contains("Version 12 is kept") == true)
        let away = stick.root.appendingPathExtension("away")
        try FileManager.default.moveItem(at: stick.root, to: away)
        #expect(watch.look(now: Desk.now()) { intake(folder).take($0) }.isEmpty)
        try FileManager.default.moveItem(at: away, to: stick.root)
        #expect(watch.look(now: Desk.now()) { intake(folder).take($0) }.count == 1)
        #expect(stick.answer("spring.yaml.signed")?.contains("Version 12 is kept") == true)
    }

    @Test func `nothing but signed files of the own site's folder is looked at, and no link is followed`() throws {
        let stick = try Stick(), other = try Stick(site: "another-farm")
        defer { stick.remove(); other.remove() }
        try other.put(desk.plan(12), "spring.yaml.signed")
        let secret = stick.root.appendingPathComponent("secret")
        try Data("secret".utf8).write(to: secret)
        try FileManager.default.createSymbolicLink(at: stick.folder.appendingPathComponent("link.signed"), withDestinationURL: secret)
        try stick.put(desk.plan(12), "spring.yaml")
        try stick.put(desk.plan(12), ".hidden.signed")
        try stick.put(desk.plan(12), String(repeating: "x", count: 130) + ".signed")
        try FileManager.default.createDirectory(at: stick.folder.appendingPathComponent("folder.signed"), withIntermediateDirectories: true)
        try #require(mkfifo(stick.folder.appendingPathComponent("pipe.signed").path, 0o600) == 0)
        try FileManager.default.createDirectory(at: stick.root.appendingPathComponent("usb1"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(at: stick.root.appendingPathComponent("usb1/tidegate-schedules"),
                                                   withDestinationURL: other.folder.deletingLastPathComponent())
        try FileManager.default.copyItem(at: other.folder, to: other.folder.deletingLastPathComponent().appendingPathComponent(Desk.site))
        for watch in [stick.watch, StickWatch(site: "third-farm", clock: .shanghai, roots: [other.root.path, "/nowhere"])] {
            var watch = watch
            #expect(watch.look(now: Desk.now()) { _ in Issue.record("looked at"); return .nothingWaits }.isEmpty)
        }
    }

    @Test func `of a stick with a thousand files some are looked at, and of a huge file a little more than a document`() throws {
        let stick = try Stick()
        defer { stick.remove() }
        for number in 0..<1_000 { try stick.put([1], "\(number).signed") }
        var watch = stick.watch
        #expect(watch.look(now: Desk.now()) { _ in .nothingWaits }.count <= 16)
        let huge = try Stick()
        defer { huge.remove() }
        try huge.put([], "huge.signed")
        try #require(truncate(huge.folder.appendingPathComponent("huge.signed").path, 4 << 30) == 0)
        let folder = try enrolled()
        watch = huge.watch
        let looked = watch.look(now: Desk.now()) { bytes in
            #expect(bytes.count == Envelope.bytesMax + 1)
            return intake(folder).take(bytes)
        }
        guard case .refused(let refusal, _) = looked.first?.answer else { return record("not refused") }
        #expect(refusal.reason == .tooLarge(bytes: Envelope.bytesMax + 1))
    }

    @Test func `an answer is never written through what a stick has in its place`() throws {
        let folder = try enrolled(), stick = try Stick()
        defer { stick.remove() }
        let victim = stick.root.appendingPathComponent("victim")
        try Data("untouched".utf8).write(to: victim)
        try FileManager.default.createSymbolicLink(at: stick.folder.appendingPathComponent("a.signed.answer.txt"), withDestinationURL: victim)
        try stick.put(desk.plan(12), "a.signed")
        var watch = stick.watch
        _ = watch.look(now: Desk.now()) { intake(folder).take($0) }
        #expect(FileManager.default.contents(atPath: victim.path) == Data("untouched".utf8))
        #expect(stick.answer("a.signed")?.contains("12") == true)
    }

    @Test func `without a trusted clock the answer on the stick says no time`() throws {
        let folder = try enrolled(), stick = try Stick()
        defer { stick.remove() }
        try stick.put(desk.plan(12), "a.signed")
        var watch = stick.watch
        _ = watch.look(now: Desk.now(-20_000, .unset)) { intake(folder).take($0) }
        #expect(stick.answer("a.signed")?.hasPrefix("版本 12") == true)
    }
}

/// Ends a test that has come to something else than it should.
private func record(_ found: String) { Issue.record("\(found)") }
