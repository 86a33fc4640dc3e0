import ProcessImage
import Quantities

extension Interlocks {
    /// Empty or unknown: the pump may not start; one that runs is tripped.
    mutating func watchSuction(_ source: SourceIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard let dryWhen = sources[source].dryWhen else { return }
        let dry = image.isOn(dryWhen, noOlderThan: sources[source].dryNoOlderThan)
        sourceWatch[source].isDry = dry != .known(false)
        let wetFor = sourceWatch[source].wet.look(dry == .known(false), at: image.now)
        if sourceWatch[source].isDry, let pump = sources[source].pump, outputWatch[pump].level.isOn {
            let isNew = latch(.dryRun, .source(source), &records, because: .interlock(.suctionLevel))
            if isNew { sourceWatch[source].ranDryByLevel = true }
        }
        if let wetFor { retry(source, wetFor: wetFor, at: image.now, &records) }
    }

    /// A dry run that the level saw and the level ends, where the site allows it. After a restart a person is asked.
    private mutating func retry(_ source: SourceIndex, wetFor: Duration, at now: Instant, _ records: inout RecordBuffer) {
        let trip = TripID(.dryRun, .source(source))
        guard let retry = sources[source].dryRetry, wetFor >= retry.after, sourceWatch[source].ranDryByLevel,
              let slot = trips.slot(of: trip), trips.stands(slot), dryRetries.count(source, at: now) < retry.perHour else { return }
        dryRetries.note(source, at: now)
        clear(slot)
        records.event(Event(.dryRunRetried, .source(source), duration: wetFor))
        records.ledger(.tripCleared(trip, command: 0))
    }
}
