import Control
import Interlocks
import Language
import ProcessImage
import Quantities

/// How deep a submersible cage hangs, as it was read.
struct DepthDraft {
    struct Water {
        let depth: Length
        let temperature: PointIndex
        let oxygen: PointIndex
    }

    let sink: OutputIndex
    let rise: OutputIndex
    let position: PointIndex
    let shallowest: Length
    let deepest: Length
    let warmest: Temperature
    let leastOxygen: Density
    let leastMove: Length
    let settle: Duration
    let rest: Duration
    let asks: Bool
    let profile: [Water]
}

/// `depth:` of a cage: a set-point chosen from the water's own profile, within limits.
extension SiteReader {
    private static let profileMost = 8

    func depth(_ entry: Entry) -> DepthDraft? {
        let due = Phrase(zh: "写成 depth: { position: 测点, sink: 输出, rise: 输出, shallowest: 4 m, deepest: 50 m, warmest: 16 degC, least-oxygen: 7 mg/L, profile: […] }。",
                         en: "Write depth: { position: POINT, sink: OUTPUT, rise: OUTPUT, shallowest: 4 m, deepest: 50 m, warmest: 16 degC, least-oxygen: 7 mg/L, profile: […] }.")
        guard let fields = entry.fields(["position", "sink", "rise", "shallowest", "deepest", "warmest", "least-oxygen", "least-move", "settle",
                                         "rest", "asks", "profile"]) else { return nil }
        let sink = fields.required("sink", due).flatMap { output($0, .winch) }
        let rise = fields.required("rise", due).flatMap { output($0, .winch) }
        let position = fields.required("position", due).flatMap { entry in point(entry).flatMap { measures(entry, $0, .length) ? $0 : nil } }
        let shallowest: Length? = fields.required("shallowest", due)?.quantity("0 m", "100 m", guess: "m")
        let deepest: Length? = fields.required("deepest", due)?.quantity("1 m", "200 m", guess: "m")
        let warmest: Temperature? = fields.required("warmest", due)?.quantity("0 degC", "40 degC", guess: "degC")
        let least: Density? = fields.required("least-oxygen", due)?.quantity("0.5 mg/L", "15 mg/L", guess: "mg/L")
        let profile = self.profile(fields.required("profile", due))
        guard let sink, let rise, let position, let shallowest, let deepest, let warmest, let least else { return nil }
        guard sink != rise, shallowest < deepest else {
            entry.refuse(Phrase(zh: "升、降要用两路输出，shallowest 要浅于 deepest。", en: "sinks and rises by two outputs, and shallowest lies above deepest."), due)
            return nil
        }
        return DepthDraft(
            sink: sink, rise: rise, position: position, shallowest: shallowest, deepest: deepest, warmest: warmest, leastOxygen: least,
            leastMove: fields["least-move"]?.quantity("0.5 m", "20 m", guess: "m") ?? .meters(2),
            settle: fields["settle"]?.duration("0 s", "168 h", guess: "h") ?? .hours(6),
            rest: fields["rest"]?.duration("0 s", "168 h", guess: "h") ?? .hours(12), asks: fields["asks"]?.yesNo() ?? true, profile: profile)
    }

    /// `[ { at: 5 m, temperature: t-5.temperature, oxygen: t-5.oxygen }, … ]`, from the shallowest to the deepest.
    private func profile(_ entry: Entry?) -> [DepthDraft.Water] {
        guard let entry, let entries = entry.list() else { return [] }
        let water = entries.compactMap { self.water($0) }
        let isInOrder = zip(water, water.dropFirst()).allSatisfy { $0.depth < $1.depth }
        if water.count == entries.count, water.count < 2 || water.count > Self.profileMost || !isInOrder {
            entry.refuse(Phrase(zh: "要有 2 到 \(Self.profileMost) 个深度，由浅到深。", en: "has 2 to \(Self.profileMost) depths, from the shallowest to the deepest."),
                         Phrase(zh: "探头至少挂在最浅和最深两处。", en: "Hang probes at least at both ends."))
        }
        return water
    }

    private func water(_ entry: Entry) -> DepthDraft.Water? {
        let due = Phrase(zh: "写成 { at: 5 m, temperature: 测点, oxygen: 测点 }。", en: "Write { at: 5 m, temperature: POINT, oxygen: POINT }.")
        guard let fields = entry.fields(["at", "temperature", "oxygen"]) else { return nil }
        func point(_ key: String, _ dimension: Dimension) -> PointIndex? {
            fields.required(key, due).flatMap { entry in self.point(entry).flatMap { measures(entry, $0, dimension) ? $0 : nil } }
        }
        guard let depth: Length = fields.required("at", due)?.quantity("0 m", "200 m", guess: "m"),
              let temperature = point("temperature", .temperature), let oxygen = point("oxygen", .massPerVolume) else { return nil }
        return DepthDraft.Water(depth: depth, temperature: temperature, oxygen: oxygen)
    }

    // MARK: Plans

    func depthPlans(_ tables: SiteTables) -> [DepthPlan] {
        submersible(tables).map { cage, draft, position in
            DepthPlan(cage: cage, sink: draft.sink, rise: draft.rise, position: position, shallowest: draft.shallowest, deepest: draft.deepest,
                      warmest: draft.warmest, leastOxygen: draft.leastOxygen, leastMove: draft.leastMove, settle: draft.settle,
                      rest: draft.rest, asks: draft.asks, noOlderThan: depthPatience(draft))
        }
    }

    func winchGuards(_ tables: SiteTables) -> [WinchGuard] {
        submersible(tables).map { cage, draft, position in
            WinchGuard(cage: cage, sink: draft.sink, rise: draft.rise, position: position, shallowest: draft.shallowest, deepest: draft.deepest,
                       noOlderThan: depthPatience(draft))
        }
    }

    func depthProbes(_ tables: SiteTables) -> [DepthProbe] {
        cages.enumerated().flatMap { number, cage in
            (cage.depth?.profile ?? []).compactMap { water in
                guard let temperature: PointOf<Temperature> = tables.quantity(water.temperature),
                      let oxygen: PointOf<Density> = tables.quantity(water.oxygen) else { return nil }
                return DepthProbe(cage: CageIndex(number), depth: water.depth, temperature: temperature, oxygen: oxygen)
            }
        }
    }

    private func depthPatience(_ draft: DepthDraft) -> Duration { max(.seconds(10), interval(of: draft.position) * 3) }

    private func submersible(_ tables: SiteTables) -> [(CageIndex, DepthDraft, PointOf<Length>)] {
        cages.enumerated().compactMap { number, cage in
            guard let draft = cage.depth, let position: PointOf<Length> = tables.quantity(draft.position) else { return nil }
            return (CageIndex(number), draft, position)
        }
    }
}
