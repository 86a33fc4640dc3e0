import Foundation
import Language
import Quantities
import Testing
@testable import Schedule
@testable import Site

/// A place for a gateway's folder on a real disk, gone with the last who uses it.
final class TestFolder {
    private let parent = FileManager.default.temporaryDirectory.appendingPathComponent("tidegate-schedules-\(UUID().uuidString)")
    let path: String

    /// - Parameter other: a folder of which this is to be a copy.
    init(copying other: TestFolder? = nil) throws {
        path = parent.appendingPathComponent("schedules").path
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        if let other { try FileManager.default.copyItem(atPath: other.path, toPath: path) }
    }

    deinit { try? FileManager.default.removeItem(at: parent) }
}

/// A gateway's folder on a real disk, what it was told, and what it runs.
final class Gateway {
    let folder: TestFolder
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
    init?(_ folder: TestFolder, _ site: ScheduleSite = Gateway.site(), _ files: ((DiskFolder) -> any StepFiles)? = nil) throws {
        let disk = try DiskFolder(folder.path)
        guard let acceptance = try Acceptance(files?(disk) ?? disk, site) else { return nil }
        (self.folder, self.site, self.acceptance) = (folder, site, acceptance)
    }

    static func site(needsApproval: Bool = false, baseZones: [String] = ["east-1"],
                     check: @escaping @Sendable ([UInt8]) -> [Problem] = { _ in [] }) -> ScheduleSite {
        ScheduleSite(tag: Desk.site, clock: .shanghai, baseZones: baseZones, needsApproval: needsApproval, check: check)
    }

    /// A new gateway that trusts the desk.
    static func enrolled(_ desk: Desk, _ site: ScheduleSite = Gateway.site()) throws -> Gateway {
        let folder = try TestFolder()
        _ = try Acceptance.enroll(folder: folder.path, site, trust: desk.firstTrust, now: Desk.now())
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
        let next = try #require(try Gateway(TestFolder(copying: folder), site, files))
        next.cannotArm = cannotArm
        return next
    }

    @discardableResult func receive(_ bytes: [UInt8], day: Int64 = 0) -> Answer { acceptance.receive(bytes, now: Desk.now(day)) }

    @discardableResult func turn(day: Int64 = 0, _ trust: ClockTrust = .synced, isBetweenRuns: Bool = true) -> [Answer] {
        acceptance.turn(now: Desk.now(day, trust), isBetweenRuns: isBetweenRuns) { self.arm($0) }
    }

    private func arm(_ next: Running) -> Phrase? {
        onArm()
        if case .plan(let version, _) = next, cannotArm.contains(version) { return Phrase(zh: "配方没有施肥通道。", en: "no channel.") }
        running = next
        handed.append(next)
        return nil
    }

    var version: Int? {
        if case .plan(let version, _) = running { version } else { nil }
    }

    func bytes(of name: String) -> [UInt8] { (FileManager.default.contents(atPath: "\(folder.path)/\(name)")).map(Array.init) ?? [] }
    var state: [UInt8] { bytes(of: Record.file) }
    var names: Set<String> { Set((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []) }
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
