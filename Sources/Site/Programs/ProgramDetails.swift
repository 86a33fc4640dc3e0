public import Control
public import Language
import Agronomy
public import ProcessImage
import Quantities

/// What a program says besides its starts, limits and amounts.
extension ProgramWords {
    /// Cycles and rests; `nil`: the water of a zone is given in one piece.
    public func soak(_ program: ProgramPlan) -> Phrase? {
        program.soak.map { soak in
            let (run, rest) = (Phrase(soak.run), Phrase(soak.rest))
            return Phrase(zh: "每次至多灌 \(run.zh)，歇至少 \(rest.zh)", en: "at most \(run.en) at a time, with at least \(rest.en) between")
        }
    }

    /// Whether its zones water together; `nil`: there is one only. Weather, other programs and what a zone has learned to take
    /// can only make it fewer at once.
    public func order(_ program: ProgramPlan) -> Phrase? {
        guard program.steps.count > 1 else { return nil }
        if program.steps.contains(where: { $0.shift != 0 }) { return Phrase(zh: "各组依次灌，同组一起灌", en: "one shift after the other, the zones of a shift together") }
        let zones = program.zones
        if Dictionary(grouping: zones, by: { source(of: $0) }).values.allSatisfy({ fit($0) }) { return Phrase(zh: "几个分区同时灌", en: "all together") }
        let pairs = zones.indices.flatMap { one in zones.indices.dropFirst(one + 1).map { [zones[one], zones[$0]] } }
        if pairs.allSatisfy({ source(of: $0[0]) == source(of: $0[1]) && !fit($0) }) { return Phrase(zh: "按次序一个一个灌", en: "one after the other, in this order") }
        return Phrase(zh: "水源供得上几个就同时灌几个", en: "as many together as the water reaches for")
    }

    private func source(of zone: ZoneIndex) -> SourceIndex { plan.zones[zone.offset].source }

    /// Whether one source carries them together.
    private func fit(_ zones: [ZoneIndex]) -> Bool {
        guard zones.count > 1, let first = zones.first else { return true }
        guard Set(zones).count == zones.count else { return false }
        let supply = plan.sources[source(of: first).offset], valves = zones.count + plan.followers.count { zones.contains($0.zone) }
        guard let capacity = supply.capacity, zones.count <= supply.zonesAtOnce ?? .max,
              valves <= plan.valvesAtOnce ?? .max else { return false }
        let plans = zones.map { plan.zones[$0.offset] }
        guard plans.allSatisfy({ $0.nominalFlow != nil }) else { return false }
        let groups = plans.reduce((seen: UInt64(0), shared: UInt64(0))) { ($0.seen | $1.exclusion, $0.shared | $0.seen & $1.exclusion) }
        return groups.shared == 0 && plans.compactMap(\.nominalFlow).reduce(.zero, +) <= capacity
    }

    public func missed(_ program: ProgramPlan) -> Phrase {
        switch program.missed {
        case .skip: Phrase(zh: "不补", en: "skipped")
        case .catchUp(let within):
            Phrase(zh: "\(Phrase(within).zh)内补上", en: "caught up within \(Phrase(within).en)")
        }
    }

    /// Stages of the crop in which a zone is watered; `nil`: in all.
    public func stages(_ program: ProgramPlan) -> Phrase? {
        guard program.stages != 0 else { return nil }
        let names = [Phrase(zh: "初期", en: "initial"), Phrase(zh: "发育期", en: "development"), Phrase(zh: "中期", en: "middle"), Phrase(zh: "后期", en: "late")]
        let due = names.enumerated().filter { program.stages & (1 << UInt8($0.offset)) != 0 }.map(\.element)
        return Phrase(zh: due.map(\.zh).joined(separator: "、"), en: due.map(\.en).joined(separator: ", "))
    }

    /// Parts of the amounts by month; `nil`: all of them all year.
    public func byMonth(_ program: ProgramPlan) -> Phrase? {
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = zip(1..., program.byMonth).filter { $0.1.base != 1 }.map { month, part in
            Phrase(zh: "\(month) 月 \(plain(part.percent)) %", en: "\(names[month - 1]) \(plain(part.percent)) %")
        }
        guard !parts.isEmpty else { return nil }
        return Phrase(zh: parts.map(\.zh).joined(separator: "，"), en: parts.map(\.en).joined(separator: ", "))
    }

    /// `nil` where the program goes by every no-water window of the site.
    public func windows(_ program: ProgramPlan, among labels: [Label]) -> Phrase? {
        let kept = labels.indices.filter { $0 >= 32 || program.windows & (1 << UInt32($0)) != 0 }.map { labels[$0].name }
        guard kept.count < labels.count else { return nil }
        guard !kept.isEmpty else { return Phrase(zh: "都不管", en: "none") }
        return Phrase(zh: kept.map(\.zh).joined(separator: "、"), en: kept.map(\.en).joined(separator: ", "))
    }
}

extension GateGoal {
    /// What the gate keeps: "1.20 m below".
    public var text: Phrase {
        switch self {
        case .downstream(let level): Phrase(zh: "闸后 \(meters(level)) m", en: "\(meters(level)) m below")
        case .upstream(let level): Phrase(zh: "闸前 \(meters(level)) m", en: "\(meters(level)) m above")
        case .flow(let flow): Phrase(verbatim: "\(Phrase(flow.cubicMetersPerSecond, decimals: 2).en) m3/s")
        }
    }

    /// The set-point as it is written in a file.
    public var written: String {
        switch self {
        case .downstream(let level), .upstream(let level): "\(plain(level.meters)) m"
        case .flow(let flow): "\(plain(flow.cubicMetersPerSecond)) m3/s"
        }
    }
}

private func meters(_ length: Length) -> String { Phrase(length.meters, decimals: 2).en }
