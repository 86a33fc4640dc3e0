import Control
import Dispatch
import Field
import Foundation
import Language
import ProcessImage
import Quantities
import Scan
import Schedule
import Site
import Synchronization
import Uplink

/// The ways by which schedules come while the controller runs. Whatever is taken lies in the folder of schedules, where `tidegate schedule
/// take` puts it too; when it is due, `Daemon` ends in order for it.
final class Deliveries {
    private let intake: Intake
    private let stick: StickThread
    /// `nil`: no documents come by a broker.
    private let link: DocumentLink?
    /// Whether somebody is trusted: before that nobody looks at sticks.
    private var isTrusting = false
    /// The folder as it was when it was last looked at.
    private var mark: UInt64
    private let lastLook: LastLook
    private let clock: SystemClock

    /// - Parameters:
    ///   - account: of what goes over the link.
    ///   - note: told what became of each document.
    init(_ inForce: InForce, clock: SystemClock, sticks: [String], onPlant: Bool, account: LinkAccount?,
         note: @escaping @Sendable (Answer) -> Void) {
        let intake = inForce.intake { clock.wall() }
        self.intake = intake
        mark = intake.mark
        self.clock = clock
        let lastLook = LastLook(intake)
        self.lastLook = lastLook
        let note = { @Sendable (answer: Answer) in
            note(answer)
            _ = lastLook.said()
        }
        let link = DocumentLink.of(inForce.site.uplink, intake, clock: clock, onPlant: onPlant, account: account, note: note)
        link?.tell(inForce.answers, standing: intake.standing, at: clock.wall().unixSeconds)
        self.link = link
        let site = inForce.site
        let watch = StickWatch(site: site.tables.site.tag, clock: site.scan.control.clock, roots: sticks.isEmpty ? nil : sticks)
        stick = StickThread(watch, now: { clock.wall() }) { bytes in
            let answer = intake.take(bytes)
            note(answer)
            link?.tell(DocumentAnswer(answer, of: fingerprint(of: bytes), at: clock.wall().unixSeconds))
            return answer
        }
    }

    func start() {
        trust()
        link?.start()
    }

    /// To be called now and then.
    /// - Returns: whether anybody has changed what lies in the folder since the last time.
    func hasChanged() -> Bool {
        let before = mark
        mark = intake.mark
        guard mark != before else { return false }
        trust()
        // Somebody of the site has agreed to what waited, or given it up: on the spot, in another program.
        if let (answer, document) = lastLook.said() { link?.tell(DocumentAnswer(answer, of: document, at: clock.wall().unixSeconds)) }
        link?.changed()
        return true
    }

    private func trust() {
        guard !isTrusting, mark != 0 else { return }
        isTrusting = true
        stick.start()
    }

    /// Within two seconds.
    func stop() {
        _ = link?.stop(within: .seconds(1))
        if isTrusting { stick.stop() }
    }
}

/// How the folder stood when anybody last looked. Whoever has taken a document looks at once, so that what is said of it within
/// seconds is seen.
private final class LastLook: Sendable {
    private let intake: Intake
    private let stood: Mutex<Standing?>

    init(_ intake: Intake) {
        self.intake = intake
        stood = Mutex(intake.standing)
    }

    /// What people of the site have said since.
    func said() -> (answer: Answer, document: String)? {
        stood.withLock { stood in
            guard let stands = intake.standing else { return nil }
            defer { stood = stands }
            return stood.flatMap { stands.said(since: $0) }
        }
    }
}

/// Looks at sticks every few seconds, on a thread of its own: one that is broken keeps nobody else waiting.
///
/// `@unchecked Sendable`: `watch` is touched by the thread alone.
private final class StickThread: @unchecked Sendable {
    private static let interval = 5

    private var watch: StickWatch
    private let now: @Sendable () -> WallTime
    private let take: @Sendable ([UInt8]) -> Answer
    private let ending = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    init(_ watch: StickWatch, now: @escaping @Sendable () -> WallTime, take: @escaping @Sendable ([UInt8]) -> Answer) {
        self.watch = watch
        self.now = now
        self.take = take
    }

    func start() {
        let thread = Thread { [self] in
            repeat { look() } while ending.wait(timeout: .now() + .seconds(Self.interval)) == .timedOut
            ended.signal()
        }
        thread.name = "sticks"
        thread.stackSize = 512 * 1024
        thread.start()
    }

    private func look() {
        for (path, _, answer) in watch.look(now: now(), take: take) { complain("\(path): \(answer.text[.ofProcess])") }
    }

    /// Waits a second at most: a stick that does not answer is left alone.
    func stop() {
        ending.signal()
        _ = ended.wait(timeout: .now() + .seconds(1))
    }
}

extension Language {
    /// Of whoever looks after the service.
    static let ofProcess = Language(environment: ProcessInfo.processInfo.environment)
}
