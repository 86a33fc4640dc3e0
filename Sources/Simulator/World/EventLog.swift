import ProcessImage
import Quantities

/// A fingerprint of everything the scan recorded and every level that reached a line: FNV-1a over 64-bit words. One seed
/// gives one fingerprint.
struct EventLog {
    private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ word: UInt64) { hash = (hash ^ word) &* 0x0000_0100_0000_01B3 }
    mutating func add(_ number: Int) { add(UInt64(bitPattern: Int64(number))) }
    mutating func add(_ number: Double) { add(number.bitPattern) }
    mutating func add(_ duration: Duration) { add(UInt64(bitPattern: duration.nanoseconds)) }

    mutating func add(_ levels: [OutputLevel]) {
        for level in levels { add(UInt64(level.rawValue)) }
    }

    mutating func add(_ record: Record) {
        add(record.scan)
        add(UInt64(bitPattern: record.instant.nanoseconds))
        add(UInt64(bitPattern: record.wall.unixNanoseconds))
        add(record.body)
    }

    private mutating func add(_ body: Record.Body) {
        switch body {
        case .sample(let point, let reading):
            add(1, point.offset)
            add(reading.recorded)
            add(Int(reading.quality.rawValue), Int(reading.reason.rawValue))
        case .output(let output, let level, let cause):
            add(2, output.offset)
            add(Int(level.rawValue))
            add(cause)
        case .setpoint(let setpoint, let cause):
            add(8, setpoint.offset)
            add(cause)
        case .zone(let zone, let status):
            add(3, zone.offset)
            add(Int(status.phase.rawValue))
            add(status.cause)
            add(status.run.rawValue)
            add(status.watered)
            add(status.volume.base)
        case .gate(let gate, let status):
            add(10, gate.offset)
            add(Int(status.reason.rawValue), Int(status.movesLastDay))
            add(status.target?.base ?? -1)
        case .dosing(let unit, let status):
            add(8, unit.offset)
            add(Int(status.reason.rawValue), Int(status.stop?.rawValue ?? 0))
            add(status.passed.base)
        case .channel(let channel, let status):
            add(9, channel.offset)
            add(status.commanded.base)
        case .cage(let cage, let status):
            add(20, cage.offset)
            add(Int(status.reason.rawValue), Int(status.oxygen.stages))
            add(status.given.base)
        case .line(let line, let status):
            add(21, line.offset)
            add(Int(status.phase.rawValue), status.cage?.offset ?? -1)
        case .power(let stage): add(24, Int(stage.rawValue))
        case .depth(let cage, let status):
            add(23, cage.offset)
            add(status.depth?.base ?? -1)
        case .silo(let silo, let status):
            add(22, silo.offset)
            add(status.holds?.base ?? -1)
        case .event(let event): add(event)
        case .alarm(let id, let state):
            add(5, Int(id.kind.rawValue))
            add(id.subject)
            add(Int(state.rawValue))
        case .ledger(let entry, let number):
            add(6)
            add(number)
            add(entry)
        case .statistics(let statistics):
            add(7)
            add(statistics.overruns)
            add(statistics.worst)
        }
    }

    private mutating func add(_ a: Int, _ b: Int) {
        add(a)
        add(b)
    }

    private mutating func add(_ event: Event) {
        add(4, Int(event.kind.rawValue))
        add(event.subject)
        add(event.cause)
        add(event.value)
        add(event.limit)
        add(event.duration)
    }

    private mutating func add(_ entry: LedgerEntry) {
        switch entry {
        case .occurrence(let occurrence, let decision):
            add(1, occurrence.program.offset)
            add(Int(occurrence.date.daysSinceEpoch), Int(occurrence.number))
            add(Int(decision.rawValue))
        case .runStarted(let run, let zone, let cause, let planned):
            add(2, zone.offset)
            add(run.rawValue)
            add(cause)
            add(planned.time ?? .zero)
            add(planned.volume?.base ?? -1)
        case .runProgress(let run, let watered, let volume, let isEstimated): add(3, run, watered, volume, isEstimated)
        case .runEnded(let run, let outcome, let watered, let volume, let isEstimated, let cause):
            add(4, run, watered, volume, isEstimated)
            add(Int(outcome.rawValue))
            add(cause)
        case .learned(let zone, let learned):
            add(8, zone.offset)
            add(learned.flow?.base ?? -1)
            add(learned.overrun.base)
        case .waterUsed(let used):
            add(9, used.source.offset)
            add(Int(used.date.daysSinceEpoch), Int(used.use.rawValue))
            add(used.volume.base)
        case .tripLatched(let trip):
            add(5, Int(trip.kind.rawValue))
            add(trip.subject)
        case .tripCleared(let trip, let command):
            add(6, Int(trip.kind.rawValue))
            add(trip.subject)
            add(command)
        case .commandDone(let command, let outcome):
            add(7, Int(outcome.rawValue))
            add(command)
        default: addLater(entry)
        }
    }

    /// Rows of programs, weather, balance and motors.
    private mutating func addLater(_ entry: LedgerEntry) {
        switch entry {
        case .finding(let occurrence, let zone, let step, let finding):
            add(20, occurrence.program.offset)
            add(Int(occurrence.number), zone.offset)
            add(Int(step), Int(finding.matter.rawValue))
            add(Int(finding.effect.rawValue))
            add(finding.value)
            add(finding.limit)
        case .standing(let order):
            add(21, Int(order.kind.rawValue))
            add(order.subject)
            add(Int(order.until))
            add(order.factor)
        case .standingEnded(let kind, let subject):
            add(22, Int(kind.rawValue))
            add(subject)
        case .weatherHour(let hour):
            add(11, Int(hour.hour))
            add(Double(hour.temperatureMaximum))
            add(Double(hour.rain))
        case .waterDay(let zone, let day):
            add(12, zone.offset)
            add(Int(day.date.daysSinceEpoch), Int(day.tier.rawValue))
            add(day.depletion.base)
        case .sourceDrawn(let source, let volume, let isQuiet):
            add(10, source.offset)
            add(volume.base)
            add(isQuiet ? 1 : 0)
        case .motorStarted(let output): add(30, output.offset)
        case .outputProven(let output, let command):
            add(31, output.offset)
            add(command)
        case .meterReports(let source, let every):
            add(32, source.offset)
            add(every)
        case .metered(let counted):
            add(60, counted.source.offset)
            add(Int(counted.date.daysSinceEpoch))
            add(counted.volume.base)
        case .gateMoved(let gate): add(61, gate.offset)
        case .gateLevel(let gate, let level):
            add(62, gate.offset)
            add(level.base)
        default: addDose(entry)
        }
    }

    private mutating func addDose(_ entry: LedgerEntry) {
        switch entry {
        case .dosePlanned(let dose, let recipe, let batch):
            add(dose)
            add(40, recipe?.offset ?? -1)
            add(batch)
        case .doseIntent(let dose, let hour):
            add(dose)
            add(41, Int(hour.hour))
            add(hour.volume.base)
        case .doseEnded(let dose, let hour, let outcome, let cause):
            add(dose)
            add(42, Int(outcome.rawValue))
            add(hour.volume.base)
            add(cause)
        case .flushOwed(let debt):
            add(43, debt.zone.offset)
            add(debt.run.rawValue)
            add(debt.volume.base)
        case .flushPaid(let zone): add(44, zone.offset)
        case .tank(let tank, let state):
            add(45, tank.offset)
            add(state.left.base)
        case .channelCalibrated(let channel, let calibration):
            add(46, channel.offset)
            add(calibration.command)
        case .doseBooked(let channel, let zone, let volume):
            add(48, channel.offset)
            add(zone.offset)
            add(volume.base)
        case .loopTuned(let unit, let loop, let model, _):
            add(47, unit.offset)
            add(Int(loop.rawValue))
            add(model.gain)
        default: addFeed(entry)
        }
    }

    private mutating func addFeed(_ entry: LedgerEntry) {
        switch entry {
        case .feedMeal(let row):
            var meal = BookedMeal(meal: row.meal)
            meal.read(row)
            add(70, row.meal.cage.offset)
            add(Int(row.meal.date.daysSinceEpoch), Int(row.meal.number))
            add(meal.planned.base)
            add(meal.given.base)
        case .feedStock(let cage, let stock):
            add(71, cage.offset)
            add(stock.count)
            add(stock.mean.base)
        case .feedPipe(let line, let outlet):
            add(72, line.offset)
            add(outlet.map(Int.init) ?? -1)
        case .feedLock(let cage, let isLocked, _): add(isLocked ? 73 : 78, cage.offset)
        case .stockBooked(let cage, _, let command):
            add(74, cage.offset)
            add(command)
        case .feedFast(let cage, let kind, let fast):
            add(75, cage.offset)
            add(Int(kind.rawValue))
            add(Int(fast?.until ?? 0))
        case .feedAppetite(let cage, let order):
            add(76, cage.offset)
            add(order.extra)
        case .siloHolds(let silo, let mass):
            add(77, silo.offset)
            add(mass.base)
        default: break
        }
    }

    private mutating func add(_ dose: DoseSoFar) {
        add(dose.zone.offset, dose.channel.offset)
        add(dose.run.rawValue)
        add(dose.intended.base)
        add(dose.commanded.base)
    }

    private mutating func add(_ kind: Int, _ run: RunID, _ watered: Duration, _ volume: Volume, _ isEstimated: Bool) {
        add(kind, isEstimated ? 1 : 0)
        add(run.rawValue)
        add(watered)
        add(volume.base)
    }

    private mutating func add(_ subject: Subject) {
        switch subject {
        case .site: add(0)
        case .zone(let index): add(1, index.offset)
        case .source(let index): add(2, index.offset)
        case .output(let index): add(3, index.offset)
        case .point(let index): add(4, index.offset)
        case .program(let index): add(5, index.offset)
        case .device(let index): add(6, index.offset)
        case .gate(let index): add(7, index.offset)
        case .dosingUnit(let index): add(8, index.offset)
        case .channel(let index): add(9, index.offset)
        case .tank(let index): add(10, index.offset)
        case .cage(let index): add(11, index.offset)
        case .line(let index): add(12, index.offset)
        case .silo(let index): add(13, index.offset)
        }
    }

    private mutating func add(_ cause: Cause) {
        switch cause {
        case .idle: add(0)
        case .program(let index): add(1, index.offset)
        case .manual(let command): add(2, Int(truncatingIfNeeded: command))
        case .needed(let zone): add(3, zone.offset)
        case .stopping: add(4)
        case .trip(let trip):
            add(5, Int(trip.kind.rawValue))
            add(trip.subject)
        case .interlock(let interlock): add(6, Int(interlock.rawValue))
        case .matter(let matter, let index): add(7, Int(matter.rawValue) << 16 | Int(index))
        case .gate(let reason): add(8, Int(reason.rawValue))
        case .dosing(let reason): add(9, Int(reason.rawValue))
        case .feed(let reason): add(10, Int(reason.rawValue))
        case .schedule(let reason): add(11, Int(reason.rawValue))
        }
    }
}
