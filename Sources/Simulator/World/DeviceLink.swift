import ProcessImage
import Quantities

/// One Modbus device as the poller sees it: due times, answers missed, and whether it counts as there.
struct DeviceLink {
    enum Behaviour { case answers, silent, slow, garbled }

    /// The device's points, polled together at the pace of the most wanted.
    var points: [PointIndex] = []
    var every = Duration.hours(1)
    var due = Instant.start
    var behaviour = Behaviour.answers
    private(set) var missed = 0
    private(set) var hasAnswered = false

    /// Polls in a row without an answer before the device counts as lost, and its points as bad.
    static let missedAtMost = 2

    var isLost: Bool { missed >= DeviceLink.missedAtMost }

    /// A poll is due: how it goes.
    mutating func poll(at now: Instant) -> Behaviour {
        due = now + every
        if behaviour == .answers {
            missed = 0
            hasAnswered = true
        } else {
            missed = min(missed + 1, 1000)
        }
        return behaviour
    }

    mutating func forget() {
        missed = 0
        hasAnswered = false
        due = .never
    }
}

/// A set-point in a device: it is told a little later than a line, and only while the device answers.
struct SetpointLink {
    let device: DeviceIndex?
    let safe: Double
    /// What it was told, and from when on the device holds it.
    var ordered: Double
    var arrives = Instant.never
    /// What the device holds.
    var held: Double

    init(device: DeviceIndex?, safe: Double) {
        self.device = device
        self.safe = safe
        ordered = safe
        held = safe
    }

    mutating func order(_ value: Double, at now: Instant) {
        guard ordered != value else { return }
        ordered = value
        arrives = now + RelayLink.delay
    }
}

/// A relay on a bus: it is told a little later than a line, and only while it answers.
struct RelayLink {
    let device: DeviceIndex
    let output: OutputIndex
    /// What it was told, and from when on it is.
    var ordered: OutputLevel
    var arrives = Instant.never

    static let delay: Duration = .milliseconds(150)
}
