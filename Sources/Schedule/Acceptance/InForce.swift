import Foundation
import Language
public import Quantities
public import Site

/// What a controller runs by: settled when it starts, for all of that life, since plans are frozen. A change is made by starting anew
/// between two runs.
public struct InForce {
    /// The site with the schedule's sections in place of its own, or as its file has it.
    public let site: Site
    /// What became of what was due: for the log.
    public let answers: [Answer]
    private let running: Running
    private let folder: String
    private let own: ScheduleSite

    /// - Parameters:
    ///   - folder: a gateway's schedules. Where there is none the site file's own programs run, and none is made.
    ///   - wall: the time, with the last moment at which it was trusted before.
    public init(folder: String, base: Site, wall: (_ lastTrusted: WallTime?) -> WallTime) {
        let own = ScheduleSite(base)
        var site = base, running = Running.base, answers: [Answer] = []
        if FileManager.default.fileExists(atPath: folder) {
            do throws(DiskFault) {
                if var acceptance = try Acceptance(folder: folder, own) {
                    answers = acceptance.turn(now: wall(acceptance.lastTrusted), isBetweenRuns: true) { next in
                        guard let armed = InForce.armed(next, base) else { return Phrase(zh: "站点用不了它。", en: "the site cannot run it.") }
                        (site, running) = (armed, next)
                        return nil
                    }
                }
            } catch {
                answers = [.damaged(error.what)]
            }
        }
        (self.site, self.running, self.answers, self.folder, self.own) = (site, running, answers, folder, own)
    }

    private static func armed(_ next: Running, _ base: Site) -> Site? {
        guard case .plan(_, let document) = next else { return base }
        return try? Site.load(path: base.path, schedule: ScheduleText(file: "schedule.yaml", bytes: document))
    }

    /// Where documents come in while this life lasts.
    public func intake(wall: @escaping @Sendable () -> WallTime) -> Intake { Intake(folder: folder, own, wall: wall) }

    /// Whether the controller should start anew. Not again when the disk took nothing at the start of this life.
    public func isChangeDue(now: WallTime) -> Bool {
        guard !answers.contains(where: \.isOfDisk), FileManager.default.fileExists(atPath: folder),
              let acceptance = try? Acceptance(folder: folder, own) else { return false }
        return acceptance.isChangeDue(now: now, running: running)
    }
}

extension Answer {
    fileprivate var isOfDisk: Bool {
        if case .refused(let refusal, _) = self, case .disk = refusal.reason { return true }
        return false
    }
}
