import Language
import ProcessImage
import Quantities

/// Orders about fertilising: as the audit keeps them, and what is said when they are done.
extension SiteTables {
    func dosingText(of kind: Command.Kind) -> String {
        switch kind {
        case .fertigate(let zone, let amount, let recipe):
            "run \(tag(of: .zone(zone))) \(amount.text.en) recipe \(recipes[recipe.offset].tag)"
        case .stopDosing(let unit): "dose stop \(tag(of: .dosingUnit(unit)))"
        case .disableDosing(let subject): "dose disable \(tag(of: subject))"
        case .enableDosing(let subject): "dose enable \(tag(of: subject))"
        case .flush(let zone): "flush \(tag(of: .zone(zone)))"
        case .setTank(let tank, let volume): "tank set \(tag(of: .tank(tank))) \(volume.liters) L"
        case .calibrateChannel(let channel, let time): "calibrate channel \(tag(of: .channel(channel))) \(time.components.seconds) s"
        case .calibrateStrokes(let channel, let strokes): "calibrate channel \(tag(of: .channel(channel))) \(strokes) strokes"
        case .acceptCylinder(let channel, let volume):
            "calibrate channel \(tag(of: .channel(channel))) --measured \(volume.liters * 1000) mL"
        case .tune(let unit, let loop): "dose tune \(tag(of: .dosingUnit(unit))) \(loop)"
        case .acceptTuning(let unit): "dose tune --accept \(tag(of: .dosingUnit(unit)))"
        default: "\(kind)"
        }
    }
}

extension Command.Kind {
    var isTuning: Bool { if case .tune = self { true } else { false } }

    /// A channel, a tank or a loop, not the water of a zone.
    var isAboutChannels: Bool {
        switch self {
        case .calibrateChannel, .calibrateStrokes, .acceptCylinder, .tune, .acceptTuning, .setTank, .stopDosing: true
        default: false
        }
    }
}

extension Orders {
    func fertigate(_ zone: ZoneIndex, _ amount: Amount, _ name: String) throws -> Order {
        let tables = context.tables
        guard let recipe = tables.recipes.firstIndex(where: { $0.isNamed(name) }) else {
            throw Answer.unknown(Phrase(zh: "配方", en: "recipe"), code: "unknown-recipe", name, among: tables.recipes.map(\.tag))
        }
        let unit = context.fertigation.units[context.fertigation.recipes[recipe].unit.offset]
        guard unit.source == context.zones[zone.offset].source else {
            throw Answer.refused(409, "other-source", Phrase(zh: "这个配方的水肥机不在该分区的水源上", en: "the recipe's dosing unit is not on this zone's source"),
                                 Phrase(zh: "换一个配方：tidegate recipe list", en: "Use another recipe: tidegate recipe list"))
        }
        return Order(kind: .fertigate(zone, amount, RecipeIndex(recipe)), about: tables.name(of: .zone(zone)))
    }

    /// Orders to units, channels and tanks.
    func ofDosing(_ request: CommandRequest) throws -> Order {
        switch request.command {
        case .flush:
            let zone = try zone(request.zone)
            return Order(kind: .flush(zone), about: context.tables.name(of: .zone(zone)))
        case .tankSet: return try setTank(request)
        case .calibrateChannel: return try moveForCylinder(request)
        case .acceptCylinder:
            let channel = try context.channel(named: given(request.subject, "subject"))
            guard let liters = request.liters, liters > 0, liters <= 1_000 else { throw Self.range("liters", "0", "1000") }
            return Order(kind: .acceptCylinder(channel, .liters(liters)), about: context.tables.name(of: .channel(channel)))
        case .doseDisable, .doseEnable:
            let subject = try context.dosed(named: request.subject)
            return Order(kind: request.command == .doseDisable ? .disableDosing(subject) : .enableDosing(subject),
                         about: context.tables.name(of: subject))
        default:
            let unit = try context.dosingUnit(named: request.subject)
            return Order(kind: try ofUnit(unit, request), about: context.tables.name(of: .dosingUnit(unit)))
        }
    }

    private func ofUnit(_ unit: DosingUnitIndex, _ request: CommandRequest) throws -> Command.Kind {
        if request.command == .acceptTuning { return .acceptTuning(unit) }
        guard request.command == .tune else { return .stopDosing(unit) }
        guard let loop = DosingLoop.allCases.first(where: { "\($0)" == request.what }) else {
            throw Answer.refused(400, "bad-what", Phrase(zh: "what 只可取 ec、ph", en: "what is ec or ph"))
        }
        return .tune(unit, loop)
    }

    private func setTank(_ request: CommandRequest) throws -> Order {
        let tank = try context.tank(named: given(request.subject, "subject"))
        let capacity = context.fertigation.tanks[tank.offset].capacity
        guard let liters = request.liters, liters >= 0, liters <= capacity.liters else {
            throw Self.range("liters", "0", "\(capacity.liters)")
        }
        // One line: the note stands behind a colon in the audit.
        let note = String((request.seen ?? "").prefix(200)).split(whereSeparator: \.isNewline).joined(separator: " ")
        return Order(kind: .setTank(tank, .liters(liters)), about: context.tables.name(of: .tank(tank)), note: note)
    }

    private func moveForCylinder(_ request: CommandRequest) throws -> Order {
        let channel = try context.channel(named: given(request.subject, "subject"))
        let about = context.tables.name(of: .channel(channel))
        guard context.fertigation.channels[channel.offset].rate.stroke == nil else {
            guard let strokes = request.strokes, (1...Limits.cylinderStrokesMax).contains(strokes) else {
                throw Self.range("strokes", "1", "\(Limits.cylinderStrokesMax)")
            }
            return Order(kind: .calibrateStrokes(channel, strokes), about: about)
        }
        guard let seconds = request.forSeconds, seconds >= 1, seconds <= Limits.cylinderMax.seconds else {
            throw Self.range("forSeconds", "1", "\(Int(Limits.cylinderMax.seconds))")
        }
        return Order(kind: .calibrateChannel(channel, for: .milliseconds(Int64(seconds * 1000))), about: about)
    }

    private static func range(_ key: String, _ low: String, _ high: String) -> Answer {
        .refused(400, "\(key)-range", Phrase(zh: "\(key) 须在 \(low) 到 \(high) 之间", en: "\(key) must be between \(low) and \(high)"))
    }

    func dosingDone(_ kind: Command.Kind) -> Phrase {
        switch kind {
        case .fertigate: Phrase(zh: "{about} 开始灌溉施肥", en: "{about} starts watering with its recipe")
        case .stopDosing: Phrase(zh: "{about} 停止施肥，继续灌清水冲洗", en: "{about} doses no more; clear water goes on")
        case .disableDosing: Phrase(zh: "{about} 施肥已停用，直到 tidegate dose enable", en: "dosing of {about} is disabled until tidegate dose enable")
        case .enableDosing: Phrase(zh: "{about} 施肥已启用", en: "dosing of {about} is enabled")
        case .flush: Phrase(zh: "{about} 开始冲洗", en: "{about} is being flushed")
        case .setTank(_, let volume):
            Phrase(zh: "{about} 记为 {volume} L", en: "{about} holds {volume} L now").filled(["volume": Phrase(volume.liters, decimals: 1)])
        case .calibrateChannel, .calibrateStrokes: Phrase(zh: "{about} 开始动作，请看量筒", en: "{about} moves; watch the cylinder")
        case .acceptCylinder: Phrase(zh: "{about} 已采用量筒读数", en: "{about} is calibrated by what the cylinder showed")
        case .tune: Phrase(zh: "{about} 开始整定", en: "{about} begins to tune")
        case .acceptTuning: Phrase(zh: "{about} 采用整定结果", en: "{about} uses what its tuning found")
        default: Phrase(zh: "{about} 已执行", en: "{about}: done")
        }
    }
}

// MARK: Names

extension Context {
    /// A dosing unit by tag or name; without one the only one.
    func dosingUnit(named text: String?) throws -> DosingUnitIndex {
        guard let text, !text.isEmpty else {
            if tables.dosingUnits.count == 1 { return DosingUnitIndex(0) }
            throw tables.dosingUnits.isEmpty
                ? Answer.refused(404, "no-dosing", Phrase(zh: "本站没有水肥机", en: "this site has no dosing unit"))
                : Answer.refused(400, "missing-subject", Phrase(zh: "要写明哪台水肥机", en: "say which dosing unit"),
                                 Phrase(verbatim: tables.dosingUnits.map(\.tag).joined(separator: ", ")))
        }
        if let unit = tables.dosingUnits.firstIndex(where: { $0.isNamed(text) }) { return DosingUnitIndex(unit) }
        throw Answer.unknown(Phrase(zh: "水肥机", en: "dosing unit"), code: "unknown-dosing-unit", text, among: tables.dosingUnits.map(\.tag))
    }

    func channel(named text: String) throws -> ChannelIndex {
        if let channel = tables.channels.firstIndex(where: { $0.isNamed(text) }) { return ChannelIndex(channel) }
        throw Answer.unknown(Phrase(zh: "施肥通道", en: "channel"), code: "unknown-channel", text, among: tables.channels.map(\.tag))
    }

    func tank(named text: String) throws -> TankIndex {
        if let tank = tables.tanks.firstIndex(where: { $0.isNamed(text) }) { return TankIndex(tank) }
        throw Answer.unknown(Phrase(zh: "母液桶", en: "tank"), code: "unknown-tank", text, among: tables.tanks.map(\.tag))
    }

    /// A dosing unit or one of the channels.
    func dosed(named text: String?) throws -> Subject {
        if let text, let channel = tables.channels.firstIndex(where: { $0.isNamed(text) }) { return .channel(ChannelIndex(channel)) }
        return .dosingUnit(try dosingUnit(named: text))
    }
}
