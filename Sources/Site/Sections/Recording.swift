import Language
import ProcessImage

extension SiteReader {
    func readRecording() {
        guard let fields = fields["recording"]?.fields(["flush", "fold", "samples", "minutes", "hours", "events", "size"]) else { return }
        recording = RecordingPlan(
            flushEvery: fields["flush"]?.duration("1 s", "10 min", guess: "s") ?? recording.flushEvery,
            foldEvery: fields["fold"]?.duration("10 min", "1 h", guess: "min") ?? recording.foldEvery,
            keepSamplesDays: days(fields["samples"]) ?? recording.keepSamplesDays,
            keepMinutesDays: days(fields["minutes"]) ?? recording.keepMinutesDays,
            keepHoursDays: days(fields["hours"]) ?? recording.keepHoursDays,
            keepEventsDays: days(fields["events"]) ?? recording.keepEventsDays,
            maximumBytes: fields["size"]?.bytes(10_000_000...100_000_000_000) ?? recording.maximumBytes)
    }

    private func days(_ entry: Entry?) -> Int? {
        entry?.duration("1 day", "3650 day", guess: "day").map { Int($0.components.seconds / 86_400) }
    }
}
