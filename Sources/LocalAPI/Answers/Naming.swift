import Language
import ProcessImage

/// How things are called on the wire and by people who type.
extension SiteTables {
    func label(of subject: Subject) -> WireLabel {
        WireLabel(tag: tag(of: subject), name: WireText(name(of: subject)))
    }

    func label(of zone: ZoneIndex) -> WireLabel { label(of: .zone(zone)) }

    func tag(of subject: Subject) -> String {
        switch subject {
        case .site: "site"
        case .zone(let zone): zones[zone.offset].tag
        case .source(let source): sources[source.offset].tag
        case .output(let output): outputs[output.offset].tag
        case .point(let point): points[point.offset].tag
        case .program(let program): programs[program.offset].tag
        case .device(let device): devices[device.offset].tag
        case .gate(let gate): gates[gate.offset].tag
        case .dosingUnit(let unit): dosingUnits[unit.offset].tag
        case .channel(let channel): channels[channel.offset].tag
        case .tank(let tank): tanks[tank.offset].tag
        case .cage(let cage): cages[cage.offset].tag
        case .line(let line): feedLines[line.offset].tag
        case .silo(let silo): silos[silo.offset].tag
        }
    }

    /// Everything of the site that can trip or be alarmed about.
    var subjects: [Subject] {
        [.site] + zones.indices.map { .zone(ZoneIndex($0)) } + sources.indices.map { .source(SourceIndex($0)) }
            + outputs.indices.map { .output(OutputIndex($0)) } + points.indices.map { .point(PointIndex($0)) }
            + programs.indices.map { .program(ProgramIndex($0)) } + devices.indices.map { .device(DeviceIndex($0)) }
            + gates.indices.map { .gate(GateIndex($0)) } + dosingUnits.indices.map { .dosingUnit(DosingUnitIndex($0)) }
            + channels.indices.map { .channel(ChannelIndex($0)) } + tanks.indices.map { .tank(TankIndex($0)) }
            + cages.indices.map { .cage(CageIndex($0)) } + feedLines.indices.map { .line(FeedLineIndex($0)) }
            + silos.indices.map { .silo(SiloIndex($0)) }
    }

    /// Stable while the site file keeps its tags: `tripNoFlow/west-2`.
    func identifier(of alarm: AlarmID) -> String { "\(alarm.kind)/\(tag(of: alarm.subject))" }

    /// Whether a person who typed `text` means this subject: by tag, or a name in either language.
    func isNamed(_ subject: Subject, _ text: String) -> Bool {
        let name = name(of: subject)
        return tag(of: subject) == text || name.zh == text || name.en == text
    }
}

extension EventKind {
    /// The trip this event reports, if it is one.
    var trip: TripKind? { TripKind.allCases.first { EventKind(trip: $0) == self } }

    /// What somebody at the site should do about it. `{subject}`: the tag to type.
    var remedy: Phrase? {
        switch self {
        case .tripEmergencyStop: Phrase(zh: "确认现场安全，松开急停按钮并检查急停接线，然后 tidegate reset site", en: "See that all is safe, release the button and check its wire, then: tidegate reset site")
        case .tripDryRun: Phrase(zh: "看水源水位与液位开关，有水后 tidegate reset {subject}", en: "Look at the water level and its switch; when there is water: tidegate reset {subject}")
        case .filterFouled: Phrase(zh: "停水后拆洗滤芯，并看压差开关是否卡住；一小时后自动恢复", en: "With the water off, take the elements out and clean them, and look whether the difference switch is stuck; it goes on by itself after an hour")
        case .tripNoFlow: Phrase(zh: "看过滤器、阀门与水泵，然后 tidegate reset {subject}", en: "Look at the filter, the valve and the pump, then: tidegate reset {subject}")
        case .tripLeak: Phrase(zh: "查漏水或关不严的阀门，然后 tidegate reset {subject}", en: "Look for a leak or a valve that does not close, then: tidegate reset {subject}")
        case .tripPressureDecay: Phrase(zh: "沿主管查漏，看主阀与各分区阀是否关严；修好后 tidegate reset {subject}", en: "Walk the main and look for a leak, and for a master or zone valve that does not close; when mended: tidegate reset {subject}")
        case .groupLowFlow, .groupHighFlow: Phrase(zh: "看水泵、过滤器和正在灌的分区；要自动逐个排查，给分区写 low-flow-then: stop 或 high-flow", en: "Look at pump, filter and the zones that water; to have the bad one found, give the zones low-flow-then: stop or high-flow")
        case .zonesApart: Phrase(zh: "不用动；查明后自动恢复同灌", en: "Nothing to do: they water together again once the bad one is found")
        case .tripBurst: Phrase(zh: "查爆管或脱落的接头，修好后 tidegate reset {subject}", en: "Look for a burst pipe or an open joint; when mended: tidegate reset {subject}")
        case .tripMaximumOn: Phrase(zh: "查为何一直开着；确认后 tidegate reset {subject}", en: "Find out why it stayed on, then: tidegate reset {subject}")
        case .tripReadback: Phrase(zh: "查继电器、接线与手动开关，然后 tidegate reset {subject}", en: "Look at the relay, its wires and any hand switch, then: tidegate reset {subject}")
        case .tripBridge: Phrase(zh: "看安全桥的电源、接线与温度，查它所带的设备；查明后 tidegate reset {subject}", en: "Look at the bridge's supply, wires and heat, and at what hangs on it; when the cause is found: tidegate reset {subject}")
        case .tripLowFlow, .lowFlow: Phrase(zh: "看过滤器、滴头与支管是否堵塞；若已停，清理后 tidegate reset {subject}", en: "Look for a clogged filter, drippers or lateral; if it was stopped, then: tidegate reset {subject}")
        case .tripHighFlow: Phrase(zh: "查该分区支管、滴头是否脱落或破裂，修好后 tidegate reset {subject}", en: "Look for a torn lateral or a lost dripper in this zone; when mended: tidegate reset {subject}")
        case .tripStuckValve: Phrase(zh: "查该分区阀门是否被杂物卡住、手动旋钮是否打开，然后 tidegate reset {subject}", en: "Look for dirt in the zone's valve or an open bleed screw, then: tidegate reset {subject}")
        case .tripOverPressure: Phrase(zh: "看下游阀门是否都关了、过滤器是否堵、变频压力设定，然后 tidegate reset {subject}", en: "Look for closed valves, a clogged filter or a wrong drive set-point, then: tidegate reset {subject}")
        case .tripMotorFault: Phrase(zh: "看电机保护器或变频器的故障码，排除后 tidegate reset {subject}", en: "Read the fault on the motor's protection or drive; when mended: tidegate reset {subject}")
        case .tripGateStuck: Phrase(zh: "看闸槽有无杂物或冰、启闭机与闸位计接线；排除后 tidegate reset {subject}", en: "Look for debris or ice in its slots, at the drive and at the position's wires; when mended: tidegate reset {subject}")
        case .gateBlind: Phrase(zh: "查水位计、闸位计或流量计；读数恢复后自动调节", en: "Look at its gauges, position and meter; it is controlled again once they can be read")
        case .meterFrozen: Phrase(zh: "看水表叶轮与信号线；读数变化后自动解除", en: "Look at the meter's wheel and its wire; it clears when the reading changes")
        case .startsUsedUp: Phrase(zh: "查为何频繁启停：漏水、压力设定、程序太碎", en: "Find out why it starts so often: a leak, the pressure setting, programs in small pieces")
        case .tripDoseConductivity, .tripDoseAcidity: Phrase(zh: "看母液浓度、注肥器与探头；先用清水冲净，再 tidegate reset {subject}", en: "Look at stock, injectors and probes; flush with clear water, then: tidegate reset {subject}")
        case .tripInjectorLeak: Phrase(zh: "关母液阀，查单向阀与注肥器是否关严；修好后 tidegate reset {subject}", en: "Close the stock valve; see that check valve and injector close; when mended: tidegate reset {subject}")
        case .tripLeakTray: Phrase(zh: "查漏的桶、管或泵（酸液戴护具），擦干接液盘，再 tidegate reset {subject}", en: "Find the leaking tank, hose or pump (gloves and goggles: acid), dry the tray, then: tidegate reset {subject}")
        case .tripOverdose: Phrase(zh: "查配方用量、探头与标定；查明后 tidegate reset {subject}", en: "Look at the recipe, the probes and the calibration; when the cause is found: tidegate reset {subject}")
        case .tripDoseUnbalanced: Phrase(zh: "查哪一路堵塞或进气、施肥通道流量计是否走字；然后 tidegate reset {subject}", en: "See which channel is clogged or draws air and whether its meter counts, then: tidegate reset {subject}")
        case .tripProbeFrozen: Phrase(zh: "清洗探头，用标准液校一次，再 tidegate reset {subject}", en: "Clean the probe and check it in a standard solution, then: tidegate reset {subject}")
        case .stockEmpty: Phrase(zh: "配好母液补桶，看液位计；补好后自动恢复", en: "Fill the tank, look at its level gauge; it goes on by itself")
        case .probesApart: Phrase(zh: "两支探头都清洗、校一次；读数接近后自动恢复", en: "Clean both probes and check them in a standard solution; dosing goes on once they agree")
        case .doseCeiling: Phrase(zh: "查为何用这么多：配方、标定、漏肥；到时自动恢复", en: "Find out why it takes so much: recipe, calibration, a leak; it goes on when its time has passed")
        case .deviceLost: Phrase(zh: "查该设备的电源、接线与地址；恢复后自动继续。试读：tidegate bus", en: "Look at its power, wires and address; polling goes on by itself. To test: tidegate bus")
        case .guardLost: Phrase(zh: "查 tidegate-guard 是否运行：systemctl status tidegate-guard", en: "See whether it runs: systemctl status tidegate-guard")
        case .clockUntrusted: Phrase(zh: "接通网络对时，或 date -s 设好时间；手动灌溉照常可用", en: "Connect a time source, or set the clock with date -s; manual runs work meanwhile")
        case .ledgerUnwritable, .journalUnwritable, .programWaitsForLedger: Phrase(zh: "查磁盘空间与健康：tidegate doctor", en: "Look at disk space and health: tidegate doctor")
        case .batteryLow, .batteryCritical: Phrase(zh: "查充电器、太阳能板或岸电；增氧和告警照常运行", en: "Look at the charger, the panels or shore power; aeration and alarms go on")
        case .scanOverrun, .recordsDropped: Phrase(zh: "机器太忙；看 tidegate doctor", en: "The machine is too busy; see tidegate doctor")
        default: nil
        }
    }
}
