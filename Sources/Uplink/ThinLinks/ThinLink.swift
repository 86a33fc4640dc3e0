public import BeiDou
import Quantities
public import SL651
import Sparkplug
import Synchronization

/// A thin link on a thread of its own: one center of the water bureau, or one BeiDou terminal. Nothing waits for it, and nothing it
/// hears moves anything.
///
/// ```
///   talker wants a line ── open ──▶ up ── lost, or no longer wanted ──▶ down ── rest, drawn at random, longer each time ──▶ open
/// ```
public final class ThinLink: Sendable {
    private let name: String
    private let thread = LineThread()
    private let state: Mutex<LinkStanding>
    private let turns: @Sendable (ThinLink) -> Void

    /// A station's link to a center.
    ///
    /// - Parameters:
    ///   - tag: of the center; names its file in `folder`.
    ///   - folder: where it keeps what a restart must know.
    ///   - account: for what it costs, where it goes over the site's link.
    ///   - silence: after which a TCP connection that is only half there is given up.
    /// - Precondition: a descriptor is left.
    public static func waterBureau(_ plan: StationPlan, tag: String, end: ByteEnd, folder: String, account: LinkAccount? = nil,
                                   silence: Duration = .seconds(60), _ ports: BureauPorts) -> ThinLink {
        let cost = account.flatMap { LinkCost($0, of: "water-bureau", end) }
        let file = MemoryFile(folder: folder, name: "water-bureau-\(tag).memory")
        return ThinLink(LinkStanding(kind: .waterBureau, tag: tag, end: end)) { link in
            LinkTurns(link, BureauTalker(plan, memory: file.read(), ports), file, cost, silence: silence, wall: ports.wall,
                      report: ports.report).run()
        }
    }

    /// Short messages through a terminal. As of `waterBureau`.
    public static func beidou(_ plan: LinkPlan, _ manner: SatelliteManner, end: ByteEnd, folder: String,
                              _ ports: SatellitePorts) -> ThinLink {
        let file = MemoryFile(folder: folder, name: "beidou.memory")
        return ThinLink(LinkStanding(kind: .beidou, tag: "beidou", end: end)) { link in
            let talker = SatelliteTalker(plan, manner, memory: file.read(), life: .random(in: 0 ... .max), ports)
            LinkTurns(link, talker, file, nil, silence: .zero, wall: ports.wall, report: ports.report).run()
        }
    }

    private init(_ standing: LinkStanding, turns: @escaping @Sendable (ThinLink) -> Void) {
        name = "link-\(standing.tag)"
        state = Mutex(standing)
        self.turns = turns
    }

    public func start() { thread.start(name) { [self] in turns(self) } }

    /// Has the thread write down what a restart must know, and end. Does not wait.
    public func endSoon() { thread.endSoon() }

    /// Ends the thread.
    /// - Returns: `false`: it did not end in time, such as in a question to a name server; it is then left alone.
    public func stop(within limit: Duration) -> Bool { thread.stop(within: limit) }

    /// As it is at this moment.
    public var standing: LinkStanding { state.withLock { $0 } }

    fileprivate var isOver: Bool { thread.isOver }
    fileprivate var bell: Int32 { thread.bell }
    fileprivate func rest(until wake: Instant) { thread.rest(until: wake) }
    fileprivate func note(_ change: (inout LinkStanding) -> Void) { state.withLock { change(&$0) } }
}

/// What a link's TCP connections cost its owner.
private struct LinkCost {
    private let account: LinkAccount
    private let meter: WireMeter
    private var counted = 0

    /// `nil`: a serial line, which is somebody else's.
    init?(_ account: LinkAccount, of use: String, _ end: ByteEnd) {
        guard case .tcp = end else { return nil }
        (self.account, meter) = (account, account.meter(for: use))
    }

    var isSpent: Bool { account.isSpent }
    mutating func begin() { counted = 0 }
    mutating func read(_ port: BytePort) { meter.read(port.descriptor, counted: &counted) }
}

/// The turns of one link's thread.
private struct LinkTurns<Speaker: Talker> {
    private let link: ThinLink
    private let end: ByteEnd
    private var talker: Speaker
    private let keeper: MemoryKeeper<Speaker>
    private let wall: @Sendable () -> WallTime
    private let report: @Sendable (ThinNews) -> Void
    private var port: BytePort?
    private var openedAt = Instant.never
    private var mayOpenAt = Instant.never
    private var backoff: Backoff
    private var lastTrouble: LineTrouble?
    private var heardThisSecond = 0
    /// `nil`: it goes over no link that is paid for here.
    private var cost: LinkCost?
    private let silence: Duration

    /// Who talks without end is read no faster than this; the rest waits in the network.
    private static var bytesPerSecond: Int { 64 * 1024 }
    /// A connection that has stood for so long was no mistake.
    private static var heldFor: Duration { .seconds(60) }
    private static var openWithin: Duration { .seconds(10) }

    init(_ link: ThinLink, _ talker: Speaker, _ file: MemoryFile, _ cost: LinkCost?, silence: Duration,
         wall: @escaping @Sendable () -> WallTime, report: @escaping @Sendable (ThinNews) -> Void) {
        self.link = link
        self.cost = cost
        self.silence = silence
        self.talker = talker
        end = link.standing.end
        keeper = MemoryKeeper(file, kept: talker.memory)
        (self.wall, self.report) = (wall, report)
        backoff = Backoff(first: .seconds(2), longest: .minutes(5), seed: .random(in: 0 ... .max))
    }

    consuming func run() {
        while !link.isOver { turn() }
        keeper.keep(talker)
    }

    /// One second, or less when bytes came.
    private mutating func turn() {
        let now = LineThread.now()
        heardThisSecond = 0
        perform(talker.step(now: now, wall: wall(), isUp: port != nil))
        tendLine(now)
        listen(until: now + .seconds(1))
        if let port { cost?.read(port) }
        if keeper.isDue(talker, at: LineThread.now()), !keeper.keep(talker) { tell(.notKept) }
        let waiting = talker.waiting
        link.note { $0.waiting = waiting }
    }

    private mutating func tendLine(_ now: Instant) {
        let isWanted = talker.wantsLine(at: now, isSaving: cost?.isSpent ?? false)
        if !isWanted, port != nil { drop(nil) }
        guard isWanted, port == nil, now >= mayOpenAt else { return }
        switch BytePort.open(end, within: Self.openWithin, silence: silence) {
        case .failure(let trouble): lose(trouble)
        case .success(let opened):
            (port, openedAt, lastTrouble) = (opened, LineThread.now(), nil)
            cost?.begin()
            talker.lineIsUp(now: openedAt)
            tell(.up)
        }
    }

    private mutating func listen(until end: Instant) {
        while !link.isOver, LineThread.now() < end {
            guard let port, heardThisSecond < Self.bytesPerSecond else {
                link.rest(until: end)
                continue
            }
            switch port.read(until: end, bell: link.bell) {
            case .nothing: break
            case .lost(let trouble): return lose(trouble)
            case .bytes(let bytes):
                heardThisSecond += bytes.count
                let now = LineThread.now()
                link.note { $0.lastHeard = now }
                perform(talker.hear(bytes, now: now, wall: wall()))
            }
        }
    }

    /// What a frame says is on the disk before it goes out, so that no later life says something else under its number.
    private mutating func perform(_ actions: [TalkerAction]) {
        if actions.contains(where: \.isSend), !keeper.keep(talker) { tell(.notKept) }
        for action in actions {
            switch action {
            case .tell(let news): tell(news)
            case .send(let bytes):
                guard let port else { continue }
                if let trouble = port.write(bytes) { lose(trouble) }
            }
        }
    }

    private func tell(_ news: ThinNews) {
        let waiting = talker.waiting
        link.note { standing in
            standing.take(news)
            standing.waiting = waiting
        }
        report(news)
    }

    private mutating func lose(_ trouble: LineTrouble) {
        if port != nil, LineThread.now() - openedAt >= Self.heldFor { backoff.succeed() }
        mayOpenAt = LineThread.now() + backoff.rest()
        drop(trouble)
    }

    /// The same trouble is told once, until the line has been up again.
    private mutating func drop(_ trouble: LineTrouble?) {
        if let port {
            cost?.read(port)
            talker.lineIsDown()
        }
        port = nil
        guard let trouble else { return link.note { $0.isUp = false } }
        if trouble != lastTrouble { tell(.down(trouble)) }
        lastTrouble = trouble
    }
}
