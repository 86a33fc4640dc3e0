import Control
import Interlocks
import ProcessImage
import Quantities

/// What the scan watches besides the water: clock, devices, guard, disk, and itself. Makes the alarms.
struct ScanWatch: ~Copyable {
    private(set) var statistics = ScanStatistics()
    private var alarms: Alarms
    private var clock = ClockWatch()
    private var devices: Dense<DeviceIndex, LinkWatch>
    private var guardLink: LinkWatch?
    private var bridges: Dense<BridgeSlot, BridgeReporter>
    private let period: Duration
    private var begun: Instant?
    private var lastOverrun: Instant?
    private var lastDrop: Instant?
    private var overrunNow = Duration.zero
    private var journalIsWritable = true
    private var reports: Dense<PointIndex, Event>
    private var reportCount = 0

    /// Events the program around the scan may leave between two scans; one more is not taken.
    private static let reportsMax = 16
    /// Good for this long: an overrun or a drop is over.
    private static let calmAfter: Duration = .minutes(1)

    /// - Parameters:
    ///   - supervised, dosing: alarms of the interlocks and of fertigation, each in their order.
    init(plan: borrowing ScanPlan, supervised: [AlarmID], dosing: [AlarmID], restoredAlarms: [(id: AlarmID, state: AlarmState)]) {
        alarms = Alarms(supervised: supervised, devices: plan.tables.devices.count,
                        programs: plan.control.programs.count, sources: plan.control.sources.count,
                        gates: plan.control.gates.count, dosing: dosing, cages: plan.control.feeding.cages.count,
                        lines: plan.control.feeding.lines.count, silos: plan.control.feeding.silos.count,
                        restored: restoredAlarms)
        devices = Dense(plan.deviceOnline.map { LinkWatch(online: $0) })
        guardLink = plan.guardOnline.map { LinkWatch(online: $0) }
        bridges = Dense(plan.interlocks.bridges.map { BridgeReporter(device: $0.device, state: $0.state) })
        period = plan.period
        reports = Dense(repeating: Event(.started, .site), count: Self.reportsMax)
    }

    mutating func report(_ event: Event) {
        guard reportCount < Self.reportsMax else { return }
        reports[reportCount] = event
        reportCount += 1
    }

    /// Looks at everything once a scan.
    mutating func look(_ image: borrowing InputImage, lateness: Duration, journalIsWritable: Bool, dropped: UInt64,
                       _ records: inout RecordBuffer) {
        if begun == nil {
            begun = image.now
            records.event(Event(.started, .site))
        }
        for number in 0..<reportCount { records.event(reports[number]) }
        reportCount = 0
        clock.look(image, &records)
        self.journalIsWritable = journalIsWritable
        count(lateness, at: image.now)
        if dropped > statistics.recordsDropped { lastDrop = image.now }
        statistics.recordsDropped = dropped
    }

    private mutating func count(_ lateness: Duration, at now: Instant) {
        statistics.latest = lateness
        statistics.worst = max(statistics.worst, lateness)
        overrunNow = lateness
        guard lateness > period else { return }
        statistics.overruns &+= 1
        lastOverrun = now
    }

    // MARK: Alarms

    mutating func raiseAlarms(_ image: borrowing InputImage, _ interlocks: borrowing Interlocks,
                              _ control: borrowing IrrigationControl, _ canal: borrowing CanalControl,
                              _ fertigation: borrowing FertigationControl, _ feeding: borrowing FeedingControl,
                              _ records: inout RecordBuffer) {
        for number in 0..<interlocks.alarmCount {
            alarms.update(AlarmSlot(number), isActive: interlocks.alarm(at: number).stands, &records)
        }
        watchLinks(image, &records)
        watchSite(image, &records)
        for number in 0..<control.programCount {
            alarms.update(AlarmSlot(alarms.firstProgram + number),
                          isActive: control.waitsForLedger(ProgramIndex(number)), &records)
        }
        for number in 0..<control.sourceCount {
            alarms.update(AlarmSlot(alarms.firstSource + number), isActive: control.isFouled(SourceIndex(number)), &records)
        }
        for number in 0..<canal.gateCount {
            alarms.update(AlarmSlot(alarms.firstGate + number), isActive: canal.reason(of: GateIndex(number)).isBlind, &records)
        }
        for number in 0..<fertigation.alarmCount {
            alarms.update(AlarmSlot(alarms.firstDosing + number), isActive: fertigation.alarm(at: number, control).stands, &records)
        }
        watchCages(feeding, &records)
        alarms.answer(image, &records)
    }

    private mutating func watchCages(_ feeding: borrowing FeedingControl, _ records: inout RecordBuffer) {
        for number in 0..<feeding.cageCount {
            let oxygen = feeding.oxygen(of: CageIndex(number)), first = alarms.firstCage + number * Alarms.perCage
            alarms.update(AlarmSlot(first), isActive: oxygen.isLow, &records)
            alarms.update(AlarmSlot(first + 1), isActive: oxygen.isEmergency, &records)
            alarms.update(AlarmSlot(first + 2), isActive: oxygen.isBlind, &records)
            alarms.update(AlarmSlot(first + 3), isActive: oxygen.isUnproven, &records)
        }
        for number in 0..<feeding.lineCount {
            alarms.update(AlarmSlot(alarms.firstLine + number), isActive: feeding.fault(of: FeedLineIndex(number)) != nil, &records)
        }
        for number in 0..<feeding.siloCount {
            alarms.update(AlarmSlot(alarms.firstSilo + number), isActive: feeding.status(of: SiloIndex(number)).isLow, &records)
        }
    }

    private mutating func watchLinks(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        let start = begun ?? image.now
        for number in 0..<devices.count {
            let device = Subject.device(DeviceIndex(number))
            devices[number].look(image, since: start, lost: .deviceLost, returned: .deviceReturned, device, &records)
            alarms.update(AlarmSlot(alarms.firstDevice + number), isActive: devices[number].isLost, &records)
        }
        for number in 0..<bridges.count { bridges[number].look(image, &records) }
        guardLink?.look(image, since: start, lost: .guardLost, returned: .guardReturned, .site, &records)
        alarms.update(alarms.guardLost, isActive: guardLink?.isLost ?? false, &records)
    }

    /// The alarms of the site as a whole. Their events come before them, so that a screen has the text.
    private mutating func watchSite(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        alarms.update(alarms.clockUntrusted, isActive: !image.wall.isTrusted, &records)
        raise(alarms.ledgerUnwritable, !image.ledgerIsWritable, Event(.ledgerUnwritable, .site), &records)
        raise(alarms.journalUnwritable, !journalIsWritable, Event(.journalUnwritable, .site), &records)
        raise(alarms.scanOverrun, isRecent(lastOverrun, image.now),
              Event(.scanOverrun, .site, limit: period.seconds, duration: overrunNow), &records)
        raise(alarms.recordsDropped, isRecent(lastDrop, image.now),
              Event(.recordsDropped, .site, value: Double(statistics.recordsDropped)), &records)
    }

    private mutating func raise(_ slot: AlarmSlot, _ isActive: Bool, _ event: Event, _ records: inout RecordBuffer) {
        if isActive, !alarms.isActive(slot) { records.event(event) }
        alarms.update(slot, isActive: isActive, &records)
    }

    private func isRecent(_ moment: Instant?, _ now: Instant) -> Bool {
        guard let moment else { return false }
        return now - moment < Self.calmAfter
    }
}

/// Whether a device, or the guard, can be reached.
struct LinkWatch: BitwiseCopyable {
    let online: DigitalPoint
    private(set) var isLost = false
    private var wasKnown = false
    private var reachedLast: Instant?

    /// A link that has never been known may take this long after the start.
    private static let firstKnownWithin: Duration = .seconds(10)
    /// The point's own limits say when its reading is too old.
    private static let noOlderThan: Duration = .hours(1)

    init(online: DigitalPoint) {
        self.online = online
    }

    mutating func look(_ image: borrowing InputImage, since start: Instant, lost: EventKind, returned: EventKind,
                       _ subject: Subject, _ records: inout RecordBuffer) {
        let isOnline = image.isOn(online, noOlderThan: Self.noOlderThan)
        if isOnline.value != nil { wasKnown = true }
        if isOnline == .known(true) {
            reachedLast = image.now
            if isLost { records.event(Event(returned, subject)) }
            isLost = false
        } else if !isLost, isOnline == .known(false) || wasKnown || image.now - start >= Self.firstKnownWithin {
            isLost = true
            records.event(Event(lost, subject, duration: image.now - (reachedLast ?? start)))
        }
    }
}

struct BridgeSlot: DenseIndex {
    let rawValue: UInt16
}

/// Tells what a safety bridge comes to stand at. A trip is told by the interlocks, which latch it.
struct BridgeReporter: BitwiseCopyable {
    let device: DeviceIndex
    let state: BridgePoint
    private var told: BridgeStanding?

    /// The point's own limits say when its reading is too old.
    private static let noOlderThan: Duration = .hours(1)

    init(device: DeviceIndex, state: BridgePoint) {
        self.device = device
        self.state = state
    }

    mutating func look(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard let now = image.standing(of: state, noOlderThan: Self.noOlderThan).value, now != told else { return }
        told = now
        guard let kind = EventKind(of: now) else { return }
        records.event(Event(kind, .device(device), value: Double(now.rawValue)))
    }
}

extension EventKind {
    fileprivate init?(of standing: BridgeStanding) {
        if standing.needsPerson { return nil }
        if standing == .armed { self = .bridgeArmed }
        else if standing.isReset { self = .bridgeReset }
        else { self = standing.isRefusal ? .bridgeRefused : .bridgeTripped }
    }
}

/// The wall clock against the monotonic one.
struct ClockWatch: BitwiseCopyable {
    private var last: (instant: Instant, wall: WallTime)?

    /// The two clocks may drift apart this far between two scans.
    private static let stepAbove: Duration = .seconds(2)

    mutating func look(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        defer { last = (image.now, image.wall) }
        guard let last else {
            if !image.wall.isTrusted { records.event(Event(.clockUntrusted, .site)) }
            return
        }
        let passed = (image.now - last.instant).nanoseconds
        let shown = image.wall.unixNanoseconds &- last.wall.unixNanoseconds
        let step = Duration.nanoseconds(shown &- passed)
        if step > Self.stepAbove || step < .zero - Self.stepAbove {
            records.event(Event(.clockStepped, .site, duration: step))
        }
        if image.wall.isTrusted != last.wall.isTrusted {
            records.event(Event(image.wall.isTrusted ? .clockTrusted : .clockUntrusted, .site))
        }
    }
}
