public import Language

/// Names and sentences for what the core only knows by index.
extension SiteTables {
    /// What people call it. A number this site does not have (a record of an earlier site file) is shown as a number.
    public func name(of subject: Subject) -> Phrase {
        switch subject {
        case .site: site.name
        case .zone(let zone): name(zones, zone.offset)
        case .source(let source): name(sources, source.offset)
        case .program(let program): name(programs, program.offset)
        case .device(let device): name(devices, device.offset)
        case .gate(let gate): name(gates, gate.offset)
        case .dosingUnit(let unit): name(dosingUnits, unit.offset)
        case .channel(let channel): name(channels, channel.offset)
        case .tank(let tank): name(tanks, tank.offset)
        case .cage(let cage): name(cages, cage.offset)
        case .line(let line): name(feedLines, line.offset)
        case .silo(let silo): name(silos, silo.offset)
        case .output(let output):
            outputs.indices.contains(output.offset) ? outputs[output.offset].label.name : Phrase(verbatim: "#\(output.offset)")
        case .point(let point):
            points.indices.contains(point.offset) ? points[point.offset].label.name : Phrase(verbatim: "#\(point.offset)")
        }
    }

    private func name(_ labels: [Label], _ offset: Int) -> Phrase {
        labels.indices.contains(offset) ? labels[offset].name : Phrase(verbatim: "#\(offset)")
    }

    /// A cause as people say it, such as "program morning-drip" or "no flow in east-1".
    public func text(of cause: Cause) -> Phrase {
        switch cause {
        case .idle: Phrase(zh: "无需动作", en: "nothing asks for it")
        case .program(let program):
            Phrase(zh: "程序 {name}", en: "program {name}").filled(["name": name(of: .program(program))])
        case .manual(let command):
            Phrase(zh: "手动（命令 {number}）", en: "by hand (command {number})").filled(["number": Phrase(verbatim: "\(command)")])
        case .needed(let zone):
            Phrase(zh: "{name} 要用水", en: "needed by {name}").filled(["name": name(of: .zone(zone))])
        case .stopping: Phrase(zh: "按顺序关闭", en: "closing in order")
        case .trip(let trip): text(of: trip)
        case .interlock(let interlock): interlock.text
        case .matter(let matter, let index): text(of: matter, index)
        case .gate(let reason): reason.text
        case .dosing(let reason): reason.text
        case .feed(let reason): reason.text
        }
    }

    /// A trip with what it is about, such as "no flow in east-1".
    public func text(of trip: TripID) -> Phrase {
        if trip.subject == .site { return trip.kind.text }
        return Phrase(zh: "{name} {kind}", en: "{kind} in {name}")
            .filled(["name": name(of: trip.subject), "kind": trip.kind.text])
    }

    /// The catalogue's sentence with its names and numbers, units included.
    public func text(of event: Event) -> Phrase {
        event.kind.text.filled([
            "subject": name(of: event.subject), "cause": text(of: event.cause), "duration": Phrase(event.duration),
            "value": event.kind.measure.text(event.value), "limit": event.kind.limitMeasure.text(event.limit),
            "finding": text(of: event.finding), "zone": zone(of: event.cause),
        ])
    }
}

extension SiteTables {
    private func zone(of cause: Cause) -> Phrase {
        if case .needed(let zone) = cause { name(of: .zone(zone)) } else { Phrase(zh: "管路", en: "the line") }
    }
}

extension Event {
    /// What a zone was skipped for, as far as an event holds it: the stretch of time is in `duration`.
    fileprivate var finding: Finding {
        guard case .matter(let matter, let index) = cause else { return Finding(.missed, .skips) }
        let hours = UInt16(clamping: duration.components.seconds / 3600)
        return Finding(matter, .skips, value: value, limit: limit, index: index, hours: hours)
    }
}

/// What the bare numbers of an event measure.
private enum Measure {
    /// m3/h
    case flow
    /// m3
    case volume
    /// kPa
    case pressure
    case count
    /// s
    case time
    case percent
    /// A `BridgeStanding`.
    case standing
    /// cm
    case opening
    /// m
    case level
    /// m3/s
    case canalFlow
    /// mS/cm
    case conductivity
    case acidity
    /// L of stock
    case stock
    /// L/m3
    case dose
    /// mg/L
    case oxygen
    /// kg
    case feed
    /// V
    case voltage
    /// A `RemoteRefusal`.
    case refusal
    /// A code by which a broker refuses: see `BrokerAnswer`.
    case brokerAnswer
    /// KiB
    case bytes

    func text(_ number: Double) -> Phrase {
        guard number.isFinite else { return Phrase(zh: "未测到", en: "not measured") }
        switch self {
        case .flow: return with("m3/h", number, abs(number) < 10 ? 2 : 1)
        case .volume: return with("m3", number, abs(number) < 100 ? 2 : 1)
        case .pressure: return with("kPa", number, 0)
        case .opening: return with("cm", number, 1)
        case .level: return with("m", number, 2)
        case .canalFlow: return with("m3/s", number, 2)
        case .conductivity: return with("mS/cm", number, 2)
        case .acidity: return Phrase(number, decimals: 2)
        case .dose: return with("L/m3", number, number < 10 ? 2 : 1)
        case .stock: return abs(number) < 1 ? with("mL", number * 1000, 0) : with("L", number, abs(number) < 100 ? 2 : 0)
        case .oxygen: return with("mg/L", number, 1)
        case .voltage: return with("V", number, 1)
        case .feed: return with("kg", number, abs(number) < 10 ? 2 : abs(number) < 1000 ? 1 : 0)
        case .count: return Phrase(number, decimals: 0)
        case .percent: return with("%", number, 0)
        case .bytes: return with("KiB", number, 0)
        case .time: return Phrase(Duration.seconds(min(max(number, -1e9), 1e9)))
        case .standing:
            return UInt8(exactly: number).flatMap(BridgeStanding.init(rawValue:))?.text ?? Self.unknown
        case .refusal: return UInt8(exactly: number).flatMap(RemoteRefusal.init(rawValue:))?.text ?? Self.unknown
        case .brokerAnswer: return BrokerAnswer(code: UInt8(min(max(number, 0), 255))).text
        }
    }

    private static let unknown = Phrase(zh: "原因不明", en: "cause unknown")

    private func with(_ unit: String, _ number: Double, _ decimals: Int) -> Phrase {
        Phrase(verbatim: "\(Phrase(number, decimals: decimals).en) \(unit)")
    }
}

extension EventKind {
    fileprivate var measure: Measure {
        switch self {
        case .tripNoFlow, .tripLeak, .tripBurst, .tripLowFlow, .tripHighFlow, .tripStuckValve, .lowFlow, .meterFrozen,
             .groupLowFlow, .groupHighFlow, .flowImplausible, .flowSettled, .flowLearned, .flowCalibrated: .flow
        case .runEnded, .runCutShort, .runInterruptedByRestart, .volumeRunStarted, .volumeShort, .runRests, .meterReset,
             .washEnded, .overrunCalibrated, .quotaUsedUp, .startOverQuota, .startRefused, .waterBeside: .volume
        case .zoneFlushed, .notFlushed, .flushOrdered, .runExtended: .volume
        case .doseEnded, .doseShort, .doseInterrupted, .ceilingReached, .channelFault, .tankLow, .tankSet, .channelMoved: .stock
        case .rawTooSalty, .ecDeviates, .tripDoseConductivity: .conductivity
        case .phDeviates, .tripDoseAcidity, .tripProbeFrozen, .probesApart: .acidity
        case .tripInjectorLeak, .tripDoseUnbalanced: .stock
        case .tripOverdose: .dose
        case .tuned, .travelCalibrated: .time
        case .programAdjusted, .zonesWellAlone, .pumpRunsBlind, .channelCalibrated, .channelDrift, .appetiteSet: .percent
        case .bridgeReset, .bridgeTripped, .bridgeRefused, .tripBridge: .standing
        case .batteryFalls, .batteryRises: .voltage
        case .oxygenLow, .oxygenEmergency, .oxygenBlind, .aeratorUnproven, .oxygenFull, .oxygenEnough, .sirenSounds: .oxygen
        case .mealStarted, .mealEnded, .mealShort, .mealInterrupted, .stockChanged, .siloLow, .siloSet: .feed
        case .gateMoved, .tripGateStuck, .gateOpeningOrdered: .opening
        case .gateLevelOrdered, .depthProposed, .depthMoving, .depthReached, .depthStuck: .level
        case .gateFlowOrdered: .canalFlow
        case .remoteOrderRefused: .refusal
        case .uplinkRefused: .brokerAnswer
        case .remoteMessageTooLarge: .bytes
        case .tripOverPressure, .tripPressureDecay, .pumpKeepsPressure, .reliefOpened, .reliefClosed: .pressure
        default: .count
        }
    }

    fileprivate var limitMeasure: Measure {
        switch self {
        case .tripMaximumOn, .scanOverrun: .time
        default: measure
        }
    }
}
