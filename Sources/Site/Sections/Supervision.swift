import Control
import Interlocks
import Language
import ProcessImage
import Quantities

/// What of a source is watched besides its flow, as it was read.
struct SourceSupervision {
    static let keys = ["stuck-after", "dry-retry", "dry-retries", "pressure", "working-pressure", "pressure-max", "pressure-max-for",
                       "dry-pressure", "dry-after", "priming", "burst-drop", "burst-rise", "leak-drop", "leak-drop-within",
                       "leak-drop-from"]

    let stuckAfter: Duration
    let dryRetry: DryRetry?
    let pressure: PressureDraft?
}

struct PressureDraft {
    let point: PointIndex
    let working: Pressure?
    let maximum: Pressure?
    /// `nil`: as it comes of what may ease it first.
    let maximumFor: Duration?
    let dry: Double?
    let dryAfter: Duration
    let priming: Duration
    let drop: Double?
    let rise: Double
    let decay: PressureDecay?
}

/// How far a zone's flow may be from its nominal flow, as parts of it.
struct ZoneLimits {
    static let keys = ["low-flow", "low-flow-after", "low-flow-then", "high-flow", "high-flow-after"]

    let low: Double?
    let lowAfter: Duration
    let lowStops: Bool
    let high: Double?
    let highAfter: Duration
}

/// What spares the motor of an output, as it was read.
struct MotorDraft {
    static let keys = ["fault-when", "hot-when", "current", "rated-current", "heat-time", "dry-current", "dry-current-for", "starts",
                       "rest"]

    let faultWhen: PointIndex?
    let hotWhen: PointIndex?
    let heat: MotorHeat?
    let current: PointIndex?
    let dryCurrent: ElectricCurrent?
    let dryAfter: Duration
    let starts: Int?
    let rest: Duration
}

extension SiteReader {
    // MARK: Sources

    func sourceSupervision(_ fields: Fields?) -> SourceSupervision {
        SourceSupervision(stuckAfter: fields?["stuck-after"]?.duration("5 s", "1 h", guess: "s") ?? .seconds(30),
                          dryRetry: fields.flatMap { dryRetry($0) }, pressure: fields.flatMap { pressure($0) })
    }

    private func dryRetry(_ fields: Fields) -> DryRetry? {
        guard let entry = fields["dry-retry"], !entry.isNone else { return nil }
        if fields["dry-when"] == nil {
            entry.refuse(Phrase(zh: "没有 dry-when，水位恢复无从知道。", en: "there is no dry-when to tell that water has come back."),
                         Phrase(zh: "写上 dry-when，或删去 dry-retry。", en: "Name it in dry-when, or remove dry-retry."))
        }
        guard let after = entry.duration("1 min", "24 h", guess: "min") else { return nil }
        return DryRetry(after: after, perHour: fields["dry-retries"]?.integer(1...Limits.startsPerHourMax) ?? 3)
    }

    private func pressure(_ fields: Fields) -> PressureDraft? {
        guard let entry = fields["pressure"] else {
            let needing = SourceSupervision.keys.drop { $0 != "working-pressure" }.compactMap { fields[$0] }
            for entry in needing { refuseWithoutPressure(entry) }
            return nil
        }
        guard let point = point(entry), measures(entry, point, .pressure) else { return nil }
        let working: Pressure? = fields["working-pressure"]?.quantity("1 kPa", "4 MPa", guess: "kPa")
        let maximum: Pressure? = fields["pressure-max"]?.quantity("1 kPa", "4 MPa", guess: "kPa")
        if let working, let maximum, maximum <= working, let entry = fields["pressure-max"] {
            entry.refuse(Phrase(zh: "不高于工作压力，水泵一开就会停。", en: "is not above the working pressure: the pump would stop as soon as it runs."),
                         Phrase(zh: "一般取工作压力的 1.3 倍，不超过管道承压。", en: "1.3 times the working pressure is usual, within what the pipe bears."))
        }
        if working == nil, let entry = fields["dry-pressure"], !entry.isNone {
            entry.refuse(Phrase(zh: "没有写 working-pressure，这个百分数无从算起。", en: "there is no working-pressure to take a part of."),
                         Phrase(zh: "写上正常灌水时的压力。", en: "Give the usual pressure while water flows."))
        }
        return PressureDraft(
            point: point, working: working, maximum: maximum,
            maximumFor: fields["pressure-max-for"]?.duration("0 s", "1 min", guess: "s"),
            dry: part(fields["dry-pressure"], "5 %", "90 %", usual: 0.3),
            dryAfter: fields["dry-after"]?.duration("1 s", "10 min", guess: "s") ?? .seconds(10),
            priming: fields["priming"]?.duration("1 s", "30 min", guess: "s") ?? .seconds(30),
            drop: part(fields["burst-drop"], "5 %", "90 %", usual: 0.25),
            rise: part(fields["burst-rise"], "5 %", "100 %", usual: 0.15) ?? 0.15, decay: decay(fields))
    }

    /// Whether the point lies behind the master valve only who built it knows: so it is watched where the site says so.
    private func decay(_ fields: Fields) -> PressureDecay? {
        guard let entry = fields["leak-drop"], let drop = part(entry, "5 %", "90 %", usual: nil) else { return nil }
        if fields["master"] == nil {
            entry.refuse(Phrase(zh: "没有主阀，主管关不住压力。", en: "there is no master valve to keep the pressure in the main."),
                         Phrase(zh: "写上 master，或删去 leak-drop。", en: "Name it in master, or remove leak-drop."))
        }
        return PressureDecay(drop: drop, within: fields["leak-drop-within"]?.duration("1 min", "24 h", guess: "min") ?? .minutes(10),
                             from: fields["leak-drop-from"]?.quantity("5 kPa", "4 MPa", guess: "kPa") ?? .kilopascals(50))
    }

    private func refuseWithoutPressure(_ entry: Entry) {
        entry.refuse(Phrase(zh: "没有写 pressure，压力无从知道。", en: "there is no pressure to go by."),
                     Phrase(zh: "用 pressure: 写上压力测点，或删去这一项。", en: "Name a point that measures it in pressure:, or remove this key."))
    }

    /// A part of something; `none` switches its watch off.
    private func part(_ entry: Entry?, _ low: String, _ high: String, usual: Double?) -> Double? {
        guard let entry else { return usual }
        if entry.isNone { return nil }
        let fraction: Fraction? = entry.quantity(low, high, guess: "%")
        return fraction?.base
    }

    // MARK: Zones

    func zoneLimits(_ fields: Fields?, _ source: SourceIndex?) -> ZoneLimits {
        let limits = ZoneLimits(
            low: part(fields?["low-flow"], "10 %", "95 %", usual: 0.6),
            lowAfter: fields?["low-flow-after"]?.duration("10 s", "1 h", guess: "min") ?? .minutes(2),
            lowStops: fields?["low-flow-then"]?.word(["warn": false, "stop": true]) ?? false,
            high: part(fields?["high-flow"], "105 %", "300 %", usual: nil),
            highAfter: fields?["high-flow-after"]?.duration("1 s", "10 min", guess: "s") ?? .seconds(30))
        if let high = limits.high, let source, let burst = sources[source.offset].burst, high >= burst, let entry = fields?["high-flow"] {
            entry.refuse(Phrase(zh: "不低于水源的 burst（\(plain(burst * 100)) %），先停的会是整个水源。",
                                en: "is not below the source's burst (\(plain(burst * 100)) %), which would stop the whole source first."),
                         Phrase(zh: "写小一些，或调高 water 里的 burst。", en: "Write less, or raise burst under water."))
        }
        return limits
    }

    // MARK: Motors

    func motor(_ fields: Fields, _ kind: OutputKind?) -> MotorDraft? {
        let given = MotorDraft.keys.compactMap { fields[$0] }
        guard !given.isEmpty, let kind else { return nil }
        guard kind.hasMotor else {
            for entry in given {
                entry.refuse(Phrase(zh: "\(kind.name.zh)没有要保护的电机。", en: "\(kind.name.en) has no motor to spare."),
                             Phrase(zh: "只用于水泵、注肥泵、投饵机、鼓风机。", en: "Give it to a pump, doser, feeder or blower."))
            }
            return nil
        }
        let current = fields["current"].flatMap { measured($0, .current) }
        for entry in ["dry-current", "rated-current"].compactMap({ fields[$0] }) where fields["current"] == nil {
            entry.refuse(Phrase(zh: "没有写 current，电流无从知道。", en: "there is no current to go by."),
                         Phrase(zh: "用 current: 写上变频器或电流表的测点。", en: "Name the drive's or ammeter's point in current:."))
        }
        return MotorDraft(
            faultWhen: fields["fault-when"].flatMap { faultPoint($0) },
            hotWhen: fields["hot-when"].flatMap { contact($0) }, heat: heat(fields), current: current,
            dryCurrent: fields["dry-current"]?.quantity("0.01 A", "5000 A", guess: "A"),
            dryAfter: fields["dry-current-for"]?.duration("1 s", "10 min", guess: "s") ?? .seconds(10),
            starts: fields["starts"]?.integer(1...Limits.startsPerHourMax),
            rest: fields["rest"]?.duration("0 s", "1 h", guess: "min") ?? .zero)
    }
}

extension SiteReader {
    private func heat(_ fields: Fields) -> MotorHeat? {
        let rated: ElectricCurrent? = fields["rated-current"]?.quantity("0.01 A", "5000 A", guess: "A")
        let time = fields["heat-time"]?.duration("30 s", "2 h", guess: "min") ?? .minutes(5)
        return rated.map { MotorHeat(rated: $0, timeConstant: time) }
    }

    /// A contact, or a point that counts: a fault code that is 0 while all is well.
    private func faultPoint(_ entry: Entry) -> PointIndex? {
        if case .word(let tag) = entry.value, let index = pointByTag[tag], points[index.offset].unit.dimension == .count { return index }
        return contact(entry)
    }
}

extension OutputKind {
    fileprivate var hasMotor: Bool {
        switch self {
        case .pump, .doser, .feeder, .blower: true
        default: false
        }
    }
}

// MARK: Freezing

extension SiteReader {
    func pressureGuard(_ source: SourceDraft, _ tables: SiteTables) -> PressureGuard? {
        guard let draft = source.supervision.pressure, let point: PointOf<Pressure> = tables.quantity(draft.point) else { return nil }
        let dry = draft.dry.flatMap { part in draft.working.map { $0 * part } }
        return PressureGuard(point: point, noOlderThan: max(.seconds(5), interval(of: draft.point) * 3), maximum: draft.maximum,
                             maximumFor: pressureMaximumFor(source, tables), dryBelow: dry, dryAfter: draft.dryAfter,
                             priming: max(draft.priming, drivePlan(source, tables)?.comesUp ?? .zero),
                             drop: draft.drop, rise: draft.rise, decay: draft.decay)
    }

    func flowLimits(_ zone: ZoneDraft) -> (low: FlowLimit?, high: FlowLimit?) {
        guard zone.flow != nil, zone.leastFlow != nil else { return (nil, nil) }
        let limits = zone.limits
        return (limits.low.map { FlowLimit($0, after: limits.lowAfter, stops: limits.lowStops) },
                limits.high.map { FlowLimit($0, after: limits.highAfter, stops: true) })
    }

    func motorGuards(_ tables: SiteTables) -> [MotorGuard] {
        outputs.enumerated().compactMap { index, output in
            guard let draft = output.motor else { return nil }
            return MotorGuard(
                output: OutputIndex(index), faultWhen: draft.faultWhen.flatMap { tables.flag($0) },
                faultNoOlderThan: max(patience(draft.faultWhen), patience(draft.hotWhen)), hotWhen: draft.hotWhen.flatMap { tables.digital($0) },
                heat: draft.heat, current: draft.current.flatMap { tables.quantity($0) },
                currentNoOlderThan: patience(draft.current), dryBelow: draft.dryCurrent, dryAfter: draft.dryAfter,
                startsPerHour: draft.starts, rest: draft.rest)
        }
    }

    /// A contact on a line is known at all times; what is read over a bus, as often as it is polled.
    func patience(_ point: PointIndex?) -> Duration {
        max(.seconds(10), point.map { interval(of: $0) * 3 } ?? .zero)
    }

    /// Whether the device that carries each output answers.
    func reach(_ tables: SiteTables) -> [DigitalPoint?] {
        outputs.map { output in
            guard case .device(let device, _) = output.place else { return nil }
            return tables.digital(devices[device].online)
        }
    }
}
