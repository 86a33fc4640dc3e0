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
    case groupLowFlow = 171
    case groupHighFlow = 172
    case zonesApart = 173
    case zonesWellAlone = 174
    case flowImplausible = 175
    case tripPressureDecay = 176
    case travelCalibrated = 177
    case travelUnmeasured = 178
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
    case siloLow = 333
    case siloSet = 334
    case fastBooked = 335
    case fastOver = 336
    case appetiteSet = 337
    case fishMoved = 338
    case batteryFalls = 360
    case batteryRises = 361
    case batteryLow = 362
    case batteryCritical = 363
    case depthProposed = 350
    case depthMoving = 351
    case depthReached = 352
    case depthStuck = 353
    // Water balance
    case balanceBegun = 260
    case balanceCaughtUp = 261
    case balanceWaits = 262
    case probeRejected = 263
    case stationUnusable = 264
    // Set-points
    case setpointNotANumber = 270
    case tripSetpointReadback = 271
    // Pumps on drives
    case pumpRunsBlind = 272
    case pumpKeepsPressure = 273
    case reliefOpened = 274
    case reliefClosed = 275
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
    // What the interlocks say of dosing
    case tripDoseConductivity = 440
    case tripDoseAcidity = 441
    case tripInjectorLeak = 442
    case tripLeakTray = 443
    case tripOverdose = 444
    case tripDoseUnbalanced = 445
    case tripProbeFrozen = 446
    case stockEmpty = 447
    case doseCeiling = 448
    case probesApart = 449
    case doseRefused = 450
    // What goes upstream
    case uplinkLost = 480
    case uplinkBack = 481
    case uplinkRefused = 482
    case uplinkGaveUp = 483
    case uplinkBudgetSpent = 484
    // Orders and messages from upstream
    case remoteOrderRefused = 490
    case remoteMessageTooLarge = 491
    case birthNumberNotKept = 493
    case remoteMessageUnreadable = 494
}

extension EventKind {
    public var severity: Severity {
        switch self {
        case .tripDoseConductivity, .tripDoseAcidity, .tripInjectorLeak, .tripLeakTray, .tripOverdose, .tripDoseUnbalanced,
             .tripProbeFrozen: .critical
        case .tripEmergencyStop, .tripDryRun, .tripNoFlow, .tripLeak, .tripBurst, .tripMaximumOn, .tripReadback,
             .tripLowFlow, .tripHighFlow, .tripStuckValve, .tripOverPressure, .tripMotorFault, .tripPressureDecay,
             .tripBridge, .tripGateStuck, .tripSetpointReadback, .guardLost, .ledgerUnwritable, .databaseSetAside,
             .leaseExpired, .bridgeRefused, .oxygenEmergency, .aeratorUnproven, .sirenSounds, .lineFault: .critical
        case .runCutShort, .runRefused, .programMissed, .programWaitsForClock, .programWaitsForLedger, .pauseStands,
             .quotaUsedUp, .deviceLost, .pointBad, .clockStepped, .clockUntrusted, .scanOverrun, .recordsDropped,
             .journalUnwritable, .runInterruptedByRestart, .resetRefused, .notRealtime, .meterSilent, .filterFouled,
             .bridgeReset, .bridgeTripped, .balanceWaits, .probeRejected, .stationUnusable, .dryRunRetried, .lowFlow,
             .meterFrozen, .startsUsedUp, .gateBlind, .gateTorque, .setpointNotANumber,
             .pumpRunsBlind, .reliefOpened, .gateHoldStands, .provenByCopy, .startOverWindow, .startOverQuota,
             .startRefused, .doseStopped, .doseShort, .notFlushed, .doseLeftOut, .doseInterrupted, .ceilingReached, .channelFault,
             .tankLow, .channelDrift, .dosingDisabled, .rawTooSalty, .ecDeviates, .phDeviates, .tuneFailed, .probesDoubted,
             .stockEmpty, .doseCeiling, .probesApart, .doseRefused: .warning
        case .oxygenLow, .oxygenBlind, .mealShort, .mealMissed, .mealInterrupted, .linePurgeOwed, .cageLocked, .siloLow,
             .depthStuck, .batteryFalls, .batteryLow: .warning
        case .uplinkLost, .uplinkRefused, .uplinkGaveUp: .warning
        case .batteryCritical: .critical
        case .remoteOrderRefused, .remoteMessageTooLarge, .birthNumberNotKept, .remoteMessageUnreadable: .warning
        case .groupLowFlow, .groupHighFlow, .zonesApart, .zonesWellAlone, .flowImplausible: .warning
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
             .tripSetpointReadback, .doseStopped, .notFlushed, .tankLow, .channelDrift, .dosingDisabled,
             .tripDoseConductivity, .tripDoseAcidity, .tripInjectorLeak, .tripLeakTray, .tripOverdose, .tripDoseUnbalanced,
             .tripProbeFrozen, .stockEmpty, .doseCeiling, .probesApart: true
        case .oxygenLow, .oxygenEmergency, .oxygenBlind, .aeratorUnproven, .lineFault, .siloLow, .batteryLow, .batteryCritical: true
        case .tripPressureDecay, .groupLowFlow, .groupHighFlow, .zonesApart: true
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
        case .pressureDecay: .tripPressureDecay
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
        case .doseConductivity: .tripDoseConductivity
        case .doseAcidity: .tripDoseAcidity
        case .injectorLeak: .tripInjectorLeak
        case .leakTray: .tripLeakTray
        case .overdose: .tripOverdose
        case .doseUnbalanced: .tripDoseUnbalanced
        case .probeFrozen: .tripProbeFrozen
        }
    }
}
