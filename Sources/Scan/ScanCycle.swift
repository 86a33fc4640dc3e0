import Control
import Interlocks
public import ProcessImage
public import Quantities

/// One turn: latch → control → interlocks → commit → record. The same code runs in the daemon's scan thread and in the
/// simulator's virtual time. It owns no clock: `now` and `wall` come with each call.
///
/// All memory is taken at `init`; a turn allocates nothing, takes no lock and waits for nobody.
public struct ScanCycle<Field: FieldPort & ~Copyable, Records: RecordPort & ~Copyable>: ~Copyable {
    public var field: Field
    public var records: Records

    private let inbox: CommandInbox
    private let twin: ControlTwin
    private var image: InputImage
    private var control: IrrigationControl
    private var canal: CanalControl
    private var fertigation: FertigationControl
    private var feeding: FeedingControl
    private var demands: Demands
    private var interlocks: Interlocks
    private var watch: ScanWatch
    private var recorder: Recorder
    private var cages: CageRecorder
    private var buffer: RecordBuffer

    public init(plan: ScanPlan, restored: Restored, inbox: CommandInbox, twin: ControlTwin = ControlTwin(),
                field: consuming Field, records: consuming Records) {
        self.field = field
        self.records = records
        self.inbox = inbox
        self.twin = twin
        image = InputImage(tables: plan.tables)
        control = IrrigationControl(plan: plan.control, restored: restored)
        canal = CanalControl(plan.control.gates, clock: plan.control.clock, restored: restored)
        fertigation = FertigationControl(plan: plan.control, restored: restored)
        feeding = FeedingControl(plan.control.feeding, clock: plan.control.clock, sun: plan.control.sun, restored: restored)
        cages = CageRecorder(plan.control.feeding)
        demands = Demands(outputs: plan.tables.outputs, setpoints: plan.tables.setpoints)
        let interlocks = Interlocks(plan: plan.interlocks, restored: restored)
        var supervised: [AlarmID] = []
        for number in 0..<interlocks.alarmCount { supervised.append(interlocks.alarm(at: number).id) }
        self.interlocks = interlocks
        var dosing: [AlarmID] = []
        for number in 0..<fertigation.alarmCount { dosing.append(fertigation.alarm(at: number, control).id) }
        watch = ScanWatch(plan: plan, supervised: supervised, dosing: dosing, restoredAlarms: restored.alarms)
        recorder = Recorder(tables: plan.tables, control: plan.control, period: plan.period)
        buffer = RecordBuffer(capacity: min(plan.tables.points.count + 2_048, Limits.recordsPerScanMax))
    }

    /// One scan.
    /// - Parameter lateness: how long after its due moment the scan began.
    public mutating func run(at now: Instant, wall: WallTime, lateness: Duration) {
        buffer.clear()
        latch(now, wall)
        demands.reset()
        // Irrigation behind the canal: an output that somebody proves is demanded by it, whosever it is. Dosing follows its water.
        canal.step(image, &demands, &buffer)
        feeding.step(image, &demands, &buffer)
        control.step(image, &demands, &buffer)
        fertigation.step(&control, image, &demands, &buffer)
        interlocks.judge(demands, image, &buffer)
        field.commit(interlocks.outputs, at: now)
        watch.look(image, lateness: lateness, journalIsWritable: records.journalIsWritable,
                   dropped: records.dropped &+ buffer.dropped, &buffer)
        watch.raiseAlarms(image, interlocks, control, canal, fertigation, feeding, &buffer)
        cages.record(feeding, wall, at: now, &buffer)
        recorder.record(image, interlocks, control, canal, fertigation, watch.statistics, &buffer)
        push()
        twin.serve(control, image)
    }

    /// Last turn before an orderly end: every output to its safe state, every run accounted for.
    public mutating func stop(at now: Instant, wall: WallTime) {
        buffer.clear()
        latch(now, wall)
        demands.reset()
        control.interrupt(image, &buffer)
        fertigation.interrupt(control, image, &buffer)
        feeding.interrupt(image, &buffer)
        interlocks.judge(demands, image, &buffer)
        field.commit(interlocks.outputs, at: now)
        buffer.event(Event(.stopped, .site))
        recorder.record(image, interlocks, control, canal, fertigation, watch.statistics, &buffer)
        push()
    }

    /// Leaves an event of the program around the scan (no real-time right, a database set aside) in the next record.
    /// Called between two scans on the scan's own thread.
    public mutating func report(_ event: Event) { watch.report(event) }

    private mutating func latch(_ now: Instant, _ wall: WallTime) {
        image.begin(now: now, wall: wall)
        // The first scan of a life only looks: nothing is moved before the field has been seen.
        if image.scan > 1 { inbox.latch(into: &image, &buffer) }
        field.latch(into: &image)
        image.latchLedger(durableThrough: records.ledgerDurableThrough, isWritable: records.ledgerIsWritable)
        for number in 0..<image.outputCount {
            let output = OutputIndex(number)
            image.latch(interlocks.verdict(of: output), of: output)
        }
        for number in 0..<min(image.zoneCount, control.zoneCount) {
            image.latch(learned: control.learnedFlow(of: ZoneIndex(number)), of: ZoneIndex(number))
        }
        for number in 0..<image.setpointCount {
            let setpoint = SetpointIndex(number)
            let verdict = interlocks.verdict(of: setpoint)
            image.latch(verdict, of: setpoint)
            image.latch(.good(verdict.value, at: now), at: interlocks.point(of: setpoint))
        }
    }

    private mutating func push() {
        for number in 0..<buffer.count {
            records.push(Record(scan: image.scan, instant: image.now, wall: image.wall, body: buffer[number]))
        }
        records.endScan()
    }
}
