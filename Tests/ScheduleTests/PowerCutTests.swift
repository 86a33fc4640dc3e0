import Foundation
import Language
import Quantities
import Testing
@testable import Schedule
@testable import Site

/// A real folder whose power fails, or whose disk refuses, at a step.
final class FailingFiles: StepFiles {
    private let disk: DiskFolder
    /// The step that fails, from 0; a write is done by half.
    private let failing: Int?
    /// Whether nothing is done after it either.
    private let isCut: Bool
    private(set) var steps = 0
    private var isDead = false

    init(_ disk: DiskFolder, failing: Int? = nil, isCut: Bool = true) {
        (self.disk, self.failing, self.isCut) = (disk, failing, isCut)
    }

    func powerFails() { isDead = true }

    private func step() throws(DiskFault) {
        guard !isDead else { throw DiskFault(what: "dead") }
        steps += 1
        guard steps - 1 == failing else { return }
        isDead = isCut
        throw DiskFault(what: "failed")
    }

    func write(_ bytes: [UInt8], to name: String) throws(DiskFault) {
        let wasDead = isDead
        do {
            try step()
        } catch {
            if !wasDead { try disk.write(Array(bytes.prefix(bytes.count / 2)), to: name) }
            throw error
        }
        try disk.write(bytes, to: name)
    }

    func rename(_ name: String, to other: String) throws(DiskFault) {
        try step()
        try disk.rename(name, to: other)
    }

    func syncNames() throws(DiskFault) {
        try step()
        try disk.syncNames()
    }

    func remove(_ name: String) throws(DiskFault) {
        try step()
        try disk.remove(name)
    }

    func read(_ name: String) -> [UInt8]? { disk.read(name) }
    func names() -> [String] { disk.names() }
}

/// Something that changes the folder, tried with a failure at each of its steps.
struct Deed: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let needsApproval: Bool
    let cannotArm: Set<Int>
    /// The day on which it is done and on which the gateway wakes.
    let day: Int64
    /// What may run afterwards, once the gateway has woken and had its turn.
    let versions: Set<Int>
    let before: @Sendable (Gateway, Desk) -> Void
    let act: @Sendable (Gateway, Desk) -> Void

    init(_ name: String, runs versions: Set<Int>, day: Int64 = 0, needsApproval: Bool = false, cannotArm: Set<Int> = [],
         before: @escaping @Sendable (Gateway, Desk) -> Void = { _, _ in }, _ act: @escaping @Sendable (Gateway, Desk) -> Void) {
        testDescription = name
        (self.versions, self.day, self.needsApproval, self.cannotArm, self.before, self.act) = (versions, day, needsApproval, cannotArm, before, act)
    }

    static let all: [Deed] = [
        Deed("a document comes", runs: [12]) { $0.receive($1.plan(13, from: "2026-04-01")) },
        Deed("another one comes while one waits", runs: [12], before: { $0.receive($1.plan(13, from: "2026-04-01")) },
             { $0.receive($1.plan(14, from: "2026-04-01")) }),
        Deed("a document starts", runs: [13], day: 1, before: { $0.receive($1.plan(13, from: "2026-03-02")) }, { gateway, _ in gateway.turn(day: 1) }),
        Deed("a document cannot start", runs: [12], day: 1, cannotArm: [13], before: { $0.receive($1.plan(13, from: "2026-03-02")) },
             { gateway, _ in gateway.turn(day: 1) }),
        Deed("a document is approved", runs: [12], needsApproval: true, before: { $0.receive($1.plan(13, from: "2026-04-01")) },
             { gateway, _ in _ = gateway.acceptance.approve(version: 13) }),
        Deed("new keys come", runs: [12]) { $0.receive($1.secondTrust(liRevoked: true)) },
        Deed("an operator says what is the newest", runs: [12]) { gateway, desk in
            gateway.receive(desk.signed("fresh: \(Desk.site)\nnewest: 12\n", by: [desk.clerk], .fresh))
        },
        Deed("the last good one is asked for", runs: [11, 12]) { gateway, _ in
            if gateway.version != 11 { _ = gateway.acceptance.rollback() }
        },
        Deed("the last good one comes back", runs: [11], before: { gateway, _ in _ = gateway.acceptance.rollback() }, { gateway, _ in gateway.turn() }),
    ]
}

/// The power is cut at every step that leaves something on the disk; the folder is then opened anew.
@Suite struct PowerCutTests {
    let desk = Desk()

    private func season(_ deed: Deed) throws -> Gateway {
        let gateway = try Gateway.enrolled(desk, Gateway.site(needsApproval: deed.needsApproval))
        for version in [11, 12] {
            gateway.receive(desk.plan(version))
            _ = gateway.acceptance.approve(version: version)
            gateway.turn()
        }
        gateway.cannotArm = deed.cannotArm
        deed.before(gateway, desk)
        return gateway
    }

    /// Does the deed on a copy of the folder, with a failure at a step.
    private func tried(_ deed: Deed, on start: Gateway, failing step: Int?, isCut: Bool) throws -> (life: Gateway, files: FailingFiles) {
        var used: FailingFiles?
        let life = try start.copied { disk in
            let files = FailingFiles(disk, failing: step, isCut: isCut)
            used = files
            return files
        }
        deed.act(life, desk)
        return (life, try #require(used))
    }

    /// What runs is one of the versions, bit by bit as it was signed.
    private func checkRunning(_ gateway: Gateway, _ deed: Deed, _ step: Int) {
        let signed = [desk.plan(11), desk.plan(12), desk.plan(13, from: "2026-03-02")]
        let may = zip(11..., signed).filter { deed.versions.contains($0.0) }.map { desk.running($0.0, $0.1) }
        #expect(gateway.running.map { may.contains($0) } == true, "step \(step): \(gateway.version.map { "\($0)" } ?? "base") runs")
    }

    @Test(arguments: Deed.all)
    func `power cut at every step: the state is sound and what runs is bit-identical`(deed: Deed) throws {
        let start = try season(deed)
        let whole = try tried(deed, on: start, failing: nil, isCut: true)
        #expect(whole.life.state != start.state)
        let last = try whole.life.again()
        last.turn(day: deed.day)
        #expect(whole.files.steps >= 3)
        for step in 0..<whole.files.steps {
            let life = try tried(deed, on: start, failing: step, isCut: true).life
            let woken = try life.again()
            let record = try #require(Record(woken.state))
            #expect(woken.names == record.files, "step \(step)")
            woken.turn(day: deed.day)
            checkRunning(woken, deed, step)
            deed.act(woken, desk)
            woken.turn(day: deed.day)
            #expect(woken.state == last.state, "step \(step): done again, it does not end as it does without a cut")
            #expect(woken.names == last.names, "step \(step)")
        }
    }

    @Test(arguments: Deed.all)
    func `a disk that refuses at any step: the gateway goes on and can be asked again`(deed: Deed) throws {
        let start = try season(deed)
        let whole = try tried(deed, on: start, failing: nil, isCut: false)
        whole.life.turn(day: deed.day)
        for step in 0..<whole.files.steps {
            let life = try tried(deed, on: start, failing: step, isCut: false).life
            life.turn(day: deed.day)
            checkRunning(life, deed, step)
            deed.act(life, desk)
            life.turn(day: deed.day)
            #expect(life.state == whole.life.state, "step \(step)")
            #expect(try life.again().names == whole.life.names, "step \(step)")
        }
    }

    @Test func `a disk that refuses is told to the sender`() throws {
        let start = try season(Deed.all[0])
        let life = try start.copied { FailingFiles($0, failing: 0, isCut: false) }
        #expect(life.receive(desk.plan(13)) == .refused(Refusal(.disk("failed")), after: .checked))
        #expect(life.receive(desk.plan(13)) == .staged(13, from: "2026-03-01", waitsForApproval: false))
    }

    @Test func `power cut at every step of enrolling: nobody is trusted yet, or whom the file says`() throws {
        for step in 0..<6 {
            let folder = try TestFolder()
            let files = FailingFiles(try DiskFolder(folder.path), failing: step)
            _ = try? Acceptance.enroll(files, Gateway.site(), trust: desk.firstTrust, now: Desk.now())
            #expect(try Gateway(folder)?.receive(desk.plan(12)) ?? .nothingWaits
                    == (step == 5 ? .staged(12, from: "2026-03-01", waitsForApproval: false) : .nothingWaits), "step \(step)")
            _ = try Acceptance.enroll(folder: folder.path, Gateway.site(), trust: desk.firstTrust, now: Desk.now())
            let woken = try #require(try Gateway(folder))
            #expect(woken.names.count == 2)
            woken.turn()
            #expect(woken.running == .base)
        }
    }
}
