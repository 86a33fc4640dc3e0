/// One net cage: its water, its fish, and what falls among them.
struct CagePlant: Sendable {
    var water: CageWater
    var fish: FishGroup
    private(set) var counter = PelletCounter()
    /// kg that fell in, since the beginning and since the last step.
    private(set) var fed = 0.0
    private var falls = 0.0

    /// g/h that one aerator of its kind brings into clean water of 20 °C, and that a valve of pure oxygen lets in.
    static let aerator = 3000.0
    static let valve = 1500.0

    init(_ form: CageWater.Form = .usual, fish: FishGroup, oxygen: Double) {
        water = CageWater(form, oxygen: oxygen)
        self.fish = fish
    }

    mutating func feed(_ kilograms: Double) {
        fed += kilograms
        falls += kilograms
    }

    /// - Parameter doing: of its water, but for the breathing, which is the fish's.
    mutating func advance(_ seconds: Double, _ doing: CageWater.Doing) {
        let before = fish.uneaten
        var doing = doing
        doing.breathing = fish.advance(seconds, pellets: falls, temperature: doing.temperature, oxygen: water.oxygen)
        water.advance(seconds, doing)
        counter.advance(seconds, fell: falls, sank: fish.uneaten - before)
        falls = 0
    }
}
