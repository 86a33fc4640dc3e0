public import Language

/// Why a cage is fed less, or not, or what its feeding waits for. Raw values are stable.
public enum FeedReason: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    // What the water does
    case oxygenLow = 1
    case saturationLow = 2
    case tooWarm = 3
    case tooCold = 4
    case current = 5
    case waves = 6
    case wind = 7
    case sulfide = 8
    case uneaten = 9
    // What cannot be told of it: the same, and 20
    case oxygenUnknown = 21
    case saturationUnknown = 22
    case warmthUnknown = 23
    case coldUnknown = 24
    case currentUnknown = 25
    case wavesUnknown = 26
    case windUnknown = 27
    case sulfideUnknown = 28
    case uneatenUnknown = 29
    // What people ordered, and what the books say
    /// Divers or work in the cage.
    case locked = 40
    /// A fast before or through a treatment, a harvest or work on the net.
    case fasting = 41
    case stopped = 42
    case dayUsedUp = 43
    case clockUnknown = 44
    /// Stock, weight or temperature is not known, or the table has no rate there.
    case noRation = 45
    case ledger = 46
    /// It is well, and has to be so for its time before the cage is fed again.
    case settling = 47
    /// The meal's time had passed when the controller began.
    case notRunning = 48
    // The line
    case lineBusy = 60
    case lineFault = 61
    case purgeOwed = 62
    case siloEmpty = 63
    /// By an interlock, a trip or a missing proof.
    case held = 72
    case selectorStuck = 64
    case positionLost = 65
    case noAir = 66
    case hoseOff = 67
    case lineBlocked = 68
    case hotAir = 69
    case airStays = 70
    case notPurged = 71
    // It goes
    case feeding = 80
    case resting = 81
    case waiting = 82
    // Aeration
    case oxygenEnough = 100
    /// Ahead of need: the night, or a meal that is digested.
    case oxygenLead = 101
    // The depth of a cage
    case depthMoves = 110

    /// Something that must be known is not.
    public var isBlind: Bool { (21..<40).contains(rawValue) || self == .clockUnknown }
}

extension FeedReason {
    public var text: Phrase {
        switch self {
        case .oxygenLow: Phrase(zh: "溶氧低", en: "too little oxygen")
        case .saturationLow: Phrase(zh: "溶氧饱和度低", en: "too low a saturation of oxygen")
        case .tooWarm: Phrase(zh: "水温高", en: "the water is too warm")
        case .tooCold: Phrase(zh: "水温低", en: "the water is too cold")
        case .current: Phrase(zh: "流急", en: "the current is too strong")
        case .waves: Phrase(zh: "浪大", en: "the waves are too high")
        case .wind: Phrase(zh: "风大", en: "the wind is too strong")
        case .sulfide: Phrase(zh: "硫化氢高", en: "too much hydrogen sulfide")
        case .uneaten: Phrase(zh: "残饵多，鱼不抢食", en: "feed is left uneaten")
        case .oxygenUnknown: Phrase(zh: "溶氧读不到", en: "oxygen cannot be read")
        case .saturationUnknown: Phrase(zh: "溶氧饱和度算不出（溶氧、水温或盐度读不到）", en: "saturation cannot be told: oxygen, temperature or salinity cannot be read")
        case .warmthUnknown, .coldUnknown: Phrase(zh: "水温读不到", en: "the temperature of the water cannot be read")
        case .currentUnknown: Phrase(zh: "流速读不到", en: "the current cannot be read")
        case .wavesUnknown: Phrase(zh: "浪高读不到", en: "the waves cannot be read")
        case .windUnknown: Phrase(zh: "风速读不到", en: "the wind cannot be read")
        case .sulfideUnknown: Phrase(zh: "硫化氢读不到", en: "hydrogen sulfide cannot be read")
        case .uneatenUnknown: Phrase(zh: "残饵信号读不到", en: "the signal of uneaten feed cannot be read")
        case .locked: Phrase(zh: "网箱已锁（有人作业）", en: "the cage is locked: people at work")
        case .fasting: Phrase(zh: "停食（处理、起捕或清网）", en: "it fasts (treatment, harvest or work on the net)")
        case .stopped: Phrase(zh: "人工停喂", en: "stopped by hand")
        case .dayUsedUp: Phrase(zh: "今天的投喂上限已用完", en: "the day's limit is used up")
        case .clockUnknown: Phrase(zh: "时钟未校准", en: "the clock is not trusted")
        case .noRation: Phrase(zh: "算不出投喂量（存量、水温未知或超出投喂表）", en: "no ration: stock or temperature is not known, or outside the table")
        case .ledger: Phrase(zh: "等待台账写盘", en: "waits for the ledger")
        case .lineBusy: Phrase(zh: "输料线正在喂别的网箱", en: "the line feeds another cage")
        case .lineFault: Phrase(zh: "输料线故障", en: "the line has a fault")
        case .purgeOwed: Phrase(zh: "管里还有料，要先吹净", en: "feed is left in the pipe and must be blown out first")
        case .held: Phrase(zh: "被联锁挡住", en: "held by an interlock")
        case .siloEmpty: Phrase(zh: "料仓空", en: "the silo is empty")
        case .selectorStuck: Phrase(zh: "分配器没有转到位", en: "the selector does not arrive")
        case .positionLost: Phrase(zh: "分配器位置读不到", en: "the selector's position is lost")
        case .noAir: Phrase(zh: "起不来风", en: "no air")
        case .hoseOff: Phrase(zh: "风压太低，可能脱管", en: "the air is too thin: a hose is off")
        case .lineBlocked: Phrase(zh: "堵管", en: "the pipe is blocked")
        case .hotAir: Phrase(zh: "风温太高", en: "the air is too hot")
        case .airStays: Phrase(zh: "风机停了，管里还有压力", en: "pressure stays though the blower is off")
        case .notPurged: Phrase(zh: "吹不干净", en: "the purge never came clean")
        case .oxygenEnough: Phrase(zh: "溶氧够", en: "enough oxygen")
        case .oxygenLead: Phrase(zh: "夜间或餐后提前增氧", en: "aerated ahead: night, or after a meal")
        case .settling: Phrase(zh: "水况已好，要稳住一段时间才喂", en: "the water is well, and must stay so for its time before it is fed")
        case .notRunning: Phrase(zh: "控制器启动时已过时间", en: "its time had passed when the controller began")
        case .depthMoves: Phrase(zh: "升降到定好的深度", en: "it is moved to its depth")
        case .feeding: Phrase(zh: "正在投喂", en: "feeding")
        case .resting: Phrase(zh: "两餐之间", en: "between two meals")
        case .waiting: Phrase(zh: "等这一餐", en: "waits for its meal")
        }
    }
}
