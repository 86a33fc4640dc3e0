/// Where stock meets water: raw water and the feeds of all channels run together, are mixed, and pass a stretch of pipe to
/// the probes.
struct MixingPlant: Sendable {
    /// How it is built, in m3.
    struct Form: Sendable, Hashable, BitwiseCopyable {
        /// Water in which the feeds are stirred.
        let mixer: Double
        /// Between mixer and probes.
        let pipe: Double

        /// Feeds go into the main: hardly any mixing, and a way to go.
        static func inline(pipe: Double, mixer: Double = 0.001) -> Form { Form(mixer: mixer, pipe: pipe) }
        /// Feeds go into a stirred tank in which the probes stand.
        static func tank(_ volume: Double) -> Form { Form(mixer: volume, pipe: 0) }
    }

    /// What comes from the source; it may change under way.
    var raw: Solution
    var channels: [DosingChannel]
    var probes: [WaterProbe]
    /// Each probe's number of the one whose value is shown for it: two that are swapped name each other.
    private(set) var wires: [Int]

    private let form: Form
    private var mixer: Solution
    private var pipe: MixingPipe

    /// Begins full of raw water.
    init(_ form: Form, raw: Solution, channels: [DosingChannel], probes: [(kind: WaterProbe.Kind, lag: Double)]) {
        self.form = form
        self.raw = raw
        self.channels = channels
        self.probes = probes.map { WaterProbe($0.kind, lag: $0.lag, in: raw) }
        wires = Array(probes.indices)
        mixer = raw
        pipe = MixingPipe(volume: form.pipe, holding: raw)
    }

    /// - Parameters:
    ///   - flow: m3/h of raw water. Without it, feeds still go in and stand there.
    ///   - drive: of each channel, 0 off … 1 on.
    mutating func advance(_ seconds: Double, flow: Double, drive: (Int) -> Double) {
        var entering = raw
        var volume = max(flow, 0) * seconds / 3600
        for index in channels.indices {
            let feed = channels[index].advance(seconds, drive: drive(index))
            guard feed > 0 else { continue }
            volume += feed
            entering = entering.mixed(with: channels[index].stock, share: feed / volume)
        }
        if volume > 0 {
            mixer = mixer.mixed(with: entering, share: volume / (volume + form.mixer))
            pipe.push(mixer, volume)
        }
        for index in probes.indices { probes[index].advance(seconds, in: here) }
    }

    /// What stands around the probes.
    var here: Solution { form.pipe > 0 ? pipe.end : mixer }

    /// What is shown as probe `index`.
    func shown(_ index: Int) -> Double { probes[wires[index]].shown }

    mutating func swap(_ first: Int, _ second: Int) { wires.swapAt(first, second) }
}
