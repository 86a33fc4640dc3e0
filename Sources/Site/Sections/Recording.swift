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
            maximumBytes: fields["size"]?.bytes() ?? recording.maximumBytes)
    }

    private func days(_ entry: Entry?) -> Int? {
        entry?.duration("1 day", "3650 day", guess: "day").map { Int($0.components.seconds / 86_400) }
    }
}

extension Entry {
    /// Such as `500 MB` or `2 GB` (decimal). Range: 10 MB … 100 GB.
    fileprivate func bytes() -> Int64? {
        guard let word = text() else { return nil }
        let parts = word.split(separator: " ")
        let factor: Double? = parts.count == 2 ? ["MB": 1e6, "GB": 1e9][parts[1]] : nil
        if let factor, let number = decimal(parts[0]), (1e7...1e11).contains(number * factor) { return Int64(number * factor) }
        refuse(Phrase(zh: "“\(quoted(word))”不是 10 MB … 100 GB 之间的大小。", en: "\"\(quoted(word))\" is not a size of 10 MB … 100 GB."),
               Phrase(zh: "写成 500 MB 或 2 GB。", en: "Write 500 MB or 2 GB."))
        return nil
    }
}
