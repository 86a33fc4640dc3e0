import Foundation
import Language
import ProcessImage
import Quantities
import Testing
@testable import Schedule
@testable import Site

/// The way of a schedule into force, and what each step says to whoever sent it.
@Suite struct AcceptanceTests {
    let desk = Desk()

    /// Runs 12, with 11 before it.
    private func season(_ site: ScheduleSite = Gateway.site()) throws -> Gateway {
        let gateway = try Gateway.enrolled(desk, site)
        for version in [11, 12] {
            gateway.receive(desk.plan(version))
            if site.needsApproval { _ = gateway.acceptance.approve(version: version) }
            gateway.turn()
        }
        return gateway
    }

    @Test func `a gateway that trusts nobody takes nothing, and runs by it only what its first trust file lets`() throws {
        #expect(try Gateway(TestFolder()) == nil)
        let gateway = try Gateway.enrolled(desk)
        #expect(gateway.turn() == [])
        #expect(gateway.running == .base)
    }

    @Test func `a document is kept, starts on its day between two runs, and runs bit by bit as it was signed`() throws {
        let gateway = try Gateway.enrolled(desk)
        let bytes = desk.plan(12, from: "2026-03-03")
        gateway.turn()
        #expect(gateway.receive(bytes) == .staged(12, from: "2026-03-03", waitsForApproval: false))
        #expect(gateway.turn(day: 1) == [])
        #expect(gateway.turn(day: 2, isBetweenRuns: false) == [])
        #expect(gateway.running == .base)
        #expect(gateway.turn(day: 2) == [.active(12)])
        #expect(gateway.running == desk.running(12, bytes))
        #expect(gateway.turn(day: 3) == [])
        #expect(gateway.handed.count == 2)
    }

    @Test func `somebody of the site has the last word where the site file says so`() throws {
        let gateway = try Gateway.enrolled(desk, Gateway.site(needsApproval: true))
        #expect(gateway.receive(desk.plan(12)) == .staged(12, from: "2026-03-01", waitsForApproval: true))
        #expect(gateway.turn() == [])
        #expect(gateway.running == .base)
        #expect(gateway.acceptance.approve(version: 11) == .nothingWaits)
        #expect(gateway.acceptance.approve(version: 12) == .approved(12))
        #expect(gateway.acceptance.approve(version: 12) == .nothingWaits)
        #expect(gateway.turn() == [.active(12)])
    }

    @Test func `what somebody of the site does not want is given up, whether it waits for a person or for its day; its number stays used`() throws {
        let gateway = try season(Gateway.site(needsApproval: true))
        gateway.receive(desk.plan(13))
        #expect(gateway.acceptance.stagedDocument?.version == 13 && gateway.acceptance.activeDocument?.version == 12)
        #expect(gateway.acceptance.decline(version: 14) == .nothingWaits)
        #expect(gateway.acceptance.decline(version: 13) == .declined(13))
        #expect(gateway.turn() == [] && gateway.version == 12)
        #expect(gateway.acceptance.approve(version: 13) == .nothingWaits)
        #expect(gateway.receive(desk.plan(13)).note?.step == .refused)
        gateway.receive(desk.plan(14, from: "2026-03-09"))
        #expect(gateway.acceptance.approve(version: 14) == .approved(14))
        #expect(gateway.acceptance.decline(version: 14) == .declined(14))
        #expect(gateway.turn(day: 9) == [] && gateway.version == 12)
    }

    @Test func `what is said on the spot of what waits can be told to its sender, and nothing else can`() throws {
        let gateway = try season(Gateway.site(needsApproval: true))
        func said(_ deed: () -> Void) -> Answer? {
            let before = gateway.acceptance.standing
            deed()
            let said = gateway.acceptance.standing.said(since: before)
            #expect(said == nil || said?.document == before.staged?.document)
            return said?.answer
        }
        #expect(said {} == nil)
        #expect(said { gateway.receive(desk.plan(13)) } == nil)
        #expect(said {} == nil)
        #expect(said { _ = gateway.acceptance.approve(version: 13) } == .approved(13))
        #expect(said { gateway.receive(desk.secondTrust()) } == nil)
        #expect(said { gateway.turn() } == nil && gateway.version == 13)
        gateway.receive(desk.plan(14))
        #expect(said { gateway.receive(desk.plan(15)) } == nil)
        #expect(said { _ = gateway.acceptance.decline(version: 15) } == .declined(15))
        gateway.receive(desk.plan(16))
        #expect(said { _ = gateway.acceptance.rollback() } == .declined(16))
    }

    @Test func `each step has its event and its reason, in words of both languages`() throws {
        let gateway = try Gateway.enrolled(desk, Gateway.site(needsApproval: true))
        let waits = try #require(gateway.receive(desk.plan(12)).note)
        #expect(waits.step == .waits && waits.version == 12 && waits.order == .noteSchedule(.waits, version: 12, .none))
        #expect(gateway.acceptance.approve(version: 12).note?.step == .approved)
        #expect(gateway.turn().compactMap(\.note).map(\.step) == [.active])
        let refused: [([UInt8], ScheduleReason)] = [
            (desk.plan(12), .version), (desk.plan(12, give: "21 min"), .twoUnderOneNumber), (Array(desk.plan(13).dropLast()), .form),
            (desk.signed(Desk.document(13), by: [desk.sun]), .notTheirs), (desk.signed(Desk.document(13), by: [desk.wang]), .signature),
            (desk.signed(Desk.document(13, site: "other")), .otherSite), (desk.plan(13, from: "2026-01-01", to: "2026-02-01"), .time),
            (desk.signed("programs: 3\n"), .notReadable),
        ]
        for (bytes, reason) in refused {
            let note = try #require(gateway.receive(bytes).note)
            #expect(note.step == .refused && note.reason == reason && note.words.hasPrefix("Refused after"), "\(note)")
        }
        #expect(gateway.acceptance.rollback().note?.step == .returningToBase)
        #expect(gateway.acceptance.approve(version: 99).note == nil)
        let texts = ScheduleReason.allCases.map(\.text)
        #expect(Set(texts).count == texts.count)
    }

    @Test func `what the site cannot run is refused with its problems, and changes nothing`() throws {
        let problem = Problem(file: "schedule.yaml", line: 6, key: "programs.morning.zones", what: Phrase(zh: "无此分区。", en: "no such zone."),
                              remedy: Phrase(zh: "改。", en: "Mend it."))
        let gateway = try Gateway.enrolled(desk, Gateway.site(check: { $0.count > 230 ? [problem] : [] }))
        gateway.receive(desk.plan(12))
        gateway.turn()
        let before = gateway.state
        let bad = desk.signed(Desk.document(13) + "remarks: " + String(repeating: "x", count: 100) + "\n")
        #expect(gateway.receive(bad) == .refused(Refusal(.site([problem])), after: .verified))
        #expect(gateway.state == before)
        #expect(gateway.turn() == [])
        #expect(gateway.version == 12)
        #expect(gateway.receive(desk.plan(13)) == .staged(13, from: "2026-03-01", waitsForApproval: false))
    }

    @Test func `whatever is refused leaves the folder and what runs bit-identical`() throws {
        let gateway = try season()
        let (before, names, handed) = (gateway.state, gateway.names, gateway.handed)
        let refused: [[UInt8]] = [
            desk.plan(12), desk.plan(11), desk.plan(12, give: "25 min"), desk.plan(1013), Array(desk.plan(13, to: "2026-03-02").dropLast()),
            desk.signed(Desk.document(13), by: [desk.sun]), desk.signed(Desk.document(13), by: [desk.wang]),
            desk.signed(Desk.document(13, site: "other")), desk.plan(13, from: "2026-01-01", to: "2026-02-01"),
            [UInt8](repeating: 0x20, count: 3_000_000), [], desk.signed(desk.trustText(3), by: [desk.wang, desk.zhao], .trust),
            desk.signed(desk.trustText(2), by: [desk.wang], .trust), desk.signed("fresh: other\nnewest: 1\n", by: [desk.clerk], .fresh),
        ]
        for bytes in refused {
            guard case .refused(_, after: .received) = gateway.receive(bytes) else {
                Issue.record("\(String(decoding: bytes.prefix(200), as: UTF8.self)) was not refused")
                continue
            }
            #expect(gateway.state == before)
            #expect(gateway.names == names)
        }
        #expect(gateway.turn() == [])
        #expect(gateway.handed == handed)
    }

    @Test func `a start that fails comes back by itself to what ran before`() throws {
        let gateway = try season()
        gateway.cannotArm = [13]
        gateway.receive(desk.plan(13))
        #expect(gateway.turn() == [.cameBack(13, because: Phrase(zh: "配方没有施肥通道。", en: "no channel."))])
        #expect(gateway.handed.suffix(1) == [desk.running(12, desk.plan(12))])
        #expect(gateway.turn() == [])
        #expect(gateway.receive(desk.plan(13)) == .refused(Refusal(.alreadyThere(13)), after: .received))
        let next = try gateway.again()
        #expect(next.turn() == [])
        #expect(next.version == 12)
    }

    @Test func `a document that brings the program down is tried twice and then given up`() throws {
        let gateway = try season()
        gateway.receive(desk.plan(13))
        for _ in 0..<2 {
            var cut: FailingFiles?
            let life = try gateway.again { disk in
                let files = FailingFiles(disk)
                cut = files
                return files
            }
            life.onArm = { cut?.powerFails() }
            life.turn()
        }
        let last = try gateway.again()
        #expect(last.turn() == [.refused(Refusal(.cutOff), after: .staged)])
        #expect(last.running == desk.running(12, desk.plan(12)))
    }

    @Test func `after its last day and with nothing newer the base program runs, and says so once`() throws {
        let gateway = try Gateway.enrolled(desk)
        gateway.receive(desk.plan(12, to: "2026-03-10"))
        gateway.turn()
        #expect(gateway.turn(day: 9) == [])
        #expect(gateway.version == 12)
        #expect(gateway.turn(day: 10, isBetweenRuns: false) == [])
        #expect(gateway.turn(day: 10) == [.ended(12)])
        #expect(gateway.running == .base)
        #expect(gateway.turn(day: 10) == [])
        gateway.receive(desk.plan(13), day: 11)
        #expect(gateway.turn(day: 11) == [.active(13)])
    }

    @Test func `a newer one takes the place of the one that waits`() throws {
        let gateway = try season()
        gateway.receive(desk.plan(13, from: "2026-04-01"))
        gateway.receive(desk.plan(14, from: "2026-03-02"))
        #expect(gateway.turn(day: 1) == [.active(14)])
        #expect(gateway.turn(day: 40) == [])
        #expect(gateway.version == 14)
    }

    @Test func `rollback: the last good one comes back, and its number does not`() throws {
        let gateway = try season()
        #expect(gateway.acceptance.rollback() == .returning(11))
        #expect(gateway.turn() == [.active(11)])
        #expect(gateway.running == desk.running(11, desk.plan(11)))
        #expect(gateway.receive(desk.plan(12)) == .refused(Refusal(.alreadyThere(12)), after: .received))
        #expect(gateway.receive(desk.plan(13)) == .staged(13, from: "2026-03-01", waitsForApproval: false))
        #expect(gateway.turn() == [.active(13)])
    }

    @Test func `rollback: where there is no earlier one the base program comes back`() throws {
        let gateway = try season()
        _ = gateway.acceptance.rollback()
        gateway.turn()
        #expect(gateway.acceptance.rollback() == .returningToBase)
        #expect(gateway.turn(isBetweenRuns: false) == [])
        #expect(gateway.version == 11)
        #expect(gateway.turn() == [])
        #expect(gateway.running == .base)
        #expect(gateway.acceptance.rollback() == .nothingToReturnTo)
    }

    @Test func `a key that is revoked while its document waits keeps it from starting`() throws {
        let gateway = try season()
        gateway.receive(desk.plan(13, from: "2026-03-05"))
        #expect(gateway.receive(desk.secondTrust(liRevoked: true)) == .keys(version: 2))
        #expect(gateway.turn(day: 4) == [.refused(Refusal(.revoked(key: "li")), after: .staged)])
        #expect(gateway.version == 12)
    }

    @Test func `zones: who waters the west by leaving it out must answer for it`() throws {
        let gateway = try season(Gateway.site(baseZones: ["east-1", "west-1"]))
        let east = desk.signed(Desk.document(13, zones: "[east-1]"), by: [desk.sun])
        #expect(gateway.receive(east) == .refused(Refusal(.zone("east-2", there: 0, needed: 1)), after: .received))
        let first = try Gateway.enrolled(desk, Gateway.site(baseZones: ["east-1", "west-1"]))
        #expect(first.receive(east) == .refused(Refusal(.zone("west-1", there: 0, needed: 1)), after: .received))
        let own = try Gateway.enrolled(desk, Gateway.site(baseZones: ["east-1"]))
        #expect(own.receive(east) == .staged(13, from: "2026-03-01", waitsForApproval: false))
    }

    @Test func `bad clock: nothing starts by it, and what ran goes on`() throws {
        let gateway = try season()
        gateway.receive(desk.plan(13))
        let woken = try gateway.again()
        #expect(woken.turn(day: -20_000, .unset) == [])
        #expect(woken.version == 12)
        #expect(woken.turn() == [.active(13)])
    }

    @Test func `bad clock: what had ended by the last trusted moment stays ended`() throws {
        let gateway = try Gateway.enrolled(desk)
        gateway.receive(desk.plan(12, to: "2026-03-10"))
        gateway.turn()
        gateway.turn(day: 12)
        let woken = try gateway.again()
        woken.turn(day: -20_000, .unset)
        #expect(woken.running == .base)
    }

    @Test func `the time is noted once a day, so that flash lasts`() throws {
        let gateway = try season()
        var counter: FailingFiles?
        let life = try gateway.again { disk in
            let files = FailingFiles(disk)
            counter = files
            return files
        }
        for minute in 0..<2_880 {
            _ = life.acceptance.turn(now: WallTime(unixSeconds: Desk.noon + Int64(minute) * 60, trust: .synced), isBetweenRuns: true) { _ in nil }
        }
        // Two days: one note, of three steps.
        #expect(counter?.steps == 3)
    }

    @Test func `one flipped bit in the record is seen, and the gateway must be told anew whom it trusts`() throws {
        let gateway = try season()
        let state = gateway.state
        for index in state.indices {
            var flipped = state
            flipped[index] ^= 1 << UInt8(index % 8)
            try Data(flipped).write(to: URL(fileURLWithPath: "\(gateway.folder.path)/\(Record.file)"))
            #expect(throws: DiskFault(what: Record.file)) { try Acceptance(folder: gateway.folder.path, Gateway.site()) }
        }
        _ = try Acceptance.enroll(folder: gateway.folder.path, Gateway.site(), trust: desk.firstTrust, now: Desk.now())
        let anew = try #require(try Gateway(gateway.folder))
        #expect(anew.turn() == [])
        #expect(anew.running == .base)
        #expect(anew.names.count == 2)
    }

    @Test func `a damaged document is not run: the last good one is`() throws {
        let gateway = try season()
        let plan = Record.planFile(fingerprint(of: desk.plan(12)))
        var bytes = gateway.bytes(of: plan)
        bytes[bytes.count / 2] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: "\(gateway.folder.path)/\(plan)"))
        let next = try gateway.again()
        #expect(next.turn() == [.cameBack(12, because: Phrase(zh: "文件已损坏。", en: "its file is damaged."))])
        #expect(next.running == desk.running(11, desk.plan(11)))
    }

    @Test func `the folder and its files are their owner's alone`() throws {
        let gateway = try season()
        let mode: (String) throws -> Int? = { try FileManager.default.attributesOfItem(atPath: $0)[.posixPermissions] as? Int }
        #expect(try mode(gateway.folder.path) == 0o700)
        for name in gateway.names { #expect(try mode("\(gateway.folder.path)/\(name)") == 0o600) }
    }

    @Test func `every answer has its words in both languages`() {
        let why = Phrase(zh: "缺施肥通道。", en: "no channel.")
        let answers: [Answer] = [
            .refused(Refusal(.notAnEnvelope), after: .received), .staged(1, from: "d", waitsForApproval: true),
            .staged(1, from: "d", waitsForApproval: false), .approved(1), .active(1), .cameBack(1, because: why), .ended(1), .returning(1),
            .returningToBase, .keys(version: 1), .noted(newest: 1), .nothingWaits, .nothingToReturnTo, .damaged("state"),
        ]
        #expect(Set(answers.map(\.text.zh)).count == answers.count)
        #expect(Set(answers.map(\.text.en)).count == answers.count)
        #expect(answers.allSatisfy { !$0.text.en.unicodeScalars.contains { ("\u{4E00}"..."\u{9FFF}").contains($0) } })
    }
}
