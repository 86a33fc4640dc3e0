import ProcessImage
import Quantities

/// What a source has given since its last whole rest.
struct Drawing: BitwiseCopyable {
    /// It gives no water until it has recovered.
    var mustRest = false
    var isLow = false
    var volume = Volume.zero
    /// How long it had stood when this life began, as far as that is known.
    let quietBefore: Duration
    /// What the ledger was told last.
    fileprivate var told: Volume
    fileprivate var isToldQuiet: Bool
    fileprivate var tellDue = Instant.never

    /// A ledger that was lost has lost what the source had given: it counts as drawn down.
    init(_ source: SourceIndex, most: Volume?, _ restored: Restored) {
        let row = restored.drawn.last { $0.source == source }
        let unknown = restored.ledgerIsComplete ? nil : most
        volume = row?.volume ?? unknown ?? .zero
        quietBefore = row?.quietFor ?? .zero
        told = volume
        isToldQuiet = row.map { $0.quietFor > .zero } ?? false
    }
}

/// Sources that have to come back after they have given. What was given is a ledger row, so that a restart gives a well no second
/// quota: while water flows the row is ahead of it, by the time to the next row and that until this one is on the disk.
extension IrrigationControl {
    private static var tellEvery: Duration { .seconds(10) }
    private static var ahead: Duration { .seconds(30) }
    private static var levelNoOlderThan: Duration { .minutes(2) }

    mutating func recover(_ source: SourceIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard let recovery = sourcePlans[source].recovery else { return }
        if let quiet = sources[source].quietSince, image.now - quiet >= recovery.rest { sources[source].drawing.volume = .zero }
        if let point = recovery.level {
            let level = image.value(of: point, noOlderThan: Self.levelNoOlderThan).value
            sources[source].drawing.isLow = level.map { $0 < (sources[source].drawing.isLow ? recovery.start : recovery.stop) } ?? true
        }
        let isDrawn = recovery.most.map { sources[source].drawing.volume >= $0 } ?? false
        sources[source].drawing.mustRest = sources[source].drawing.isLow || isDrawn
        if recovery.most != nil { tellDrawn(source, image.now, &records) }
    }

    private mutating func tellDrawn(_ source: SourceIndex, _ now: Instant, _ records: inout RecordBuffer) {
        let drawing = sources[source].drawing
        let isQuiet = sources[source].quietSince != nil
        let isChange = isQuiet != drawing.isToldQuiet
        guard isChange || (now >= drawing.tellDue && !(isQuiet && drawing.volume == drawing.told)) else { return }
        let volume = isQuiet ? drawing.volume : drawing.volume + flowDrawn(source).volume(over: Self.ahead)
        sources[source].drawing.told = volume
        sources[source].drawing.isToldQuiet = isQuiet
        sources[source].drawing.tellDue = now + Self.tellEvery
        records.ledger(.sourceDrawn(source, volume, isQuiet: isQuiet))
    }

    /// The most of what its meter shows, its open zones are known to take and, where neither is known, the source gives.
    private func flowDrawn(_ source: SourceIndex) -> Flow {
        let shown = sources[source].flow ?? .zero
        let expected = sources[source].open.flow ?? sourcePlans[source].capacity ?? .zero
        return max(shown, expected)
    }
}
