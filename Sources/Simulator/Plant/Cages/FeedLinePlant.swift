/// One feed line: hopper, doser, blower, pipe and selector, up to where its pellets fall. What fell from the hopper is in a cage, in the
/// pipe, or in the sea.
struct FeedLinePlant: Sendable {
    /// kPa behind the blower, as a line's windows have them.
    struct Pressures: Sendable, Hashable, BitwiseCopyable {
        let still: Double
        let least: Double
        let most: Double

        /// A clean pipe. Blocked counts 1.6 times as much.
        var clean: Double { max(most / 1.6, least * 1.15) }
    }

    /// `nil`: a feeder that hangs over its cage.
    let air: Pressures?
    var doser: FeedDoser
    var selector: FeedSelector
    var pipe: FeedPipe
    /// The blower's motor does not turn.
    var isBlowerDead = false
    /// A hose is off: air and feed go into the sea.
    var isHoseOff = false
    /// 0 … 1 of its full speed.
    private(set) var blower = 0.0
    private(set) var isBlowerOn = false
    /// kg, since the beginning.
    private(set) var given: [Double]
    private(set) var spilled = 0.0
    /// kg that fell into a pipe without air to carry it, and seconds that the selector moved under air.
    private(set) var fellIntoStill = 0.0
    private(set) var turnedUnderAir = 0.0

    /// Seconds in which a blower comes up, and in which it runs down.
    private static let rises = 1.5
    private static let falls = 3.0

    /// A pipe bears twice what lies in it while the line feeds.
    init(_ selector: FeedSelector, doser: FeedDoser, air: Pressures?, length: Double = 200) {
        self.selector = selector
        self.doser = doser
        self.air = air
        pipe = FeedPipe(length: length, bears: doser.rate * length / (FeedPipe.clean / 2) * 2)
        given = Array(repeating: 0, count: selector.outlets)
    }

    /// What the outputs of a line are at.
    struct Levels: Sendable, BitwiseCopyable {
        var doser = false
        var blower = false
    }

    /// - Parameter arrives: kg that fell into the cage at an outlet.
    mutating func advance(_ seconds: Double, _ levels: Levels, driven: (Int) -> Bool, arrives: (Int, Double) -> Void) {
        isBlowerOn = levels.blower
        let goal = levels.blower && !isBlowerDead ? 1.0 : 0
        blower += (goal - blower) * seconds / (seconds + (goal > blower ? Self.rises : Self.falls))
        if blower < 1e-3, goal == 0 { blower = 0 }
        if selector.advance(seconds, driven: driven), pressure >= (air?.still ?? .infinity) { turnedUnderAir += seconds }
        let fell = doser.advance(seconds, isOn: levels.doser)
        guard air != nil else { return drop(fell, arrives) }
        if speed < FeedPipe.carries { fellIntoStill += fell }
        let isOpen = selector.outlet != nil || isHoseOff
        let out = pipe.advance(seconds, dosed: fell, speed: FeedPipe.clean * blower, isOpen: isOpen)
        if isHoseOff { spilled += out } else { drop(out, arrives) }
    }

    private mutating func drop(_ kilograms: Double, _ arrives: (Int, Double) -> Void) {
        guard kilograms > 0 else { return }
        guard let outlet = selector.outlet else { return spilled += kilograms }
        given[outlet] += kilograms
        arrives(outlet, kilograms)
    }

    /// m/s of the air in the pipe.
    var speed: Double { isThrough ? FeedPipe.clean * blower : 0 }

    private var isThrough: Bool { !pipe.isPlugged && (selector.outlet != nil || isHoseOff) }

    /// kPa behind the blower: by the square of its speed, more with feed under way, the most it has where nothing gets through.
    var pressure: Double {
        guard let air else { return 0 }
        let drive = blower * blower
        if isHoseOff, !pipe.isPlugged { return (air.still + air.least) / 2 * drive }
        guard isThrough else { return air.most * 1.25 * drive }
        return air.clean * drive * (1 + min(pipe.kilograms * 0.05, 0.2))
    }

    /// °C of the air behind the blower: each kPa warms it by a degree (adiabatic: 0.8 … 1).
    func warmth(_ outside: Double) -> Double { outside + pressure }
}
