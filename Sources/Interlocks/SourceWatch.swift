import ProcessImage
import Quantities

/// What is watched of one source: gathered anew each scan, but for what must hold for a while.
struct SourceWatch: BitwiseCopyable {
    /// `nil`: not measured, or the meter is not believed.
    var flow: Flow?
    var pressure: Pressure?
    /// Empty, or not known not to be.
    var isDry = false
    /// Every valve is off and has travelled.
    var isClosed = true
    /// Valves that are open or moving, and the sum of their nominal flows; `nil`: one of them has none.
    var openCount = 0
    var openFlow: Flow? = .zero
    /// Zones that are open or moving, and what they take together when all is well.
    var group = Group()
    /// The least that one of the open zones must have.
    var leastOpen: Flow?
    /// Water should be flowing through some zone.
    var shouldFlow = false
    /// Set while permitting: a valve is open downstream of the pump.
    var hasOpenValve = false
    /// When the last of its outputs moved, and when the last of them had its travel.
    var movedAt = Instant.never
    var settledAt = Instant.never
    /// The zone whose valve closed last in this life, and when it had its travel.
    var lastClosed: ZoneIndex?
    var lastClosedAt = Instant.never

    var meter = MeterSense()
    /// What the ledger knows of how long the meter takes to report.
    var rememberedReports: Duration?
    /// The last scan in which water should have flowed.
    var stoppedAt = Instant.never

    var leak = Sustained()
    var burst = Sustained()
    /// Water should flow and the meter says nothing.
    var blind = Sustained()
    var blindnessTold = false
    /// There is water again after a dry run.
    var wet = Sustained()
    /// The dry run that stands was seen by the level, so that the level may end it.
    var ranDryByLevel = false
    var overPressure = Sustained()
    var noPressure = Sustained()
    var pressureDrop = Sustained()
    var pressureFall = Sustained()
    /// What the main held when it was shut.
    var held: HeldPressure?
    var groupLow = Sustained()
    var groupHigh = Sustained()
    /// What zones take together of what they take alone, as far as it is known.
    var groupShare = 1.0
    /// `nil`: its zones may water together.
    var apart: Apart?
    /// Flow and pressure as they were once the open zones had settled.
    var steady: Steady?
    /// Zones that tripped one after the other without water in between.
    var zonesWithoutFlow = 0
}

struct HeldPressure: BitwiseCopyable {
    let pressure: Pressure
    let since: Instant
}

struct Steady: BitwiseCopyable {
    let flow: Flow
    let pressure: Pressure
}

extension Interlocks {
    mutating func watchSources(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<sources.count { measure(SourceIndex(number), image) }
        for number in 0..<zones.count { gather(ZoneIndex(number), image) }
        for number in 0..<flushes.count { gather(flushes[number], at: image.now) }
        for number in 0..<sources.count {
            let source = SourceIndex(number)
            watchSuction(source, image, &records)
            watchMeter(source, image, &records)
            watchLeak(source, image.now, &records)
            watchBurst(source, image.now, &records)
            watchPressure(source, image.now, &records)
            watchGroup(source, image.now, &records)
        }
    }

    private mutating func measure(_ source: SourceIndex, _ image: borrowing InputImage) {
        let guarded = sources[source]
        sourceWatch[source].isClosed = true
        sourceWatch[source].openCount = 0
        sourceWatch[source].openFlow = .zero
        sourceWatch[source].group = Group()
        sourceWatch[source].leastOpen = nil
        sourceWatch[source].shouldFlow = false
        sourceWatch[source].movedAt = max(movedAt(guarded.pump), movedAt(guarded.masterValve))
        sourceWatch[source].settledAt = max(settledAt(guarded.pump), settledAt(guarded.masterValve))
        sourceWatch[source].flow = guarded.flow.flatMap {
            believed(image.value(of: $0, noOlderThan: guarded.flowNoOlderThan).value)
        }
        sourceWatch[source].pressure = guarded.pressure.flatMap { image.value(of: $0.point, noOlderThan: $0.noOlderThan).value }
    }

    /// A meter that runs backwards shows no flow; one that shows more than any source gives is not believed.
    private func believed(_ flow: Flow?) -> Flow? {
        guard let flow, flow <= .most else { return nil }
        return max(flow, .zero)
    }

    private func movedAt(_ output: OutputIndex?) -> Instant {
        output.map { outputWatch[$0].hasMoved ? outputWatch[$0].since : .never } ?? .never
    }

    private func settledAt(_ output: OutputIndex?) -> Instant {
        output.map { outputWatch[$0].since + outputPlans[$0].travel } ?? .never
    }

    /// Adds what a zone's valve lets through, as it was permitted last.
    private mutating func gather(_ zone: ZoneIndex, _ image: borrowing InputImage) {
        let guarded = zones[zone], now = image.now
        zoneWatch[zone].usual = usual(guarded.nominalFlow, learned: image.learnedFlow(of: zone))
        let watch = outputWatch[guarded.valve]
        let settled = settledAt(guarded.valve)
        let source = guarded.source
        sourceWatch[source].movedAt = max(sourceWatch[source].movedAt, movedAt(guarded.valve))
        sourceWatch[source].settledAt = max(sourceWatch[source].settledAt, settled)
        guard watch.level.isOn || settled > now else {
            if watch.hasMoved, settled > sourceWatch[source].lastClosedAt {
                sourceWatch[source].lastClosed = zone
                sourceWatch[source].lastClosedAt = settled
            }
            return
        }
        sourceWatch[source].isClosed = false
        sourceWatch[source].openCount += 1
        if let sum = sourceWatch[source].openFlow, let nominal = guarded.nominalFlow {
            sourceWatch[source].openFlow = sum + nominal
        } else {
            sourceWatch[source].openFlow = nil
        }
        sourceWatch[source].group.add(guarded, usual: zoneWatch[zone].usual)
        if let least = guarded.leastFlow { sourceWatch[source].leastOpen = min(sourceWatch[source].leastOpen ?? least, least) }
        if watch.level.isOn, settled <= now, isDriven(source, at: now) { sourceWatch[source].shouldFlow = true }
    }

    /// What was learned outside of the band says that the zone, or the site file, is wrong: it counts to the edge of it.
    private func usual(_ nominal: Flow?, learned: Flow?) -> Flow? {
        guard let nominal, let learned, learned.base.isFinite else { return nominal }
        return min(max(learned, nominal * Limits.learnedFlowBand.lowerBound), nominal * Limits.learnedFlowBand.upperBound)
    }

    private mutating func gather(_ flush: FlushGuard, at now: Instant) {
        let watch = outputWatch[flush.valve]
        guard watch.level.isOn || now - watch.since < outputPlans[flush.valve].travel else { return }
        sourceWatch[flush.source].isClosed = false
        sourceWatch[flush.source].openCount += 1
        sourceWatch[flush.source].group.isFlushing = true
        let sum = sourceWatch[flush.source].openFlow
        sourceWatch[flush.source].openFlow = sum.flatMap { sum in flush.flow.map { sum + $0 } }
    }

    /// Whether the pump runs and has had its time to come up, and the master valve is open, as far as there are any.
    func isDriven(_ source: SourceIndex, at now: Instant) -> Bool {
        if let pump = sources[source].pump {
            guard outputWatch[pump].level.isOn, now - outputWatch[pump].since >= sources[source].comesUp else { return false }
        }
        guard let master = sources[source].masterValve else { return true }
        return outputWatch[master].level.isOn && now - outputWatch[master].since >= outputPlans[master].travel
    }
}

extension Flow {
    /// No source of ours gives more.
    fileprivate static let most = Flow.cubicMetersPerHour(2000)
}
