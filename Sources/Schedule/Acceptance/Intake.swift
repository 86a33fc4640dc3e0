import Foundation
public import Quantities

/// What a running controller does with documents, whichever way they come: the same folder and the same acceptance that
/// `tidegate schedule take` uses. Any thread may ask; the folder is held for one document at a time.
public struct Intake: Sendable {
    public let folder: String
    let site: ScheduleSite
    private let wall: @Sendable () -> WallTime

    /// - Parameters:
    ///   - folder: of the gateway's schedules. None is made: an installer begins, on the spot.
    ///   - wall: the controller's clock, with its trust.
    public init(folder: String, _ site: ScheduleSite, wall: @escaping @Sendable () -> WallTime) {
        self.folder = folder
        self.site = site
        self.wall = wall
    }

    /// Takes a document from afar, or says why not. What was taken before is answered and not taken twice.
    public func take(_ bytes: [UInt8]) -> Answer {
        asked { $0.answer(toKnown: bytes) ?? $0.receive(bytes, .remote, now: wall()) } or: { $0 }
    }

    /// - Returns: `nil`: this gateway trusts nobody yet, or its folder cannot be read.
    public var standing: Standing? { asked { $0.standing } or: { _ in nil } }

    private func asked<Result>(_ ask: (inout Acceptance) -> Result, or otherwise: (Answer) -> Result) -> Result {
        guard FileManager.default.fileExists(atPath: folder) else { return otherwise(.nobodyTrusted) }
        do throws(DiskFault) {
            guard var acceptance = try Acceptance(folder: folder, site) else { return otherwise(.nobodyTrusted) }
            return ask(&acceptance)
        } catch {
            return otherwise(.damaged(error.what))
        }
    }

    /// Changes whenever what counts in the folder does, whoever changed it. 0: there is nothing in it.
    public var mark: UInt64 {
        var status = stat()
        guard stat("\(folder)/\(Record.file)", &status) == 0 else { return 0 }
        let seconds = UInt64(bitPattern: Int64(status.st_mtim.tv_sec)), part = UInt64(status.st_mtim.tv_nsec)
        return UInt64(status.st_ino) &* 0x9E37_79B9_7F4A_7C15 ^ seconds &* 1_000_000_000 &+ part
    }
}
