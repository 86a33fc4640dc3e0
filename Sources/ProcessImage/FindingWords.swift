public import Language
import Quantities

/// Reasons of decisions as people say them, with their numbers.
extension SiteTables {
    /// Such as "rain 6.2 mm in 24 h > 5.0 mm".
    public func text(of finding: Finding) -> Phrase {
        switch finding.matter {
        case .depletion, .soil, .rain, .forecastRain, .wind, .temperature, .radiation, .point: measured(finding)
        case .deficit, .etSinceIrrigation: computed(finding)
        case .quota: ration(finding)
        default: finding.plain
        }
    }

    /// The matter alone, as a cause.
    func text(of matter: Matter, _ index: UInt16) -> Phrase {
        switch matter {
        case .point: name(of: .point(PointIndex(rawValue: index)))
        case .window: named(windows, index, Phrase(zh: "停灌时段 {name}", en: "no-water window {name}"))
        case .quota: named(quotas, index, Phrase(zh: "水量指标 {name}", en: "quota {name}"))
        default: matter.name
        }
    }

    private func named(_ labels: [Label], _ index: UInt16, _ text: Phrase) -> Phrase {
        let number = Int(index)
        let name = labels.indices.contains(number) ? labels[number].name : Phrase(verbatim: "#\(number)")
        return text.filled(["name": name])
    }

    private func measured(_ finding: Finding) -> Phrase {
        let name = name(of: finding.matter, index: finding.index, hours: finding.hours)
        guard finding.isKnown else {
            let text = finding.effect == .skips
                ? Phrase(zh: "{name}不明（{reason}），按设定不灌", en: "{name} is not known ({reason}), so there is no water")
                : Phrase(zh: "{name}不明（{reason}），此条不算", en: "{name} is not known ({reason}), so it does not count")
            return text.filled(["name": name, "reason": finding.unknownText])
        }
        return Phrase(zh: "{name} {value} {is} {limit}{tier}", en: "{name} {value} {is} {limit}{tier}").filled([
            "name": name, "value": figure(finding.matter, index: finding.index, finding.value),
            "limit": figure(finding.matter, index: finding.index, finding.limit),
            "is": Phrase(verbatim: finding.value > finding.limit ? ">" : finding.value < finding.limit ? "<" : "="),
            "tier": finding.tierText,
        ])
    }

    /// Such as "rain of 24 h".
    public func name(of matter: Matter, index: UInt16, hours: UInt16) -> Phrase {
        let name = text(of: matter, index)
        guard hours > 0 else { return name }
        let hours = Phrase(verbatim: "\(hours) h")
        return matter == .forecastRain
            ? Phrase(zh: "未来 {hours} 预报降雨", en: "forecast rain of {hours}").filled(["hours": hours])
            : Phrase(zh: "{hours} {name}", en: "{name} of {hours}").filled(["hours": hours, "name": name])
    }

    /// A number in the base unit of its matter, in the unit that people use of it.
    public func figure(_ matter: Matter, index: UInt16, _ number: Double) -> Phrase {
        guard matter == .point else { return matter.figure(number) }
        let offset = Int(index)
        guard points.indices.contains(offset) else { return Phrase(number, decimals: 2) }
        return with(points[offset].unit, number, points[offset].decimals)
    }

    private func computed(_ finding: Finding) -> Phrase {
        let name = finding.matter.name
        if finding.isKnown {
            return Phrase(zh: "{name} {value}{tier}", en: "{name} {value}{tier}")
                .filled(["name": name, "value": finding.matter.figure(finding.value), "tier": finding.tierText])
        }
        let text = finding.effect == .skips
            ? Phrase(zh: "{name}不明（{reason}），不灌", en: "{name} is not known ({reason}), so there is no water")
            : Phrase(zh: "{name}不明（{reason}），改给 {limit}", en: "{name} is not known ({reason}), {limit} is given instead")
        return text.filled(["name": name, "reason": finding.unknownText, "limit": finding.matter.figure(finding.limit)])
    }

    private func ration(_ finding: Finding) -> Phrase {
        let text = finding.effect == .skips
            ? Phrase(zh: "{name} {limit} 已用完（剩 {value}）", en: "{name} of {limit} is used up ({value} left)")
            : Phrase(zh: "{name} {limit} 只剩 {value}，减到此数", en: "{value} left of {name} of {limit}: cut to that")
        return text.filled(["name": self.text(of: .quota, finding.index), "value": Matter.quota.figure(finding.value),
                            "limit": Matter.quota.figure(finding.limit)])
    }
}

private func with(_ unit: Unit, _ base: Double, _ decimals: Int) -> Phrase {
    Phrase(verbatim: "\(Phrase(unit.fromBase(base), decimals: decimals).en) \(unit.symbol)")
}

extension Finding {
    fileprivate var unknownText: Phrase {
        reason == .none ? Phrase(zh: "没有读数", en: "no reading") : reason.text
    }

    /// Said where it is not the site's own station.
    fileprivate var tierText: Phrase {
        switch tier {
        case .none, .station: Phrase(verbatim: "")
        case .stationPartly: Phrase(zh: "（气象站缺项）", en: " (station in part)")
        case .forecast: Phrase(zh: "（按预报）", en: " (by forecast)")
        case .averages: Phrase(zh: "（按月均值）", en: " (by averages)")
        }
    }

    /// Reasons that need no name of the site's.
    fileprivate var plain: Phrase {
        let text = switch matter {
        case .adjusted: Phrase(zh: "按 {value} 给水", en: "{value} of its amount")
        case .atLeast: Phrase(zh: "不少于 {value}", en: "raised to its least, {value}")
        case .atMost: Phrase(zh: "不超过 {value}", en: "held to its most, {value}")
        case .valveTime: Phrase(zh: "要灌 {value}，阀门最多开 {limit}，减到此数", en: "takes {value}, the valve may be open {limit}: cut to that")
        case .ordered, .orderedTime: Phrase(zh: "灌 {value}", en: "gives {value}")
        case .recipe: Phrase(zh: "{value} 不够施肥和冲洗，要 {limit}", en: "{value} are too little for the dose and its flush, {limit} are needed")
        case .missed: Phrase(zh: "错过 {value}，按设定不补", en: "missed by {value}; by its setting not made up for")
        default: matter.name
        }
        return text.filled(["value": matter.figure(value), "limit": matter.figure(limit)])
    }
}

extension Matter {
    /// What people call it.
    public var name: Phrase {
        switch self {
        case .depletion: Phrase(zh: "亏缺", en: "depletion")
        case .soil: Phrase(zh: "土壤含水量", en: "soil moisture")
        case .rain: Phrase(zh: "降雨", en: "rain")
        case .forecastRain: Phrase(zh: "预报降雨", en: "forecast rain")
        case .wind: Phrase(zh: "风速", en: "wind")
        case .temperature: Phrase(zh: "气温", en: "temperature")
        case .radiation: Phrase(zh: "累计辐射", en: "sun since midnight")
        case .point: Phrase(zh: "测点", en: "point")
        case .deficit: Phrase(zh: "缺水", en: "deficit")
        case .etSinceIrrigation: Phrase(zh: "上次灌后蒸散", en: "ET since the last watering")
        case .adjusted: Phrase(zh: "水量百分比", en: "percentage")
        case .atLeast: Phrase(zh: "至少", en: "least amount")
        case .atMost: Phrase(zh: "至多", en: "most amount")
        case .valveTime: Phrase(zh: "阀门最长开启时间", en: "longest time of its valve")
        case .quota: Phrase(zh: "水量指标", en: "quota")
        case .ordered, .orderedTime: Phrase(zh: "已下达", en: "ordered")
        case .busy: Phrase(zh: "该分区已有一次在灌、一次在等", en: "the zone has one run in hand and one waiting")
        case .unmeasured: Phrase(zh: "按水量灌需要水表或分区流量", en: "a volume needs a meter or the zone's flow")
        case .paused: Phrase(zh: "人工暂停", en: "paused by a person")
        case .rainDelay: Phrase(zh: "因雨停灌", en: "rain delay")
        case .skipNext: Phrase(zh: "人工跳过这一次", en: "a person skipped this start")
        case .stage: Phrase(zh: "不在该生育期", en: "not in this crop stage")
        case .missed: Phrase(zh: "错过", en: "missed")
        case .window: Phrase(zh: "停灌时段", en: "no-water window")
        case .recipe: Phrase(zh: "不够施肥和冲洗", en: "too little water for the dose and its flush")
        }
    }

    /// A number of it, given in its base unit, in the unit people use.
    public func figure(_ base: Double) -> Phrase {
        switch dimension {
        case .fraction: with(.percent, base, 0)
        case .length: with(.millimeter, base, 1)
        case .speed: with(.meterPerSecond, base, 1)
        case .temperature: with(.celsius, base, 1)
        case .irradiation: with(.joulePerSquareCentimeter, base, 0)
        case .volume: Volume(base: base).text
        case .time: Phrase(Duration.seconds(min(max(base.isNaN ? 0 : base, -1e9), 1e9)))
        default: Phrase(base, decimals: 1)
        }
    }
}

extension Unit {
    fileprivate static let percent = known("%")
    fileprivate static let millimeter = known("mm")
    fileprivate static let meterPerSecond = known("m/s")
    fileprivate static let celsius = known("degC")
    fileprivate static let joulePerSquareCentimeter = known("J/cm2")

    private static func known(_ symbol: String) -> Unit {
        guard let unit = Unit(symbol: symbol) else { preconditionFailure("unit \(symbol) is missing") }
        return unit
    }
}
