import Control
import Interlocks
import Language
import ProcessImage
import Quantities

/// How a pump's speed is set, as it was read.
struct DriveDraft {
    let entry: Entry
    /// `nil`: no pressure is kept, and the pump runs at `fixed`.
    let keep: Pressure?
    let fill: Fraction
    let fillUntil: Pressure?
    let fillFor: Duration
    let least: Fraction
    let fixed: Fraction
    let response: Duration
    let settle: Duration
}

extension SiteReader {
    private static let driveKeys = ["keep", "fill", "fill-until", "fill-for", "least", "fixed", "response", "settle"]

    /// The set-point of a pump's speed.
    private func speed(of pump: OutputIndex?) -> SetpointIndex? {
        guard let pump else { return nil }
        return setpoints.firstIndex { $0.definition.kind == .speed && $0.definition.output == pump }.map { SetpointIndex($0) }
    }

    func drive(_ fields: Fields, _ pump: OutputIndex?, _ pressure: PressureDraft?) -> DriveDraft? {
        guard let entry = fields["drive"] else {
            if let speed = speed(of: pump) { refuseUndriven(fields.owner, setpoints[speed.offset].tag) }
            return nil
        }
        if pump != nil, speed(of: pump) == nil {
            entry.refuse(Phrase(zh: "它的水泵没有可给定的转速。", en: "its pump has no speed to be set."),
                         Phrase(zh: "在 outputs 里加一项 is: speed、of: 这台泵；工频泵就删去 drive。",
                                en: "Add an item with is: speed and of: this pump to outputs; remove drive for a pump that is on or off."))
        }
        guard let own = entry.fields(SiteReader.driveKeys) else { return nil }
        let keep: Pressure? = own["keep"]?.quantity("1 kPa", "4 MPa", guess: "kPa")
        let fixed = own["fixed"]?.share("10 %", "100 %")
        let full: Pressure? = own["fill-until"]?.quantity("1 kPa", "4 MPa", guess: "kPa")
        if own["keep"] == nil, own["fixed"] == nil {
            entry.refuse(Phrase(zh: "没有写保持多少压力，也没有写固定转速。", en: "says neither what pressure to keep nor a fixed speed."),
                         Phrase(zh: "写 keep: 220 kPa，或 fixed: 90 %。", en: "Write keep: 220 kPa, or fixed: 90 %."))
        }
        checkKept(own, keep, full, pressure)
        return DriveDraft(
            entry: entry, keep: keep, fill: own["fill"]?.share("10 %", "80 %") ?? .percent(40),
            fillUntil: full ?? (pressure == nil ? nil : keep.map { $0 * 0.5 }),
            fillFor: own["fill-for"]?.duration("1 s", "30 min", guess: "s") ?? .minutes(1),
            least: own["least"]?.share("10 %", "95 %") ?? .percent(50), fixed: fixed ?? .percent(80),
            response: own["response"]?.duration("2 s", "1 min", guess: "s") ?? .seconds(5),
            settle: own["settle"]?.duration("1 s", "10 min", guess: "s") ?? .seconds(10))
    }

    private func refuseUndriven(_ owner: Entry, _ tag: String) {
        owner.refuse(Phrase(zh: "水泵的转速由 \(tag) 给定，但没有写怎么调。", en: "its pump's speed is set by \(tag), but nothing says how."),
                     Phrase(zh: "写 drive: { keep: 220 kPa }，或 drive: { fixed: 90 % }。", en: "Write drive: { keep: 220 kPa }, or drive: { fixed: 90 % }."))
    }

    private func checkKept(_ own: Fields, _ keep: Pressure?, _ full: Pressure?, _ pressure: PressureDraft?) {
        if let entry = own["keep"], pressure == nil {
            entry.refuse(Phrase(zh: "没有写 pressure，压力无从知道。", en: "there is no pressure to go by."),
                         Phrase(zh: "在水源里用 pressure: 写上压力测点，或只写 fixed。", en: "Name a point that measures it in the source's pressure:, or write fixed alone."))
        }
        if let entry = own["keep"], let keep, let most = pressure?.maximum, keep >= most {
            entry.refuse(Phrase(zh: "不低于 pressure-max，水泵会不停地停。", en: "is not below pressure-max: the pump would be stopped over and over."),
                         Phrase(zh: "写小一些；pressure-max 一般是它的 1.3 倍。", en: "Write less; pressure-max is usually 1.3 times it."))
        }
        if let entry = own["fill-until"], let full, let keep, full >= keep {
            entry.refuse(Phrase(zh: "不低于 keep，管道永远算没充满。", en: "is not below keep: the pipes would never count as full."),
                         Phrase(zh: "一般取 keep 的一半。", en: "Half of keep is usual."))
        }
    }

    // MARK: Relief

    /// Zones are read after their sources.
    func settleRelief() {
        for index in sources.indices {
            guard let entry = sources[index].reliefEntry, let tag = entry.text() else { continue }
            guard let zone = zones.firstIndex(where: { $0.label.tag == tag }) else {
                entry.refuse(Phrase(zh: "没有分区 \(quoted(tag))。", en: "\(quoted(tag)) is not a zone of this site."),
                             choices(zones.map(\.label.tag), insteadOf: tag, zh: "分区", en: "zones"))
                continue
            }
            sources[index].relief = ZoneIndex(zone)
            if zones[zone].source.offset != index {
                entry.refuse(Phrase(zh: "\(tag) 用的是另一个水源。", en: "\(tag) gets its water from another source."),
                             Phrase(zh: "写本水源的一个分区。", en: "Name a zone of this source."))
            }
            if sources[index].supervision.pressure?.maximum == nil {
                entry.refuse(Phrase(zh: "没有写 pressure-max，不知道什么时候泄压。", en: "there is no pressure-max to tell when to relieve it."),
                             Phrase(zh: "写上 pressure 与 pressure-max。", en: "Give pressure and pressure-max."))
            }
        }
    }

    // MARK: Freezing

    func drivePlan(_ source: SourceDraft, _ tables: SiteTables) -> DrivePlan? {
        guard let draft = source.drive, let speed = speed(of: source.pump) else { return nil }
        let definition = setpoints[speed.offset].definition
        let point: PointOf<Pressure>? = draft.keep == nil ? nil : source.supervision.pressure.flatMap { tables.quantity($0.point) }
        let most = definition.range.upperBound
        return DrivePlan(speed: SetpointShare(speed, definition), rise: definition.risePerSecond / most,
                         fall: definition.fallPerSecond / most,
                         fill: draft.fill, fillUntil: draft.fillUntil, fillFor: draft.fillFor, pressure: point,
                         pressureNoOlderThan: pressureNoOlderThan(source), keep: draft.keep ?? .kilopascals(200), least: draft.least,
                         steady: draft.fixed, response: draft.response, settle: draft.settle)
    }

    func reliefPlan(_ source: SourceDraft, _ tables: SiteTables) -> ReliefPlan? {
        guard source.drive != nil || source.relief != nil, let pressure = source.supervision.pressure, let maximum = pressure.maximum,
              let point: PointOf<Pressure> = tables.quantity(pressure.point) else { return nil }
        return ReliefPlan(pressure: point, noOlderThan: pressureNoOlderThan(source), maximum: maximum, zone: source.relief)
    }

    /// Before the pump is stopped for it, a drive may have gone slower and a relief zone may have opened.
    func pressureMaximumFor(_ source: SourceDraft, _ tables: SiteTables) -> Duration {
        if let given = source.supervision.pressure?.maximumFor { return given }
        let slower = drivePlan(source, tables).map { Duration.seconds((1 - $0.least.base) / $0.fall) } ?? .zero
        let opening = source.relief.flatMap { zones[$0.offset].valve }.map { outputs[$0.offset].definition.travel + .seconds(5) } ?? .zero
        return .seconds(1) + slower + opening
    }

    private func pressureNoOlderThan(_ source: SourceDraft) -> Duration {
        max(.seconds(5), source.supervision.pressure.map { interval(of: $0.point) * 3 } ?? .zero)
    }
}

extension Entry {
    fileprivate func share(_ low: String, _ high: String) -> Fraction? { quantity(low, high, guess: "%") }
}
