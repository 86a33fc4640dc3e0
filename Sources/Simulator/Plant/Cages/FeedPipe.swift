/// Pellets in the pipe of a feed line, by where they are. Air that is fast enough takes them along at half its own speed; slower, they
/// lie; more of them than the pipe bears are a plug, which only pushing loosens.
struct FeedPipe: Sendable {
    private struct Parcel: Sendable {
        var kilograms: Double
        var at: Double
    }

    private enum Plug: Hashable, Sendable, BitwiseCopyable {
        case none
        /// So many seconds of blowing loosen it.
        case holds(Double)
        /// Loosened, and under way.
        case loose
    }

    /// m.
    let length: Double
    /// kg that it bears at once.
    let bears: Double
    private var parcels: [Parcel] = []
    private var plug = Plug.none
    /// Something that no pushing loosens, as long as this stands.
    var isBlocked = false

    /// m/s that a clean pipe has, and the least that carries pellets: 20 … 30 is usual.
    static let clean = 25.0
    static let carries = 14.0
    private static let pushed = 12.0

    init(length: Double, bears: Double) {
        precondition(length > 0 && bears > 0)
        self.length = length
        self.bears = bears
    }

    var kilograms: Double { parcels.reduce(0) { $0 + $1.kilograms } }

    var isPlugged: Bool {
        if case .holds = plug { return true }
        return isBlocked
    }

    /// - Parameters:
    ///   - dosed: kg that fell in.
    ///   - speed: of the air, m/s, as if nothing stood in its way.
    ///   - isOpen: an outlet is at its end.
    /// - Returns: kg that came out.
    mutating func advance(_ seconds: Double, dosed: Double, speed: Double, isOpen: Bool) -> Double {
        take(dosed)
        stick(seconds, isPushed: speed >= Self.carries && isOpen && !isBlocked)
        return isPlugged || !isOpen || speed < Self.carries ? 0 : move(speed / 2 * seconds)
    }

    private mutating func stick(_ seconds: Double, isPushed: Bool) {
        let isMuch = kilograms > bears
        switch plug {
        case .none: if isMuch { plug = .holds(Self.pushed) }
        case .holds(let left): if isPushed { plug = left > seconds ? .holds(left - seconds) : .loose }
        case .loose: if !isMuch { plug = .none }
        }
    }

    private mutating func take(_ dosed: Double) {
        guard dosed > 0 else { return }
        if let last = parcels.indices.last, parcels[last].at < length / 200 {
            parcels[last].kilograms += dosed
        } else {
            parcels.append(Parcel(kilograms: dosed, at: 0))
        }
    }

    private mutating func move(_ way: Double) -> Double {
        var out = 0.0
        for index in parcels.indices {
            parcels[index].at += way
            if parcels[index].at >= length { out += parcels[index].kilograms }
        }
        parcels.removeAll { $0.at >= length }
        return out
    }
}
