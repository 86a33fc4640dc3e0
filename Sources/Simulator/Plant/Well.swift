/// A well or tank: water stands over the pump's intake, falls when pumped, and comes back the faster the lower it is.
struct Well: Sendable {
    /// m over the intake.
    private(set) var level: Double
    /// It gives nothing more and holds nothing: a fault.
    var isEmpty = false

    private let staticLevel = 6.0
    /// m2 of water surface.
    private let surface: Double
    /// m3/h that run in when it stands empty.
    private let recovery: Double

    /// The float switch says "empty" below this, and the pump draws air below half of it. m.
    static let dryLevel = 0.3

    /// - Parameter capacity: m3/h that can be drawn for ever; the level then settles at a third.
    init(capacity: Double) {
        level = staticLevel
        recovery = capacity * 1.5
        surface = capacity * 0.5 / staticLevel
    }

    var isDry: Bool { level < Well.dryLevel }
    var feedsPump: Bool { level > Well.dryLevel / 2 }

    /// - Parameter drawn: m3/h taken out.
    mutating func advance(_ seconds: Double, drawn: Double) {
        guard !isEmpty else {
            level = 0
            return
        }
        let inflow = recovery * (staticLevel - level) / staticLevel
        level += (inflow - drawn) / surface * seconds / 3600
        level = min(max(level, 0), staticLevel)
    }
}
