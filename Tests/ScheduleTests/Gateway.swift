import Foundation
import Language
import Quantities
import Testing
@testable import Schedule
@testable import Site

/// A gateway's folder on a real disk, what it was told, and what it runs.
final class Gateway {
    static let folders = FileManager.default.temporaryDirectory.appendingPathComponent("tidegate-schedules-\(getpid())").path

    let folder: String
    let site: ScheduleSite
    var acceptance: Acceptance
    private(set) var running: Running?
    /// Everything that was handed over, in order.
    private(set) var handed: [Running] = []
    /// Versions that cannot be armed.
    var cannotArm: Set<Int> = []
    /// Called when something is handed over.
    var onArm: () -> Void = {}

    /// Opens a folder that is there.
    init?(_ folder: String, _ site: ScheduleSite = Gateway.site(), _ files: ((DiskFolder) -> any StepFiles)? = nil) throws {
        let disk = try DiskFolder(folder)
        guard let acceptance = try Acceptance(files?(disk) ?? disk, site) else { return nil }
        (self.folder, self.site, self.acceptance) = (folder, site, acceptance)
    }

    static func site(needsApproval: Bool = false, baseZones: [String] = ["east-1"],
                     check: @escaping ([UInt8]) -> [Problem] = { _ in [] }) -> ScheduleSite {
        ScheduleSite(tag: Desk.site, clock: .shanghai, baseZones: baseZones, needsApproval: needsApproval, check: check)
    }

    static func newFolder() throws -> String {
        try FileManager.default.createDirectory(atPath: folders, withIntermediateDirectories: true)
        return "\(folders)/\(UUID().uuidString)"
    }

    /// A new gateway that trusts the desk.
    static func enrolled(_ desk: Desk, _ site: ScheduleSite = Gateway.site()) throws -> Gateway {
        let folder = try newFolder()
        _ = try Acceptance.enroll(folder: folder, site, trust: desk.firstTrust, now: Desk.now())
        return try #require(try Gateway(folder, site))
    }

    /// The same folder in another life, by a disk that may fail.
    func again(_ files: ((DiskFolder) -> any StepFiles)? = nil) throws -> Gateway {
        let next = try #require(try Gateway(folder, site, files))
        next.cannotArm = cannotArm
        return next
    }

    /// The same state in a folder of its own.
    func copied(_ files: ((DiskFolder) -> any StepFiles)? = nil) throws -> Gateway {
        let other = try Gateway.newFolder()
        try FileManager.default.copyItem(atPath: folder, toPath: other)
        let next = try #require(try Gateway(other, site, files))
        next.cannotArm = cannotArm
        return next
    }

    @discardableResult func receive(_ bytes: [UInt8], day: Int64 = 0) -> Answer { acceptance.receive(bytes, now: Desk.now(day)) }

    @discardableResult func turn(day: Int64 = 0, _ trust: ClockTrust = .synced, isBetweenRuns: Bool = true) -> [Answer] {
        acceptance.turn(now: Desk.now(day, trust), isBetweenRuns: isBetweenRuns) { self.arm($0) }
    }

    private func arm(_ next: Running) -> Phrase? {
        onArm()
        if case .plan(let version, _) = next, cannotArm.contains(version) { return Phrase(zh: "配方没有肥路。", en: "no channel.") }
        running = next
        handed.append(next)
        return nil
    }

    var version: Int? {
        if case .plan(let version, _) = running { version } else { nil }
    }

    func bytes(of name: String) -> [UInt8] { (FileManager.default.contents(atPath: "\(folder)/\(name)")).map(Array.init) ?? [] }
    var state: [UInt8] { bytes(of: Record.file) }
    var names: Set<String> { Set((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []) }
}

extension Desk {
    /// The first trust file: wang and zhao install, li and sun (the east alone) are agronomists.
    var firstTrust: [UInt8] { signed(trustText(1), by: [wang, zhao], .trust) }

    func trustText(_ version: Int, liRevoked: Bool = false) -> String {
        let text = trustFile(version, installers: [("wang", wang), ("zhao", zhao)])
        let more = "  sun: { role: agronomist, key: \(Data(sun.publicBytes).base64EncodedString()), zones: [east-1] }\n"
            + "  clerk: { role: operator, key: \(Data(clerk.publicBytes).base64EncodedString()) }\n"
        return (liRevoked ? text.replacing("li: {", with: "li: { revoked: 2026-03-01,") : text) + more
    }

    func secondTrust(liRevoked: Bool = false) -> [UInt8] { signed(trustText(2, liRevoked: liRevoked), by: [wang, zhao], .trust) }

    func plan(_ version: Int, from first: String = "2026-03-01", to last: String = "2026-06-30", give: String = "20 min") -> [UInt8] {
        signed(Desk.document(version, give: give, valid: "\(first) .. \(last)"))
    }

    /// What the gateway is to run by a signed document: its payload, bit by bit.
    func running(_ version: Int, _ signed: [UInt8]) -> Running {
        .plan(version: version, document: Envelope(signed)?.payload ?? [])
    }
}
