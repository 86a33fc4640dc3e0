public import ProcessImage
import Quantities

/// Zones, programs and manual runs: image in, demands out.
///
/// The steps of a scan, each in a file of its own: what has flowed (`WaterAccount`), what people want (`ManualRuns`),
/// what is due (`Calendar`), how far each run is (`ZoneSequence`), who is next (`RunQueue`), what the outputs should do
/// (`SourceSequence`). All memory is taken at `init`.
public struct IrrigationControl: ~Copyable {
    let sourcePlans: Dense<SourceIndex, SourcePlan>
    let zonePlans: Dense<ZoneIndex, ZonePlan>
    /// Zones in the order of their sources, and each source's part of that list.
    let zoneList: Dense<ZoneIndex, ZoneIndex>
    let zonesOfSource: Dense<SourceIndex, Part>
    let book: ProgramBook

    var sources: Dense<SourceIndex, SourceState>
    var zones: Dense<ZoneIndex, ZoneState>
    var programs: Dense<ProgramIndex, ProgramState>
    var memory: OccurrenceMemory
    var nextRun: RunID
    var orders: UInt64 = 0
    /// The output somebody looks at now.
    var proof: Proof?

    private var openRuns: [Restored.OpenRun]
    private var hasBegun = false
    /// The first scan of this life, and what the wall clock showed then as far as can be told.
    var begun = Instant.start
    var begunAt: Int64?
    var lastScan = Instant.start
    var calendarLast = Int64.min
    var untrustedSince: Instant?
    var clockWaitTold = false

    public init(plan: ControlPlan, restored: Restored) {
        sourcePlans = Dense(plan.sources)
        zonePlans = Dense(plan.zones)
        var list: [ZoneIndex] = []
        var parts: [Part] = []
        for source in plan.sources.indices {
            let first = list.count
            for (number, zone) in plan.zones.enumerated() where zone.source.offset == source { list.append(ZoneIndex(number)) }
            parts.append(Part(first..<list.count))
        }
        zoneList = Dense(list)
        zonesOfSource = Dense(parts)
        book = ProgramBook(plan)
        sources = Dense(repeating: SourceState(), count: plan.sources.count)
        zones = Dense(repeating: ZoneState(), count: plan.zones.count)
        programs = Dense(repeating: ProgramState(), count: plan.programs.count)
        memory = OccurrenceMemory(programs: plan.programs.count, restoring: restored.decided)
        nextRun = restored.nextRun
        openRuns = restored.openRuns
    }

    /// One scan.
    public mutating func step(_ image: borrowing InputImage, _ demands: inout Demands, _ records: inout RecordBuffer) {
        beginIfFirst(image.now, &records)
        account(image, &records)
        obey(image, &records)
        runCalendar(image, &records)
        advance(image, &records)
        admit(image, &records)
        demandWater(image, &demands, &records)
        demandProof(image, &demands)
    }

    /// An orderly end of the program: what runs or waits is accounted for. Demands nothing.
    public mutating func interrupt(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        account(image, &records)
        for number in 0..<zones.count {
            let zone = ZoneIndex(number)
            while zones[zone].hand != nil {
                close(zone, zones[zone].ending ?? Ending(outcome: .interrupted, cause: .idle, isPrompt: true), &records)
            }
        }
    }

    public var programCount: Int { programs.count }

    /// Whether a start of the program waits because its ledger row can not be written.
    public func waitsForLedger(_ program: ProgramIndex) -> Bool { programs[program].waitsForLedger }

    /// What a zone does, for screens.
    public func status(of zone: ZoneIndex) -> ZoneStatus {
        let state = zones[zone]
        guard let run = state.hand else {
            guard let trip = state.trip else { return ZoneStatus() }
            return ZoneStatus(phase: .tripped, cause: .trip(trip))
        }
        return ZoneStatus(phase: state.phase, cause: state.ending?.cause ?? run.cause, run: run.id, planned: run.planned,
                          watered: run.watered, volume: run.volume, flow: state.flow)
    }

    /// The process died in these runs: they are closed as far as they were recorded, and not taken up again.
    private mutating func beginIfFirst(_ now: Instant, _ records: inout RecordBuffer) {
        guard !hasBegun else { return }
        hasBegun = true
        begun = now
        lastScan = now
        for open in openRuns {
            records.ledger(.runEnded(open.run, .interrupted, watered: open.watered, volume: open.volume, .idle))
            records.event(Event(.runInterruptedByRestart, .zone(open.zone), value: open.volume.base, duration: open.watered))
        }
        openRuns = []
    }
}
