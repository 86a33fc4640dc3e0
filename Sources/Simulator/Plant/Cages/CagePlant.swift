/// One net cage: its water, its fish, and what falls among them.
struct CagePlant: Sendable {
    var water: CageWater
    var fish: FishGroup
    private(set) var counter = PelletCounter()
    /// kg that fell in, since the beginning and since the last step.
    private(set) var fed = 0.0
    private var falls = 0.0

    /// g/h for each m3 of the cage that one aerator brings into clean water of 20 °C without oxygen, and that a valve of pure oxygen
    /// lets in: 3 and 1.5 kg an hour into 600 m3.
    static let aerator = 5.0
    static let valve = 2.5

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
