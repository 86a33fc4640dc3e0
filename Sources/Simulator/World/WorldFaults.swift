import Control
import ProcessImage
import Quantities
import Scan

/// What the fault schedule does to a world.
extension World {
    func apply(_ change: FaultSchedule.Change) {
        switch change {
        case .begin(let kind): begin(kind)
        case .end(let what): end(what)
        }
    }

    private func begin(_ kind: FaultRates.Kind) {
        let now = evidence.now
        func seconds(_ low: Double, _ high: Double) -> Instant { now + .nanoseconds(Int64(random.between(low, high) * 1e9)) }
        switch kind {
        case .crash where process != nil:
            crash()
            faults.end(.processDown, at: seconds(0.2, random.chance(0.2) ? 20_000 : 60))
        case .powerCut where process != nil && evidence.guardAliveSince != nil:
            cutPower()
            if random.chance(0.4) { loseClockForAWhile() }
            faults.end(.powerDown, at: seconds(1, random.chance(0.3) ? 30_000 : 120))
        case .guardCrash where evidence.guardAliveSince != nil:
            field.killGuard()
            faults.end(.guardDown, at: seconds(0.2, 2))
        case .crash, .powerCut, .guardCrash: break
        case .scanStall: stallUntil = seconds(0.1, 5)
        case .ledgerSlow:
            ledger.delay = .seconds(Int64(random.between(1, 20)))
            faults.end(.ledgerSlow, at: seconds(10, 1800))
        case .ledgerUnwritable:
            ledger.isWritable = false
            faults.end(.ledgerUnwritable, at: seconds(10, 3600))
        case .clockStep, .clockHoldOver, .clockLost: upset(kind)
        default: if let fault = plantFault(kind) {
            field.begin(fault)
            faults.end(.plant(fault), at: seconds(5, 3600))
        }
        }
    }

    private func upset(_ kind: FaultRates.Kind) {
        switch kind {
        case .clockStep:
            let sizes: [Double] = [1, 60, 3600, 86_400, 14 * 86_400]
            let size = sizes[random.index(below: sizes.count)]
            clock.step(by: .nanoseconds(Int64(random.between(-size, size) * 1e9)))
            faults.end(.clockWrong, at: evidence.now + .seconds(Int64(random.between(60, 40_000))))
        case .clockHoldOver: clock.holdOver()
        default: loseClockForAWhile()
        }
    }

    private func loseClockForAWhile() {
        if random.chance(0.3) { clock.loseTrust() } else { clock.loseSetting(at: evidence.now) }
        faults.end(.clockWrong, at: evidence.now + .seconds(Int64(random.between(30, 20_000))))
    }

    private func end(_ what: FaultSchedule.Ongoing) {
        switch what {
        case .plant(let fault): field.end(fault)
        case .processDown: if process == nil, evidence.guardAliveSince != nil { startProcess() }
        case .powerDown:
            restorePower()
        case .guardDown: if evidence.guardAliveSince == nil { field.startGuard() }
        case .ledgerSlow: ledger.delay = .milliseconds(20)
        case .ledgerUnwritable: ledger.isWritable = true
        case .clockWrong: clock.synchronize()
        }
    }

    private func plantFault(_ kind: FaultRates.Kind) -> PlantFault? {
        let plan = evidence.plan
        func output(_ kinds: [OutputKind]) -> OutputIndex? {
            let fitting = plan.tables.outputs.indices.filter { kinds.contains(plan.tables.outputs[$0].kind) }
            return fitting.isEmpty ? nil : OutputIndex(fitting[random.index(below: fitting.count)])
        }
        let device = plan.tables.devices.isEmpty ? nil : DeviceIndex(random.index(below: plan.tables.devices.count))
        let source = plan.control.sources.isEmpty ? nil : SourceIndex(random.index(below: plan.control.sources.count))
        let point = plan.tables.points.isEmpty ? nil : PointIndex(random.index(below: plan.tables.points.count))
        return switch kind {
        case .deviceSilent: device.map { .deviceSilent($0) }
        case .deviceSlow: device.map { .deviceSlow($0) }
        case .deviceGarbage: device.map { .deviceGarbage($0) }
        case .valveStuckOpen: output([.valve, .masterValve]).map { .valveStuckOpen($0) }
        case .valveStuckClosed: output([.valve, .masterValve]).map { .valveStuckClosed($0) }
        case .pumpDead: output([.pump]).map { .pumpDead($0) }
        case .pipeBurst: source.map { .pipeBurst($0) }
        case .sourceEmpty: source.map { .sourceEmpty($0) }
        case .meterStuck: source.map { .meterStuck($0) }
        case .emergencyStop: .emergencyStopPressed
        case .sensorStuck: point.map { .sensorStuck($0) }
        case .sensorNoisy: point.map { .sensorNoisy($0) }
        case .sensorCut: point.map { .sensorCut($0) }
        case .valveClogged: output([.valve]).map { .valveClogged($0) }
        case .motorFault: output([.pump]).map { .motorFault($0) }
        case .pressureHigh: source.map { .pressureHigh($0) }
        case .meterSlow: source.map { .meterSlow($0) }
        case .meterReset: source.map { .meterReset($0) }
        case .mainSeeps: source.map { .mainSeeps($0) }
        case .filterFouled: source.map { .filterFouled($0) }
        default: dosingFault(kind).map { .dosing($0) } ?? stuckInjector(kind) ?? feedingFault(kind).map { .feeding($0) }
        }
    }

    private func feedingFault(_ kind: FaultRates.Kind) -> FeedingFault? {
        let plan = evidence.plan.control.feeding
        guard !plan.cages.isEmpty else { return nil }
        func one<Thing>(of things: [Thing]) -> Thing? { things.isEmpty ? nil : things[random.index(below: things.count)] }
        switch kind {
        case .seaSensorTrouble:
            guard let probe = one(of: plan.probes), let trouble = one(of: SeaTrouble.allCases) else { return nil }
            return .sensor(probe.gauge.index, trouble)
        case .seaSensorsSwapped:
            guard let first = one(of: plan.probes)?.gauge.index,
                  let second = one(of: plan.probes.map(\.gauge.index).filter { $0 != first }) else { return nil }
            return .sensorsSwapped(first, second)
        case .aeratorDead: return one(of: plan.stages).map { .aeratorDead($0.output) }
        case .netFouled: return .netFouled(CageIndex(random.index(below: plan.cages.count)))
        case .lineTrouble:
            guard !plan.lines.isEmpty, let trouble = one(of: LineTrouble.allCases) else { return nil }
            return .line(FeedLineIndex(random.index(below: plan.lines.count)), trouble)
        case .winchJammed: return one(of: plan.depths).map { .winchJammed($0.cage) }
        case .stagnant: return .stagnant
        case .swell: return .swell
        default: return nil
        }
    }

    private func dosingFault(_ kind: FaultRates.Kind) -> DosingFault? {
        let plan = evidence.plan.control.fertigation
        guard !plan.units.isEmpty, !plan.channels.isEmpty else { return nil }
        let unit = random.index(below: plan.units.count), channel = random.index(below: plan.channels.count)
        let probes = plan.units[unit].probes
        let points = [probes.ec?.point.index, probes.ecWitness?.point.index, probes.ph?.index, probes.phWitness?.index].compactMap { $0 }
        let troubles = ProbeTrouble.allCases
        switch kind {
        case .probeTrouble where !points.isEmpty:
            return .probe(points[random.index(below: points.count)], troubles[random.index(below: troubles.count)])
        case .probesSwapped where points.count > 1: return .probesSwapped(points[0], points[random.index(below: points.count - 1) + 1])
        case .injectorLeaking: return .injectorLeaking(ChannelIndex(channel))
        case .injectorBlocked: return .injectorBlocked(ChannelIndex(channel))
        case .doseMeterStuck: return .meterStuck(ChannelIndex(channel))
        case .tankDry: return .tankDry(plan.channels[channel].tank)
        case .trayWet: return .trayWet(DosingUnitIndex(unit))
        default: return nil
        }
    }

    private func stuckInjector(_ kind: FaultRates.Kind) -> PlantFault? {
        let channels = evidence.plan.control.fertigation.channels
        guard kind == .injectorStuckOpen, !channels.isEmpty else { return nil }
        return .valveStuckOpen(channels[random.index(below: channels.count)].output)
    }
}
