/// The water of one net cage, stirred well: what flows through, what fish breathe, what plankton makes and takes, what aerators and
/// pure oxygen bring. All oxygen is counted, and the count closes.
struct CageWater: Sendable {
    /// How it is built.
    struct Form: Sendable, Hashable, BitwiseCopyable {
        /// m3.
        let volume: Double
        /// m2 across the current.
        let section: Double
        /// Of the current that gets through clean nets, 0 … 1. Measured behind nets: 0.4 … 0.8 (Klebert et al. 2013, Ocean
        /// Eng. 58:260–274).
        var through = 0.5

        /// A square cage of 10 m a side, 6 m deep, as they float in rows off Shandong.
        static let usual = Form(volume: 600, section: 60)
    }

    /// What happens to it in one step.
    struct Doing: Sendable, Hashable, BitwiseCopyable {
        /// Of the sea around it, mg/L.
        var outside = 8.0
        /// °C, and psu.
        var temperature = 15.0
        var salinity = 31.0
        /// m/s.
        var current = 0.0
        /// Sunlight in the water, 0 … 1 of a clear noon.
        var light = 0.0
        /// Breathed by the fish, g/h.
        var breathing = 0.0
        /// What aerators would bring into clean water of 20 °C without oxygen, g/h.
        var aerators = 0.0
        /// Pure oxygen that dissolves, g/h.
        var pureOxygen = 0.0
    }

    /// g, since the beginning.
    struct Books: Sendable, Hashable, BitwiseCopyable {
        var exchanged = 0.0, aerated = 0.0, injected = 0.0, grown = 0.0, breathed = 0.0
        var sum: Double { exchanged + aerated + injected + grown - breathed }
    }

    let form: Form
    /// mg/L, the same as g/m3.
    private(set) var oxygen: Double
    private(set) var books = Books()
    /// Growth on the nets: a tenth of the water gets through.
    var isFouled = false

    /// g/m3/h that plankton makes in full light, and takes day and night: green coastal water.
    private static let made = 0.5
    private static let taken = 0.12
    /// 1/h through the meshes with no current: fish that swim stir.
    private static let stirred = 0.3
    /// mg/L of fresh water at 20 °C, for which aerators are rated.
    private static let rated = 9.09

    init(_ form: Form, oxygen: Double) {
        self.form = form
        self.oxygen = oxygen
    }

    /// Water that changes places, 1/h.
    func exchange(_ current: Double) -> Double {
        let part = form.through * (isFouled ? 0.1 : 1)
        return current * form.section * part * 3600 / form.volume + Self.stirred * (isFouled ? 0.1 : 1)
    }

    /// One step, solved for its end, so that a long one does not swing over.
    mutating func advance(_ seconds: Double, _ doing: Doing) {
        let hours = seconds / 3600
        let flows = exchange(doing.current)
        let lift = doing.aerators / form.volume * SeaOxygen.transfer(doing.temperature) / Self.rated
        let full = SeaOxygen.saturation(doing.temperature, doing.salinity)
        let plankton = Self.made * doing.light - Self.taken
        // Fish and plankton find the less, the less there is.
        let breathes = doing.breathing / form.volume * oxygen / (oxygen + 0.3)
        let before = oxygen
        let gains = flows * doing.outside + lift * full + doing.pureOxygen / form.volume + plankton - breathes
        oxygen = (before + hours * gains) / (1 + hours * (flows + lift))
        let scale = form.volume * hours
        books.exchanged += scale * flows * (doing.outside - oxygen)
        books.aerated += scale * lift * (full - oxygen)
        books.injected += doing.pureOxygen * hours
        books.grown += scale * plankton
        books.breathed += scale * breathes
        guard oxygen < 0 else { return }
        books.grown -= oxygen * form.volume
        oxygen = 0
    }
}
