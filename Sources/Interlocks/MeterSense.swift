import ProcessImage
import Quantities

/// What the readings of a flow meter say of the meter itself: how long it takes to tell, and whether it has stopped.
///
/// A meter that tells its flow once in five minutes is read every second all the same, and each reading looks fresh. So it
/// is learned how long after a valve or pump has moved its reading moves, and whatever is concluded from the meter waits
/// for its word. A meter that answers within seconds is quick, however evenly it stands in a run.
struct MeterSense: BitwiseCopyable {
    private var last: Flow?
    /// When the reading last became another: the last moment the meter has surely spoken.
    private(set) var changedAt = Instant.never
    private var answers = LastFour()
    private var intervals = LastFour()
    /// The move the next change will answer.
    private var unanswered: Instant?
    private var knownMove = Instant.never
    /// Stopped reporting: it shows water that is no longer driven, and has not moved since.
    private(set) var isFrozen = false

    /// Four answers within this: a meter that reports seldom does not do that by chance.
    private static let quick: Duration = .seconds(15)
    /// Changes further apart say nothing of the meter: no water flowed, or evenly.
    private static let longestBelieved: Duration = .minutes(10)
    /// A meter at rest for this long, at least, before it is called frozen.
    private static let frozenAfter: Duration = .seconds(60)

    /// How long the meter may take to tell, as its last four answers have shown; `nil`: there were not so many yet.
    var learned: Duration? {
        guard answers.isFull else { return nil }
        return answers.longest <= Self.quick ? answers.longest : max(answers.longest, intervals.shortest ?? .zero)
    }

    /// - Parameter movedAt: when an output of the source last moved.
    mutating func look(_ flow: Flow?, movedAt: Instant, at now: Instant) {
        if movedAt > knownMove {
            knownMove = movedAt
            unanswered = movedAt
        }
        guard let flow else {
            last = nil
            return
        }
        defer { last = flow }
        guard flow != last else { return }
        if last != nil { learn(at: now) }
        isFrozen = false
        changedAt = now
    }

    private mutating func learn(at now: Instant) {
        if let unanswered, now - unanswered <= Self.longestBelieved { answers.add(now - unanswered) }
        unanswered = nil
        if now - changedAt <= Self.longestBelieved { intervals.add(now - changedAt) }
    }

    /// Whether what the meter shows speaks of the time since `moment`: it has changed since, or had its time to.
    func speaks(of moment: Instant, within patience: Duration, at now: Instant) -> Bool {
        changedAt >= moment || now - moment >= patience
    }

    /// A reading that has not moved since before the water stopped, and is not none, is no leak: it is no reading.
    mutating func lookForFreeze(above limit: Flow, stoppedAt: Instant, patience: Duration, at now: Instant) {
        guard let last, last > limit, changedAt < stoppedAt,
              now - stoppedAt >= max(patience, Self.frozenAfter) else { return }
        isFrozen = true
    }
}

/// The last four of some times.
struct LastFour: BitwiseCopyable {
    private var a = Int64.min
    private var b = Int64.min
    private var c = Int64.min
    private var d = Int64.min

    mutating func add(_ time: Duration) {
        (a, b, c, d) = (time.nanoseconds, a, b, c)
    }

    var isFull: Bool { d != .min }
    var longest: Duration { .nanoseconds(max(max(a, b), max(c, d))) }
    /// `nil` before there are four.
    var shortest: Duration? { isFull ? .nanoseconds(min(min(a, b), min(c, d))) : nil }
}
