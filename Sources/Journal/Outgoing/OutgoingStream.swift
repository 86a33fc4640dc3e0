import Language
import ProcessImage

/// One kind of rows that go upstream; docs/sync.md says what each column means.
public enum OutgoingStream: String, Sendable, CaseIterable {
    case alarms, gaps, audit, schedules, runs, doses, meals, days, hours

    /// Names of the values of a row, in their order. At most `OutgoingSchema.columnsMax`.
    public var columns: [String] {
        switch self {
        case .alarms: ["kind", "subject_kind", "subject", "state", "text_zh", "text_en"]
        case .gaps: ["stream", "from", "to", "rows"]
        case .audit: ["sequence", "command", "what", "author", "text", "outcome", "hash"]
        case .schedules: ["command", "step", "version", "text"]
        case .runs:
            ["run", "zone", "cause", "started_ms", "planned_s", "planned_l", "watered_s", "litres", "estimated", "outcome", "end_cause"]
        case .doses:
            ["run", "channel", "part", "zone", "recipe", "tank_fill", "started_ms", "planned_l", "given_l", "product_g", "n_g", "p2o5_g",
             "k2o_g", "outcome"]
        case .meals: ["cage", "day", "number", "planned_kg", "given_kg", "outcome"]
        case .days, .hours: ["point", "unit", "mean", "min", "max", "last", "good_share"]
        }
    }

    /// Told as its parts are: words in the place of the numbers that the ledger keeps.
    func told(_ values: [OutgoingValue]) -> [OutgoingValue] {
        var told = values
        func word(_ column: Int, _ name: (Int64) -> String?) {
            if case .integer(let number) = values[column] { told[column] = name(number).map { .text($0) } ?? values[column] }
        }
        switch self {
        case .alarms:
            guard case .integer(let kind) = values[0], let event = UInt16(exactly: kind).flatMap(EventKind.init(rawValue:)) else { break }
            told[0] = .text("\(event)")
            told[4...5] = [.text(event.text.zh), .text(event.text.en)]
            word(3) { UInt8(exactly: $0).flatMap(AlarmState.init(rawValue:)).map { "\($0)" } }
        case .audit:
            word(2) { Int(exactly: $0).flatMap(AuditNote.What.init(rawValue:)).map { "\($0)" } }
            if case .integer(2) = values[2] { word(5) { UInt8(exactly: $0).flatMap(CommandOutcome.init(rawValue:)).map { "\($0)" } } }
        case .schedules:
            guard case .text(let text) = values[3], let schedule = AuditedSchedule(text) else { break }
            told[1...3] = [.text(schedule.step), .integer(schedule.version), .text(schedule.words)]
        case .runs: word(9) { UInt8(exactly: $0).flatMap(RunOutcome.init(rawValue:)).map { "\($0)" } }
        case .doses: word(13) { UInt8(exactly: $0).flatMap(RunOutcome.init(rawValue:)).map { "\($0)" } }
        case .meals: word(5) { UInt8(exactly: $0).flatMap(MealOutcome.init(rawValue:)).map { "\($0)" } }
        case .gaps, .days, .hours: break
        }
        return told
    }
}

public enum OutgoingValue: Sendable, Hashable {
    case null
    case integer(Int64)
    /// Finite.
    case number(Double)
    case text(String)
}

public struct OutgoingRow: Sendable, Hashable {
    /// Range: 1 …; rises within its stream and store.
    public let id: UInt64
    /// Milliseconds since 1970 UTC.
    public let at: Int64
    /// By the stream's columns.
    public let values: [OutgoingValue]
}

/// How far each stream has come.
public struct OutgoingHeads: Sendable, Hashable {
    /// Which database the ids count in.
    public let store: String
    /// The newest id of each stream.
    public let heads: [String: UInt64]
    /// Up to which row nothing is missing upstream.
    public let marks: [String: UInt64]
}
