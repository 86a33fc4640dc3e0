import ProcessImage
import Quantities

/// Water of one source and day: what its meter counted, and what of it no zone got.
struct DayBook: BitwiseCopyable {
    private var date: CivilDate?
    private(set) var metered = Volume.zero
    private var backwash = Volume.zero
    private var leak = Volume.zero
    private var unassigned = Volume.zero
    private(set) var isTold = true

    /// Less than this on a day is no word in the log.
    private static let worthTelling = Volume.liters(100)

    init() {}

    /// - Parameters: of the newest day of one source.
    init(_ rows: [WaterUsed], _ counted: [Metered]) {
        date = (rows.map(\.date) + counted.map(\.date)).max()
        for row in rows where row.date == date { add(row.volume, row.use) }
        for row in counted where row.date == date { metered = row.volume }
        isTold = true
    }

    subscript(use: WaterUse) -> Volume {
        switch use {
        case .backwash: backwash
        case .leak: leak
        case .unassigned: unassigned
        }
    }

    /// The meter has counted this much more.
    mutating func count(_ volume: Volume) {
        metered += volume
        isTold = false
    }

    mutating func add(_ volume: Volume, _ use: WaterUse) {
        guard volume > .zero else { return }
        switch use {
        case .backwash: backwash += volume
        case .leak: leak += volume
        case .unassigned: unassigned += volume
        }
        isTold = false
    }

    /// Tells what came since it was told last; a new day begins with nothing.
    mutating func tell(_ source: SourceIndex, on today: CivilDate, _ records: inout RecordBuffer) {
        let date = date ?? today
        if !isTold {
            tell(.backwash, source, date, &records)
            tell(.leak, source, date, &records)
            tell(.unassigned, source, date, &records)
            if metered > .zero { records.ledger(.metered(Metered(source: source, date: date, volume: metered))) }
        }
        if date != today { turn(source, &records) }
        self.date = today
        isTold = true
    }

    private mutating func turn(_ source: SourceIndex, _ records: inout RecordBuffer) {
        let beside = backwash + leak + unassigned
        if beside >= Self.worthTelling { records.event(Event(.waterBeside, .source(source), value: beside.base, limit: metered.base)) }
        self = DayBook()
    }

    private func tell(_ use: WaterUse, _ source: SourceIndex, _ date: CivilDate, _ records: inout RecordBuffer) {
        guard self[use] > .zero else { return }
        records.ledger(.waterUsed(WaterUsed(source: source, date: date, use: use, volume: self[use])))
    }
}

/// Who gets what the meter counts: each litre goes into exactly one account.
extension IrrigationControl {
    private static var booksEvery: Duration { .seconds(10) }
    /// Water that flows so long after everything was shut is a leak.
    private static var quietFor: Duration { .seconds(30) }
    /// More than this part of a run that no meter confirmed makes its volume an estimate.
    private static var roughPart: Double { 0.02 }

    // MARK: The meter has counted

    /// Divides what was counted by what was reckoned since the word before, and puts it in its place.
    mutating func settle(_ counted: Volume, _ source: SourceIndex, _ now: Instant, _ records: inout RecordBuffer) {
        if sources[source].meter.isSilent {
            sources[source].meter.isSilent = false
            records.event(Event(.meterCounts, .source(source)))
        }
        let volume = max(counted - sources[source].debt, .zero)
        sources[source].debt = .zero
        let sums = sums(source)
        sources[source].drawing.volume = max(sources[source].drawing.volume + volume - sums.reckoned, .zero)
        if sums.reckoned > .zero {
            divide(volume, source, &records) { reckoned, _, _ in reckoned / sums.reckoned }
        } else if sums.unheard > .zero {
            divide(volume, source, &records) { _, unheard, _ in unheard.seconds / sums.unheard.seconds }
        } else if sums.open > 0 {
            divide(volume, source, &records) { _, _, isOpen in isOpen ? 1 / Double(sums.open) : 0 }
        } else {
            let isQuiet = sources[source].quietSince.map { now - $0 >= Self.quietFor } ?? false
            sources[source].books.add(volume, isQuiet ? .leak : .unassigned)
        }
    }

    private func sums(_ source: SourceIndex) -> (reckoned: Volume, unheard: Duration, open: Int) {
        var (reckoned, unheard, open) = (Volume.zero, Duration.zero, 0)
        for number in zonesOfSource[source].range {
            let zone = zoneList[number]
            reckoned += (zones[zone].hand?.reckoned ?? .zero) + (zones[zone].tail?.reckoned ?? .zero)
            unheard += (zones[zone].hand?.unheard ?? .zero) + (zones[zone].tail?.unheard ?? .zero)
            if zones[zone].hand != nil, zones[zone].openSince != nil { open += 1 }
        }
        for number in 0..<filters.count where filters[number].source == source {
            reckoned += washes[number].reckoned
            unheard += washes[number].unheard
        }
        return (reckoned, unheard, open)
    }

    /// - Parameter part: of reckoned volume, unheard time and whether the valve is open with a run in hand.
    private mutating func divide(_ volume: Volume, _ source: SourceIndex, _ records: inout RecordBuffer,
                                 part: (Volume, Duration, Bool) -> Double) {
        for number in zonesOfSource[source].range {
            let zone = zoneList[number]
            if var tail = zones[zone].tail {
                tail.counted += volume * part(tail.reckoned, tail.unheard, false)
                tail.reckoned = .zero
                end(tail, zone, &records)
            }
            guard let run = zones[zone].hand else { continue }
            let share = part(run.reckoned, run.unheard, zones[zone].openSince != nil)
            zones[zone].hand?.counted += volume * share
            zones[zone].hand?.metered += volume * share
            zones[zone].hand?.reckoned = .zero
            zones[zone].hand?.unheard = .zero
            if run.unheard > .zero { noteLesson(zone) }
        }
        for number in 0..<filters.count where filters[number].source == source {
            let wash = washes[number]
            book(volume * part(wash.reckoned, wash.unheard, false), .backwash, FilterIndex(number))
            washes[number].reckoned = .zero
            washes[number].unheard = .zero
        }
    }

    // MARK: The meter says nothing

    /// A meter that should have spoken long ago: what was reckoned stands for good, and goes on by time.
    mutating func watchSilence(_ source: SourceIndex, _ now: Instant, _ records: inout RecordBuffer) {
        let meter = sources[source].meter
        let long = now - max(meter.changed, sources[source].flowingSince ?? .never)
        guard !meter.isSilent, long > meter.patience, sums(source).unheard > .zero else { return }
        guard expected(source) >= meter.step * 2 || sources[source].flowingSince == nil else { return }
        if sources[source].flowingSince == nil { return bookReckoned(source, owes: true, &records) }
        sources[source].meter.isSilent = true
        records.event(Event(.meterSilent, .source(source), duration: long))
        bookReckoned(source, owes: true, &records)
    }

    /// What the zones should have got since the meter spoke last.
    private func expected(_ source: SourceIndex) -> Volume {
        var sum = Volume.zero
        for number in zonesOfSource[source].range {
            let zone = zoneList[number]
            let unheard = (zones[zone].hand?.unheard ?? .zero) + (zones[zone].tail?.unheard ?? .zero)
            sum += expectedFlow(of: zone)?.volume(over: unheard) ?? sources[source].meter.step * 2
        }
        return sum
    }

    /// Takes what was reckoned for what was given.
    /// - Parameter owes: the meter may still tell it: its next word is then less by it.
    mutating func bookReckoned(_ source: SourceIndex, owes: Bool, _ records: inout RecordBuffer) {
        let isSilent = sources[source].meter.isSilent
        for number in zonesOfSource[source].range {
            let zone = zoneList[number]
            if let tail = zones[zone].tail {
                if owes { sources[source].debt += tail.reckoned }
                end(tail, zone, &records)
            }
            guard let run = zones[zone].hand, run.unheard > .zero else { continue }
            let least = isSilent ? expectedFlow(of: zone)?.volume(over: run.unheard) ?? .zero : .zero
            let volume = sources[source].flow ?? .zero > .zero ? run.reckoned : max(run.reckoned, least)
            zones[zone].hand?.counted += volume
            zones[zone].hand?.reckoned = .zero
            zones[zone].hand?.unheard = .zero
            if isSilent || isRough(volume, of: run.counted, source) { zones[zone].hand?.isEstimated = true }
            if owes { sources[source].debt += volume }
        }
        for number in 0..<filters.count where filters[number].source == source {
            if owes { sources[source].debt += washes[number].reckoned }
            book(washes[number].reckoned, .backwash, FilterIndex(number))
            washes[number].reckoned = .zero
            washes[number].unheard = .zero
        }
    }

    /// Whether what no meter has confirmed is more than one of its steps and more than a small part of the run.
    private func isRough(_ reckoned: Volume, of counted: Volume, _ source: SourceIndex) -> Bool {
        reckoned > sources[source].meter.step && reckoned > (counted + reckoned) * Self.roughPart
    }

    // MARK: The last water of a run

    /// A run that ends before the meter has told all of it: its row is put right by the meter's next word.
    mutating func leaveTail(of run: Run, _ zone: ZoneIndex, _ records: inout RecordBuffer) {
        if let old = zones[zone].tail {
            sources[zonePlans[zone].source].debt += old.reckoned
            end(old, zone, &records)
        }
        if run.unheard > .zero || run.reckoned > .zero { zones[zone].tail = Tail(run) }
    }

    /// What is told of a run's volume while a part of it is only reckoned.
    func isEstimated(_ run: Run, _ zone: ZoneIndex) -> Bool {
        run.isEstimated || isRough(run.reckoned, of: run.counted, zonePlans[zone].source)
    }

    private mutating func end(_ tail: Tail, _ zone: ZoneIndex, _ records: inout RecordBuffer) {
        let isEstimated = tail.isEstimated || isRough(tail.reckoned, of: tail.counted, zonePlans[zone].source)
        records.ledger(.runProgress(tail.run, watered: tail.watered, volume: tail.counted + tail.reckoned, isEstimated: isEstimated))
        zones[zone].tail = nil
    }

    // MARK: Days

    /// What the meters counted and who got it are told in one scan, so that they add up at any time.
    mutating func keepBooks(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard image.now >= booksDue else { return }
        booksDue = image.now + Self.booksEvery
        for number in 0..<zones.count where zones[number].waterSince != nil {
            if let run = zones[number].hand { tellProgress(run, &records) }
        }
        tellBooks(image, &records)
    }

    mutating func tellBooks(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        let today = clock.local(unixSeconds: image.wall.unixSeconds).date
        for number in 0..<sources.count { sources[number].books.tell(SourceIndex(number), on: today, &records) }
    }
}
