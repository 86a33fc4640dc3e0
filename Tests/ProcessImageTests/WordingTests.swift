import Language
import ProcessImage
import Quantities
import Testing

private let tables = SiteTables(
    site: Label(tag: "farm", name: Phrase(zh: "一号棚", en: "farm")), clock: .shanghai,
    points: [PointDefinition(label: Label(tag: "FT-1", name: Phrase(zh: "流量", en: "flow")), unit: Unit.all[0],
                             uncertainAfter: .seconds(5), badAfter: .seconds(15))],
    outputs: [OutputDefinition(label: Label(tag: "V-1", name: Phrase(zh: "一阀", en: "V-1")), kind: .valve, safe: .off, maximumOn: .hours(1))],
    zones: [Label(tag: "east-1", name: Phrase(zh: "东一区", en: "east-1"))],
    sources: [Label(tag: "well", name: Phrase(zh: "机井", en: "well"))],
    programs: [Label(tag: "morning", name: Phrase(zh: "晨灌", en: "morning"))],
    devices: [Label(tag: "soil-a", name: Phrase(zh: "土壤一", en: "soil-a"))],
    gates: [Label(tag: "G-1", name: Phrase(zh: "一号闸", en: "gate 1"))])

private let subjects: [Subject] = [
    .site, .zone(ZoneIndex(0)), .source(SourceIndex(0)), .output(OutputIndex(0)), .point(PointIndex(0)),
    .program(ProgramIndex(0)), .device(DeviceIndex(0)), .gate(GateIndex(0)),
]

private var causes: [Cause] {
    let fixed: [Cause] = [.idle, .program(ProgramIndex(0)), .manual(7), .needed(by: ZoneIndex(0)), .stopping]
    let trips = TripKind.allCases.map { Cause.trip(TripID($0, $0 == .emergencyStop ? .site : .zone(ZoneIndex(0)))) }
    return fixed + trips + Interlock.allCases.map { .interlock($0) } + GateReason.allCases.map { .gate($0) }
}

private func expectComplete(_ phrase: Phrase, _ of: Any, sourceLocation: SourceLocation = #_sourceLocation) {
    let hasHan = phrase.zh.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
    #expect(hasHan, "no Chinese for \(of): \(phrase.zh)", sourceLocation: sourceLocation)
    #expect(!phrase.en.isEmpty && phrase.en.allSatisfy { $0.isASCII || $0 == "–" }, "English of \(of): \(phrase.en)",
            sourceLocation: sourceLocation)
    #expect(!phrase.zh.contains("{") && !phrase.en.contains("{"), "unfilled key of \(of): \(phrase)", sourceLocation: sourceLocation)
}

struct WordingTests {
    @Test func `Every event has its sentence in both languages, for every subject and cause, with and without numbers`() {
        for kind in EventKind.allCases {
            for subject in subjects {
                expectComplete(tables.text(of: Event(kind, subject)), kind)
                expectComplete(tables.text(of: Event(kind, subject, value: 12.3, limit: 4, duration: .seconds(90))), kind)
            }
            for cause in causes { expectComplete(tables.text(of: Event(kind, .zone(ZoneIndex(0)), because: cause)), (kind, cause)) }
        }
    }

    @Test func `Every cause has words in both languages`() {
        for cause in causes { expectComplete(tables.text(of: cause), cause) }
    }

    @Test func `Every state has a word in both languages, and no two of a kind share one`() {
        func check<State: CaseIterable>(_ type: State.Type, _ text: (State) -> Phrase) {
            for state in type.allCases { expectComplete(text(state), state) }
            #expect(Set(type.allCases.map { text($0).zh }).count == type.allCases.count, "\(type)")
            #expect(Set(type.allCases.map { text($0).en }).count == type.allCases.count, "\(type)")
        }
        check(Interlock.self, \.text)
        check(GateReason.self, \.text)
        check(TripKind.self, \.text)
        check(ZonePhase.self, \.text)
        check(Quality.self, \.text)
        check(Reason.self, \.text)
        check(AlarmState.self, \.text)
        check(Severity.self, \.text)
        check(RunOutcome.self, \.text)
        check(OccurrenceDecision.self, \.text)
        check(CommandOutcome.self, \.text)
        check(Author.self, \.text)
        check(RemoteRefusal.self, \.text)
        check(BrokerAnswer.self, \.text)
        check(OutputKind.self, \.text)
        for trust in [ClockTrust.unset, .heldOver, .synced] { expectComplete(trust.text, trust) }
        for kind in OutputKind.allCases { for level in [OutputLevel.on, .off] { expectComplete(kind.text(of: level), kind) } }
    }

    @Test func `Numbers in events carry their unit`() {
        let flow = Event(.tripNoFlow, .zone(ZoneIndex(0)), value: 0.2, limit: 2.4, duration: .seconds(30))
        #expect(tables.text(of: flow).en == "east-1 no flow: 0.20 m3/h, at least 2.40 m3/h expected, for 30 s; the zone was closed")
        let run = Event(.runEnded, .zone(ZoneIndex(0)), value: 5.123, duration: .seconds(750))
        #expect(tables.text(of: run).zh == "东一区 灌溉结束：12 分 30 秒，5.12 m3")
        let tooLong = Event(.tripMaximumOn, .output(OutputIndex(0)), limit: 7200)
        #expect(tables.text(of: tooLong).en == "V-1 was on for its maximum of 2 h; it is at its safe state")
        #expect(tables.text(of: Event(.recordsDropped, .site, value: 17)).zh.contains("丢弃 17 条"))
    }

    @Test func `A cause names the thing it speaks of`() {
        #expect(tables.text(of: Cause.trip(TripID(.noFlow, .zone(ZoneIndex(0))))) == Phrase(zh: "东一区 无流量", en: "no flow in east-1"))
        #expect(tables.text(of: Cause.program(ProgramIndex(0))) == Phrase(zh: "程序 晨灌", en: "program morning"))
    }

    @Test func `A subject of an earlier site file is shown by number and does not trap`() {
        #expect(tables.name(of: .zone(ZoneIndex(40))).en == "#40")
        #expect(tables.name(of: .output(OutputIndex(40))).en == "#40")
        #expect(tables.name(of: .point(PointIndex(40))).en == "#40")
    }
}
