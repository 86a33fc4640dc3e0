import Language
import Quantities

/// `tides:`: when the water stands still, from a table that the hydrographic office prints for each year.
extension SiteReader {
    private static let slackMax = 20_000

    func readTides() {
        guard let entry = fields["tides"], let table = library.tides(entry) else { return }
        let text = String(decoding: table.bytes, as: UTF8.self)
        var last = Int64.min
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.filter { $0 != "\r" }
            guard !line.isEmpty, !line.hasPrefix("#"), slack.count < Self.slackMax else { continue }
            guard let moment = moment(line), moment > last else {
                report.add(Problem(file: table.file, line: number + 1, key: "",
                                   what: Phrase(zh: "不是时刻，或次序不对：\(quoted(line))", en: "not a moment, or not in order: \(quoted(line))"),
                                   remedy: Phrase(zh: "每行一个平潮时刻（当地时间），由早到晚，如 2026-06-01 05:42。",
                                                  en: "One moment of slack water a line, local time, from the first to the last, such as 2026-06-01 05:42.")))
                return
            }
            last = moment
            slack.append(moment)
        }
    }

    /// `2026-06-01 05:42`, local time.
    private func moment(_ line: String) -> Int64? {
        let parts = line.split(separator: " ")
        guard parts.count == 2, let date = CivilDate(text: String(parts[0])),
              let time = TimeOfDay(text: String(parts[1])) else { return nil }
        return clock.unixSeconds(date: date, time: time)
    }
}
