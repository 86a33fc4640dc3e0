public import Language

public enum Severity: UInt8, Sendable, BitwiseCopyable, CaseIterable, Comparable {
    /// Worth knowing later.
    case info = 0
    /// Somebody should look today.
    case warning = 1
    /// Something was stopped; somebody should look now.
    case critical = 2

    public static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }
}

/// The catalogue of everything that is reported. Raw values are stable and never reused; `docs/events.md` is made from
/// it and held by a golden test.
public enum EventKind: UInt16, Sendable, BitwiseCopyable, CaseIterable {
    // Runs
    case runStarted = 100
    case runEnded = 101
    case runCutShort = 102
    case runRefused = 103
    case runQueued = 104
    case flowSettled = 105
    case runInterruptedByRestart = 106
    case volumeRunStarted = 107
    case volumeShort = 108
    case timeShort = 109
    case runRests = 110
    case runGoesOn = 111
    // Water: meters and filters
    case meterSilent = 112
    case meterCounts = 113
    case meterReset = 114
    case flowLearned = 115
    case flowCalibrated = 116
    case overrunCalibrated = 117
    case calibrationEmpty = 118
    case washStarted = 220
    case washEnded = 221
    case washCutShort = 222
    case filterFouled = 223
    // Programs
    case programStarted = 120
    case programCaughtUp = 121
    case programMissed = 122
    case programWaitsForClock = 123
    case programWaitsForLedger = 124
    case programSkipped = 125
    case zoneSkipped = 126
    case programStartedByHand = 127
    case programAdjusted = 128
    case skipOrdered = 129
    case skipTakenBack = 130
    case pauseBegan = 131
    case pauseStands = 132
    case pauseEnded = 133
    case rainDelayBegan = 134
    case rainDelayEnded = 135
    case windowBegan = 136
    case windowEnded = 137
    case quotaUsedUp = 138
    // Trips and interlocks
    case tripEmergencyStop = 140
    case tripDryRun = 141
    case tripNoFlow = 142
    case tripLeak = 143
    case tripBurst = 144
    case tripMaximumOn = 145
    case tripReadback = 146
    case tripLowFlow = 147
    case tripHighFlow = 148
    case tripStuckValve = 149
    case tripReset = 150
    case resetRefused = 151
    case tripOverPressure = 152
    case tripMotorFault = 153
    case dryRunRetried = 154
    // What is watched and stops nothing
    case lowFlow = 155
    case meterFrozen = 156
    case startsUsedUp = 158
    case outputProven = 200
    // Canal gates
    case gateBlind = 201
    case gateHeld = 202
    case gateReleased = 203
    case gateMoved = 204
    case gateTorque = 205
    case tripGateStuck = 206
    case gateLevelOrdered = 210
    case gateFlowOrdered = 211
    case gateOpeningOrdered = 212
    case gateHoldOrdered = 213
    case gateHoldStands = 214
    case provenByCopy = 215
    // Programs started by hand, against what stands
    case startOverWindow = 216
    case startOverQuota = 217
    case startRefused = 218
    // Water of a day that no zone got
    case waterBeside = 219
    // Field
    case deviceLost = 160
    case deviceReturned = 161
    case pointBad = 162
    case guardLost = 163
    case guardReturned = 164
    case leaseExpired = 165
    case bridgeArmed = 166
    case bridgeReset = 167
    case bridgeTripped = 168
    case bridgeRefused = 169
    case tripBridge = 170
    // Clock, scan, records
    case clockStepped = 180
    case clockUntrusted = 181
    case clockTrusted = 182
    case scanOverrun = 183
    case recordsDropped = 184
    case ledgerUnwritable = 185
    case journalUnwritable = 186
    case databaseSetAside = 187
    case started = 190
    case stopped = 191
    case commandExpired = 192
    case notRealtime = 193
    // Net cages
    case oxygenLow = 300
    case oxygenEmergency = 301
    case oxygenBlind = 302
    case aeratorUnproven = 303
    case oxygenFull = 304
    case oxygenEnough = 305
    case sirenSounds = 306
    case mealStarted = 310
    case mealEnded = 311
    case mealShort = 312
    case mealMissed = 313
    case mealInterrupted = 314
    case lineFault = 320
    case linePurgeOwed = 321
    case linePurged = 322
    case linePushed = 323
    case stockChanged = 330
    case cageLocked = 331
    case cageReleased = 332
    // Water balance
    case balanceBegun = 260
    case balanceCaughtUp = 261
    case balanceWaits = 262
    case probeRejected = 263
    case stationUnusable = 264
    // Set-points
    case setpointNotANumber = 270
    case tripSetpointReadback = 271
    // Fertigation
    case doseStarted = 400
    case doseEnded = 401
    case doseStopped = 402
    case doseShort = 403
    case dosePaused = 404
    case doseGoesOn = 405
    case zoneFlushed = 406
    case notFlushed = 407
    case flushOrdered = 408
    case runExtended = 409
    case doseLeftOut = 410
    case doseInterrupted = 411
    case ceilingReached = 412
    case channelFault = 413
    case tankLow = 414
    case tankSet = 415
    case channelCalibrated = 416
    case channelDrift = 417
    case channelMoved = 418
    case dosingDisabled = 419
    case dosingEnabled = 420
    case rawTooSalty = 421
    case ecDeviates = 422
    case phDeviates = 423
    case tuneStarted = 424
    case tuned = 425
    case tuneFailed = 426
    case tuneAccepted = 427
    case probesDoubted = 428
}

extension EventKind {
    public var severity: Severity {
        switch self {
        case .tripEmergencyStop, .tripDryRun, .tripNoFlow, .tripLeak, .tripBurst, .tripMaximumOn, .tripReadback,
             .tripLowFlow, .tripHighFlow, .tripStuckValve, .tripOverPressure, .tripMotorFault,
             .tripBridge, .tripGateStuck, .tripSetpointReadback, .guardLost, .ledgerUnwritable, .databaseSetAside,
             .leaseExpired, .bridgeRefused, .oxygenEmergency, .aeratorUnproven, .sirenSounds, .lineFault: .critical
        case .runCutShort, .runRefused, .programMissed, .programWaitsForClock, .programWaitsForLedger, .pauseStands,
             .quotaUsedUp, .deviceLost, .pointBad, .clockStepped, .clockUntrusted, .scanOverrun, .recordsDropped,
             .journalUnwritable, .runInterruptedByRestart, .resetRefused, .notRealtime, .meterSilent, .filterFouled,
             .bridgeReset, .bridgeTripped, .balanceWaits, .probeRejected, .stationUnusable, .dryRunRetried, .lowFlow,
             .meterFrozen, .startsUsedUp, .gateBlind, .gateTorque, .setpointNotANumber,
             .gateHoldStands, .provenByCopy, .startOverWindow, .startOverQuota,
             .startRefused, .doseStopped, .doseShort, .notFlushed, .doseLeftOut, .doseInterrupted, .ceilingReached, .channelFault,
             .tankLow, .channelDrift, .dosingDisabled, .rawTooSalty, .ecDeviates, .phDeviates, .tuneFailed, .probesDoubted,
             .oxygenLow, .oxygenBlind, .mealShort, .mealMissed, .mealInterrupted, .linePurgeOwed, .cageLocked: .warning
        default: .info
        }
    }

    /// Whether it lasts, and so has an alarm with states.
    public var isAlarm: Bool {
        switch self {
        case .tripEmergencyStop, .tripDryRun, .tripNoFlow, .tripLeak, .tripBurst, .tripMaximumOn, .tripReadback,
             .tripLowFlow, .tripHighFlow, .tripStuckValve, .tripOverPressure, .tripMotorFault, .lowFlow, .meterFrozen,
             .tripBridge, .startsUsedUp, .guardLost, .deviceLost, .clockUntrusted, .ledgerUnwritable, .journalUnwritable, .scanOverrun,
             .programWaitsForLedger, .recordsDropped, .filterFouled, .gateBlind, .tripGateStuck,
             .doseStopped, .notFlushed, .tankLow, .channelDrift, .dosingDisabled,
             .tripSetpointReadback, .oxygenLow, .oxygenEmergency, .oxygenBlind, .aeratorUnproven, .lineFault: true
        default: false
        }
    }

    /// The trip an event of this kind reports, if it does.
    public init(trip: TripKind) {
        self = switch trip {
        case .emergencyStop: .tripEmergencyStop
        case .dryRun: .tripDryRun
        case .noFlow: .tripNoFlow
        case .leak: .tripLeak
        case .burst: .tripBurst
        case .maximumOn: .tripMaximumOn
        case .readback: .tripReadback
        case .bridge: .tripBridge
        case .lowFlow: .tripLowFlow
        case .highFlow: .tripHighFlow
        case .stuckValve: .tripStuckValve
        case .overPressure: .tripOverPressure
        case .motorFault: .tripMotorFault
        case .gateStuck: .tripGateStuck
        case .setpointReadback: .tripSetpointReadback
        }
    }

    /// The text for people: what, measured against limit, for how long; what was done.
    /// Keys: `{subject}`, `{value}`, `{limit}`, `{duration}`, `{cause}`.
    public var text: Phrase {
        switch self {
        case .runStarted: Phrase(zh: "{subject} 开始灌溉，计划 {duration}（{cause}）", en: "{subject} started watering for {duration} ({cause})")
        case .volumeRunStarted: Phrase(zh: "{subject} 开始灌溉，计划 {value}（{cause}）", en: "{subject} started watering, {value} to give ({cause})")
        case .volumeShort: Phrase(zh: "{subject} 少灌 {value}，应灌 {limit}（{cause}）", en: "{subject} got {value} less than the {limit} asked for ({cause})")
        case .timeShort: Phrase(zh: "{subject} 少灌 {duration}（{cause}）", en: "{subject} got {duration} less than was asked for ({cause})")
        case .runRests: Phrase(zh: "{subject} 间歇：已灌 {duration}，{value}（{cause}）", en: "{subject} rests after {duration} and {value} ({cause})")
        case .runGoesOn: Phrase(zh: "{subject} 接着灌（{cause}）", en: "{subject} goes on ({cause})")
        case .meterSilent: Phrase(zh: "{subject} 的水表 {duration} 没有走字，应有水流过；水量改按时间估算", en: "the meter of {subject} has counted nothing for {duration} though water should flow; volumes are estimated by time")
        case .meterCounts: Phrase(zh: "{subject} 的水表恢复计数", en: "the meter of {subject} counts again")
        case .meterReset: Phrase(zh: "{subject} 的水表读数从 {limit} 回到 {value}（清零或翻转）；水量不受影响", en: "the meter of {subject} went from {limit} back to {value} (reset or wrapped); no volume is booked for that")
        case .flowLearned: Phrase(zh: "{subject} 的流量学得 {value}（原 {limit}）", en: "the flow of {subject} is now known as {value} (before: {limit})")
        case .flowCalibrated: Phrase(zh: "{subject} 标定流量 {value}（现用 {limit}）；认可后才采用", en: "{subject} takes {value} when calibrated (in use: {limit}); it counts once it is accepted")
        case .overrunCalibrated: Phrase(zh: "{subject} 关阀后余水 {value}（现用 {limit}）；认可后才采用", en: "{subject} gets {value} more after its stop (in use: {limit}); it counts once it is accepted")
        case .calibrationEmpty: Phrase(zh: "{subject} 标定没有结果：时间太短、水表没读数或流量没稳定", en: "the calibration of {subject} found nothing: too short, no word of the meter, or the flow did not settle")
        case .washStarted: Phrase(zh: "{subject} 过滤器开始反冲洗", en: "the filter of {subject} begins to wash itself")
        case .washEnded: Phrase(zh: "{subject} 过滤器反冲洗完成：{duration}，约 {value}", en: "the filter of {subject} is washed: {duration}, about {value}")
        case .washCutShort: Phrase(zh: "{subject} 过滤器反冲洗中断，下次有水时重来", en: "the wash of the filter of {subject} was cut short; it begins anew when water flows again")
        case .filterFouled: Phrase(zh: "{subject} 过滤器一小时内反冲洗 {value} 次（上限 {limit}）：已堵，请清洗", en: "the filter of {subject} washed {value} times within an hour (limit {limit}): it is fouled, clean it")
        case .runEnded: Phrase(zh: "{subject} 灌溉结束：{duration}，{value}", en: "{subject} finished: {duration}, {value}")
        case .runCutShort: Phrase(zh: "{subject} 提前停止：已灌 {duration}，{value}（{cause}）", en: "{subject} was cut short after {duration} and {value} ({cause})")
        case .runRefused: Phrase(zh: "{subject} 未能开始（{cause}）", en: "{subject} was not started ({cause})")
        case .runQueued: Phrase(zh: "{subject} 排队等候（{cause}）", en: "{subject} waits ({cause})")
        case .flowSettled: Phrase(zh: "{subject} 流量稳定在 {value}", en: "{subject} flow settled at {value}")
        case .runInterruptedByRestart: Phrase(zh: "{subject} 因控制器重启中断：已灌 {duration}，{value}；不再补灌", en: "{subject} was interrupted by a restart after {duration} and {value}; it is not repeated")
        case .programStarted: Phrase(zh: "程序 {subject} 按时启动", en: "program {subject} started on time")
        case .programCaughtUp: Phrase(zh: "程序 {subject} 补启动，晚了 {duration}", en: "program {subject} caught up, {duration} late")
        case .programMissed: Phrase(zh: "程序 {subject} 错过 {duration}，按设定不补", en: "program {subject} was missed by {duration}; by its setting it is not caught up")
        case .programWaitsForClock: Phrase(zh: "时钟不可信，程序 {subject} 等待", en: "program {subject} waits: the clock is not trusted")
        case .programWaitsForLedger: Phrase(zh: "台账写不进，程序 {subject} 等待", en: "program {subject} waits: the ledger cannot be written")
        case .programSkipped: Phrase(zh: "程序 {subject} 这次不启动（{cause}）", en: "program {subject} was skipped ({cause})")
        case .zoneSkipped: Phrase(zh: "{subject} 这次不灌：{finding}", en: "{subject} is not watered: {finding}")
        case .programStartedByHand: Phrase(zh: "程序 {subject} 由人工启动（{cause}）", en: "program {subject} was started by hand ({cause})")
        case .startOverWindow: Phrase(zh: "程序 {subject} 人工启动，未理会：{cause}", en: "program {subject} was started by hand in spite of: {cause}")
        case .startOverQuota: Phrase(zh: "程序 {subject} 人工启动，超出{cause}：要灌 {value}，只剩 {limit}", en: "program {subject} was started by hand beyond {cause}: {value} to give, {limit} left")
        case .startRefused: Phrase(zh: "程序 {subject} 没有按人工命令启动：{cause}不允许；确要启动，加 --over", en: "program {subject} was not started by hand: {cause} stands against it; --over starts it all the same")
        case .waterBeside: Phrase(zh: "{subject} 前一天水表计 {limit}，其中 {value} 没进分区（反冲洗、漏水、去向不明）；明细：tidegate water --days 2", en: "the meter of {subject} counted {limit} the day before, {value} of it for no zone (backwash, leaks, unassigned); see tidegate water --days 2")
        case .programAdjusted: Phrase(zh: "程序 {subject} 的水量调为 {value}（{cause}）", en: "program {subject} now gives {value} of its water ({cause})")
        case .skipOrdered: Phrase(zh: "程序 {subject} 下一次不启动（{cause}）", en: "program {subject} will skip its next start ({cause})")
        case .skipTakenBack: Phrase(zh: "程序 {subject} 下一次照常启动", en: "program {subject} will not skip its next start")
        case .pauseBegan: Phrase(zh: "{subject} 已暂停自动灌溉（{cause}）", en: "{subject} is paused: no program waters it ({cause})")
        case .pauseStands: Phrase(zh: "{subject} 仍在暂停，不会自动灌溉；恢复用 tidegate resume", en: "{subject} is still paused, no program waters it; tidegate resume ends it")
        case .pauseEnded: Phrase(zh: "{subject} 恢复自动灌溉", en: "{subject} is no longer paused")
        case .rainDelayBegan: Phrase(zh: "因雨停灌 {duration}（{cause}）", en: "rain delay of {duration} ({cause})")
        case .rainDelayEnded: Phrase(zh: "因雨停灌结束", en: "the rain delay is over")
        case .windowBegan: Phrase(zh: "停灌时段开始：{cause}", en: "no-water window begins: {cause}")
        case .windowEnded: Phrase(zh: "停灌时段结束：{cause}", en: "no-water window ends: {cause}")
        case .quotaUsedUp: Phrase(zh: "{subject} 的水量指标 {limit} 已用完（{cause}）", en: "{subject} has used up its quota of {limit} ({cause})")
        case .tripEmergencyStop: Phrase(zh: "急停动作或急停线读不到；全部输出已回安全状态", en: "emergency stop pressed, or its line cannot be read; every output is at its safe state")
        case .tripDryRun: Phrase(zh: "{subject} 缺水（干转）；水泵已停", en: "{subject} ran dry; the pump was stopped")
        case .tripNoFlow: Phrase(zh: "{subject} 无流量：{value}，应不低于 {limit}，持续 {duration}；该分区已关", en: "{subject} no flow: {value}, at least {limit} expected, for {duration}; the zone was closed")
        case .tripLeak: Phrase(zh: "{subject} 漏水：阀门全关仍有 {value}（上限 {limit}），持续 {duration}；主阀与水泵已关", en: "{subject} leaks: {value} with every valve closed (limit {limit}) for {duration}; master valve and pump were closed")
        case .tripBurst: Phrase(zh: "{subject} 流量过大（疑爆管）：{value}，上限 {limit}，持续 {duration}；主阀与水泵已关", en: "{subject} burst: {value}, limit {limit}, for {duration}; master valve and pump were closed")
        case .tripMaximumOn: Phrase(zh: "{subject} 连续动作超过上限 {limit}；已回安全状态", en: "{subject} was on for its maximum of {limit}; it is at its safe state")
        case .tripReadback: Phrase(zh: "{subject} 实际状态与命令不符，持续 {duration}；已停", en: "{subject} is not what it was told to be, for {duration}; stopped")
        case .tripLowFlow: Phrase(zh: "{subject} 流量偏低：{value}，应不低于 {limit}，持续 {duration}；该分区已关，其余继续", en: "{subject} low flow: {value}, at least {limit} expected, for {duration}; the zone was closed, the others go on")
        case .tripHighFlow: Phrase(zh: "{subject} 流量偏高：{value}，上限 {limit}，持续 {duration}；该分区已关，其余继续", en: "{subject} high flow: {value}, limit {limit}, for {duration}; the zone was closed, the others go on")
        case .tripStuckValve: Phrase(zh: "{subject} 的阀门关不严：关阀后仍多出 {value}（上限 {limit}），持续 {duration}；水泵与主阀已关", en: "the valve of {subject} does not close: {value} after it was told to (limit {limit}), for {duration}; pump and master valve were closed")
        case .tripOverPressure: Phrase(zh: "{subject} 超压：{value}，上限 {limit}，持续 {duration}；水泵已停", en: "{subject} has too much pressure: {value}, limit {limit}, for {duration}; the pump was stopped")
        case .tripMotorFault: Phrase(zh: "{subject} 电机故障（{cause}）；已停", en: "{subject} motor fault ({cause}); stopped")
        case .dryRunRetried: Phrase(zh: "{subject} 水位已恢复 {duration}，缺水联锁自动复位", en: "{subject} has had water for {duration}; the dry-run trip was cleared by itself")
        case .lowFlow: Phrase(zh: "{subject} 流量偏低：{value}，应不低于 {limit}，持续 {duration}；继续灌溉", en: "{subject} low flow: {value}, at least {limit} expected, for {duration}; watering goes on")
        case .meterFrozen: Phrase(zh: "{subject} 水表疑似卡住：停水后读数仍是 {value}，{duration} 没有变化", en: "the meter of {subject} seems frozen: it still shows {value}, unchanged {duration} after the water stopped")
        case .outputProven: Phrase(zh: "{subject} 已现场验证（{cause}）", en: "{subject} was proven on the spot ({cause})")
        case .provenByCopy: Phrase(zh: "台账损坏，现场验证取自副本：{limit} 路输出中 {value} 路算已验证；其余要重新验证：tidegate prove", en: "the ledger is lost; by the copy of the proofs {value} of {limit} outputs count as proven, and the others wait for tidegate prove")
        case .startsUsedUp: Phrase(zh: "{subject} 一小时内已启动 {limit} 次，暂不再启动", en: "{subject} has started {limit} times within an hour and is not started for now")
        case .gateBlind: Phrase(zh: "{subject} 停在原位：{cause}", en: "{subject} holds where it is: {cause}")
        case .gateHeld: Phrase(zh: "{subject} 锁定不动：{cause}", en: "{subject} is locked where it is: {cause}")
        case .gateReleased: Phrase(zh: "{subject} 恢复自动调节", en: "{subject} is controlled again")
        case .gateLevelOrdered: Phrase(zh: "{subject} 水位改按 {value} 控制，{duration} 后恢复站点设定（{cause}）", en: "{subject} keeps {value} for {duration}, then its own set-point again ({cause})")
        case .gateFlowOrdered: Phrase(zh: "{subject} 流量改按 {value} 控制，{duration} 后恢复站点设定（{cause}）", en: "{subject} gives {value} for {duration}, then its own set-point again ({cause})")
        case .gateOpeningOrdered: Phrase(zh: "{subject} 开度定在 {value}，{duration} 后恢复自动（{cause}）", en: "{subject} goes to an opening of {value} for {duration}, then it is controlled again ({cause})")
        case .gateHoldOrdered: Phrase(zh: "{subject} 停在原位不动（{cause}）", en: "{subject} stays where it is ({cause})")
        case .gateHoldStands: Phrase(zh: "{subject} 仍停在原位（{cause}）；恢复用 tidegate gate {subject} auto", en: "{subject} is still held where it is ({cause}); tidegate gate {subject} auto ends it")
        case .gateMoved: Phrase(zh: "{subject} 从 {limit} 调到 {value}，用时 {duration}", en: "{subject} was moved from {limit} to {value} in {duration}")
        case .gateTorque: Phrase(zh: "{subject} 过力矩，该方向已停；请清理闸下杂物", en: "{subject} met too much torque and stopped that way; look for debris under it")
        case .tripGateStuck: Phrase(zh: "{subject} 卡住：启闭机动作 {duration}，闸位仍是 {value}；已停，复位前不再动作", en: "{subject} is stuck: driven for {duration}, still at {value}; it stays where it is until it is reset")
        case .tripReset: Phrase(zh: "{subject} 的联锁已复位", en: "trip of {subject} was reset")
        case .resetRefused: Phrase(zh: "{subject} 未复位：原因仍在（{cause}）", en: "{subject} was not reset: the cause is still there ({cause})")
        case .deviceLost: Phrase(zh: "设备 {subject} 无应答", en: "device {subject} does not answer")
        case .deviceReturned: Phrase(zh: "设备 {subject} 恢复", en: "device {subject} is back")
        case .pointBad: Phrase(zh: "测点 {subject} 无可用读数（{cause}）", en: "point {subject} has no usable reading ({cause})")
        case .guardLost: Phrase(zh: "输出守护进程失联；输出由守护按租约回安全状态", en: "the guard cannot be reached; outputs go to their safe state by lease")
        case .guardReturned: Phrase(zh: "输出守护进程恢复", en: "the guard is back")
        case .leaseExpired: Phrase(zh: "{subject} 租约到期，已自动回安全状态", en: "the lease of {subject} ran out; it was driven to its safe state")
        case .bridgeArmed: Phrase(zh: "安全桥 {subject} 已投入：继电器听从控制", en: "bridge {subject} is armed: its relays obey")
        case .bridgeReset: Phrase(zh: "安全桥 {subject} 重新启动（{value}）；继电器先回安全状态", en: "bridge {subject} began anew ({value}); its relays went to their safe states first")
        case .bridgeTripped: Phrase(zh: "安全桥 {subject} 已令继电器回安全状态（{value}）", en: "bridge {subject} took its relays to their safe states ({value})")
        case .bridgeRefused: Phrase(zh: "安全桥 {subject} 不能用（{value}）；它的输出都停在安全状态", en: "bridge {subject} cannot be used ({value}); its outputs stay at their safe states")
        case .tripBridge: Phrase(zh: "安全桥 {subject} 跳停（{value}）；它的输出都停在安全状态，复位前不再动作", en: "bridge {subject} tripped ({value}); its outputs stay at their safe states until it is reset")
        case .clockStepped: Phrase(zh: "时钟跳变 {duration}；正在进行的灌溉不受影响", en: "the clock was stepped by {duration}; running water is not affected")
        case .clockUntrusted: Phrase(zh: "时钟不可信；定时程序暂停，手动可用", en: "the clock is not trusted; timed programs are held, manual runs work")
        case .clockTrusted: Phrase(zh: "时钟可信", en: "the clock is trusted")
        case .scanOverrun: Phrase(zh: "扫描超时 {duration}（周期 {limit}）", en: "scan late by {duration} (period {limit})")
        case .recordsDropped: Phrase(zh: "记录来不及写，丢弃 {value} 条", en: "{value} records were dropped: the journal cannot keep up")
        case .ledgerUnwritable: Phrase(zh: "台账写不进磁盘；定时程序等待，手动与停止可用", en: "the ledger cannot be written; timed programs wait, manual runs and stop work")
        case .journalUnwritable: Phrase(zh: "历史记录写不进磁盘；控制照常", en: "history cannot be written; control goes on")
        case .databaseSetAside: Phrase(zh: "数据库损坏，已另存；已新建", en: "a damaged database was set aside; a new one was begun")
        case .started: Phrase(zh: "控制器启动", en: "the controller started")
        case .stopped: Phrase(zh: "控制器停止", en: "the controller stopped")
        case .commandExpired: Phrase(zh: "命令过期，未执行", en: "a command was too old and was not carried out")
        case .oxygenLow, .oxygenEmergency, .oxygenBlind, .aeratorUnproven, .oxygenFull, .oxygenEnough, .sirenSounds, .mealStarted,
             .mealEnded, .mealShort, .mealMissed, .mealInterrupted, .lineFault, .linePurgeOwed, .linePurged, .linePushed,
             .stockChanged, .cageLocked, .cageReleased: cageText
        case .balanceBegun: Phrase(zh: "{subject} 水量平衡从今天起算", en: "the water balance of {subject} begins today")
        case .balanceCaughtUp: Phrase(zh: "{subject} 水量平衡补算了 {value} 天；没有气象站数据的日子按月平均值", en: "the water balance of {subject} caught up {value} days; days without the station were taken from the averages of the month")
        case .balanceWaits: Phrase(zh: "{subject} 水量平衡的最后一天比时钟超前 {value} 天；等时钟走到那天", en: "the water balance of {subject} is {value} days ahead of the clock; it waits for the clock")
        case .probeRejected: Phrase(zh: "{subject} 土壤探头读数不可信，当天不采用", en: "the soil probe of {subject} is not believed today")
        case .stationUnusable: Phrase(zh: "气象站昨天缺 {value} 小时，改用其他来源", en: "the weather station missed {value} hours of yesterday; another source was taken")
        case .setpointNotANumber: Phrase(zh: "{subject} 的给定值算不出来，已回安全值", en: "{subject} was asked for what is no number; it is at its safe value")
        case .tripSetpointReadback: Phrase(zh: "{subject} 设备里的给定值与下发的不符，持续 {duration}；已停", en: "{subject} is not held by its device as it was told, for {duration}; stopped")
        case .doseStarted: Phrase(zh: "{subject} 开始施肥（{cause}）", en: "{subject} is being dosed ({cause})")
        case .doseEnded: Phrase(zh: "{subject} 本次施入 {value}（计划 {limit}）", en: "{subject} gave {value} ({limit} planned)")
        case .doseStopped: Phrase(zh: "{subject} 停止施肥，继续灌清水（{cause}）", en: "{subject} stopped dosing and goes on with clear water ({cause})")
        case .doseShort: Phrase(zh: "{subject} 少施 {value}，应施 {limit}（{cause}）", en: "{subject} gave {value} less than the {limit} planned ({cause})")
        case .dosePaused: Phrase(zh: "{subject} 暂停施肥（{cause}）", en: "{subject} pauses dosing ({cause})")
        case .doseGoesOn: Phrase(zh: "{subject} 接着施肥", en: "{subject} goes on dosing")
        case .zoneFlushed: Phrase(zh: "{subject} 管道已用清水冲净：{value}", en: "the lines of {subject} are flushed with {value} of clear water")
        case .notFlushed: Phrase(zh: "{subject} 管道里留有肥液，还差 {value} 清水没冲（{cause}）", en: "the lines of {subject} hold fertiliser: {value} of clear water are owed ({cause})")
        case .flushOrdered: Phrase(zh: "{subject} 补冲洗 {value}", en: "{subject} is to be flushed with {value}")
        case .runExtended: Phrase(zh: "{subject} 水量太少，不够施肥和冲洗：加灌 {value}，共 {limit}", en: "{subject} has too little water for the dose and its flush: {value} added, {limit} in all")
        case .doseLeftOut: Phrase(zh: "{subject} 这次不施肥，只灌清水（{cause}）", en: "{subject} gets clear water and no dose ({cause})")
        case .doseInterrupted: Phrase(zh: "{subject} 因控制器重启中断：按已下发的 {value} 计为已施，不再补施", en: "{subject} was interrupted by a restart: {value} that may have been given count as given and are not repeated")
        case .ceilingReached: Phrase(zh: "{subject} 到了用量上限 {limit}", en: "{subject} reached its ceiling of {limit}")
        case .channelFault: Phrase(zh: "{subject} 计量到 {value}，应出 {limit}；全部肥路已停", en: "{subject} gave {value} by its meter, {limit} were ordered; every channel was stopped")
        case .tankLow: Phrase(zh: "{subject} 剩 {value}，低于 {limit}；请补液", en: "{subject} holds {value}, less than {limit}; fill it")
        case .tankSet: Phrase(zh: "{subject} 现有 {value}（{cause}）", en: "{subject} holds {value} now ({cause})")
        case .channelCalibrated: Phrase(zh: "{subject} 标定完成，与上次相差 {value}", en: "{subject} is calibrated, {value} from the time before")
        case .channelDrift: Phrase(zh: "{subject} 出肥量与标定相差 {value}（允许 {limit}）；请重新标定", en: "{subject} gives {value} other than it is calibrated for (limit {limit}); calibrate it")
        case .channelMoved: Phrase(zh: "{subject} 标定动作完成：{duration}，应出约 {value}；请读量筒", en: "{subject} was moved for {duration}, about {value} should have come; read the cylinder")
        case .dosingDisabled: Phrase(zh: "{subject} 施肥已停用（{cause}）", en: "dosing of {subject} is disabled ({cause})")
        case .dosingEnabled: Phrase(zh: "{subject} 施肥已启用（{cause}）", en: "dosing of {subject} is enabled ({cause})")
        case .rawTooSalty: Phrase(zh: "{subject} 原水 EC {value} 已高于配方的 {limit}，本次 EC 不加肥", en: "the raw water of {subject} has {value}, the recipe wants {limit}: nothing is added for EC")
        case .ecDeviates: Phrase(zh: "{subject} EC {value}，应为 {limit}，已偏离 {duration}", en: "EC of {subject} is {value}, {limit} is wanted, for {duration}")
        case .phDeviates: Phrase(zh: "{subject} pH {value}，应为 {limit}，已偏离 {duration}", en: "pH of {subject} is {value}, {limit} is wanted, for {duration}")
        case .tuneStarted: Phrase(zh: "{subject} 开始整定（{cause}）", en: "{subject} begins to tune a loop ({cause})")
        case .tuned: Phrase(zh: "{subject} 整定完成：滞后 {value}，纯延迟 {duration}；认可后才采用", en: "{subject} is tuned: lag {value}, dead time {duration}; it counts once it is accepted")
        case .tuneFailed: Phrase(zh: "{subject} 整定没有结果（{cause}）", en: "the tuning of {subject} found nothing ({cause})")
        case .tuneAccepted: Phrase(zh: "{subject} 采用新的整定结果", en: "{subject} uses what its tuning found")
        case .probesDoubted: Phrase(zh: "{subject} 的探头不可信（{cause}）", en: "the probes of {subject} are not believed ({cause})")
        case .notRealtime: Phrase(zh: "没有实时优先级；扫描可能变慢", en: "no right to real-time priority; the scan may be late")
        }
    }
}
