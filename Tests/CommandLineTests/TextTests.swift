import Foundation
import Language
@testable import LocalAPI
import Quantities
import Testing
@testable import tidegate

@Suite struct DisplayWidthTests {
    @Test(arguments: [("", 0), ("abc", 3), ("东一区", 6), ("东1区", 5), ("，", 2), ("é", 1), ("e\u{301}", 1), ("▁", 1), ("→", 1), ("℃", 1), ("😀", 2)])
    func `a text takes the columns it is seen to take`(text: String, columns: Int) {
        #expect(displayWidth(text) == columns)
    }

    @Test func `cut texts never take more than they may`() {
        for width in 0...12 { #expect(displayWidth(cut("东一区 valve 东二", to: width)) <= width) }
        #expect(cut("东一区", to: 6) == "东一区")
        #expect(cut("东一区", to: 5) == "东一…")
    }

    @Test func `lines are broken between words and letters, never before a closing mark`() {
        #expect(wrapped("the well gives 30 m3/h", to: 12) == ["the well", "gives", "30 m3/h"])
        #expect(wrapped("井水能力不够，等候。", to: 12) == ["井水能力不", "够，等候。"])
        for width in 12...40 {
            for line in wrapped("东一区 flow fell to 0.2 L/min；应不低于 8，持续 30 s。", to: width) { #expect(displayWidth(line) <= width) }
        }
    }
}

@Suite struct TableTests {
    private func table() -> Table {
        var table = Table([.text(zh: "分区", en: "zone"), .number(zh: "水量", en: "water"), .text(zh: "原因", en: "why")])
        table.add("东一区", "5.1", "程序 morning")
        table.add("east", "10.25", "")
        return table
    }

    @Test func `columns align under wide letters`() {
        speaking(.chinese) {
            #expect(table().lines == [
                " 分区     水量  原因",
                " 东一区    5.1  程序 morning",
                " east    10.25",
            ])
        }
    }

    @Test func `the last column is wrapped under itself on a narrow terminal`() {
        speaking(.english, width: 34) {
            var table = Table([.text(zh: "分区", en: "zone"), .text(zh: "原因", en: "why")])
            table.add("east-1", "the well gives 30 m3/h, 24 in use")
            #expect(table.lines == [" zone    why", " east-1  the well gives 30 m3/h,", "         24 in use"])
        }
    }

    @Test func `colour stands around what is padded`() {
        speaking(.english, colour: true) {
            var table = Table([.text(zh: "甲", en: "a"), .text(zh: "乙", en: "b")])
            table.add(Table.Cell("x", .bad), "y")
            #expect(table.lines[1] == " \u{1B}[31mx\u{1B}[0m  y")
        }
    }
}

@Suite struct TimeSpanTests {
    @Test(arguments: [
        ("10m", 600), ("90s", 90), ("1h30m", 5400), ("10 min", 600), ("10分钟", 600), ("1小时30分", 5400), ("2d", 172_800),
        ("0.5h", 1800), ("1天", 86_400), ("10 MIN", 600),
    ])
    func `times are read as people type them`(text: String, seconds: Int) {
        #expect(TimeSpan(argument: text)?.duration == .seconds(seconds))
    }

    @Test(arguments: ["", " ", "10", "m", "10x", "-5m", "1e9h", "10m5", "NaN s", "999999999d", "十分", "1..5h", "m10"])
    func `what is no time is refused`(text: String) {
        #expect(TimeSpan(argument: text) == nil)
    }
}

@Suite struct KilogramsTests {
    @Test(arguments: [("40", 40), ("40kg", 40), ("0.5 kg", 0.5), ("12公斤", 12)])
    func `after --kg a unit may stand or not`(text: String, number: Double) { #expect(Kilograms(argument: text)?.number == number) }

    @Test(arguments: ["", "kg", "1e400", "-5", "40g", "1000000"])
    func `what is no weight in kilograms is refused`(text: String) { #expect(Kilograms(argument: text) == nil) }
}

@Suite struct FormatTests {
    @Test(arguments: [(0, "0 B"), (870, "870 B"), (6_100, "6.1 kB"), (20_000, "20 kB"), (20_100, "20.1 kB"), (237_000, "237 kB"), (72_800_000, "72.8 MB"),
                      (1_500_000_000, "1.5 GB")])
    func `sizes have three digits at most`(bytes: Int, text: String) { #expect(Format.bytes(bytes) == text) }

    @Test(arguments: [(2.5, 2, "2.5"), (2.0, 2, "2"), (-0.001, 2, "0"), (100, 0, "100"), (0.125, 8, "0.125"), (.nan, 2, ""), (-1.25, 1, "-1.2")] as [(Double, Int, String)])
    func `zeros behind the point are left out`(value: Double, decimals: Int, text: String) { #expect(Format.shortest(value, decimals: decimals) == text) }

    @Test func `what does not fit stands under the first line, not under its head`() {
        speaking(.english, width: 24) {
            #expect(hung(" ! ", "the well gives 30 m3/h, 24 in use") == [" ! the well gives", "   30 m3/h, 24 in use"])
            #expect(hung(" ", "the well gives 30 m3/h, 24 in use", indent: 3) == [" the well gives", "   30 m3/h, 24 in use"])
        }
        #expect(speaking(.english) { hung(" ! ", "the well gives 30 m3/h, 24 in use") } == [" ! the well gives 30 m3/h, 24 in use"])
    }

    @Test func `numbers and spans carry units in both languages`() {
        speaking(.chinese) {
            #expect(Format.span(200) == "3 分 20 秒")
            #expect(Format.span(90_000) == "1 天 1 小时")
            #expect(Format.span(0) == "0 秒")
        }
        speaking(.english) {
            #expect(Format.span(3600) == "1 h")
            #expect(Format.running(750) == "12:30")
            #expect(Format.running(3_750) == "1:02:30")
            #expect(Format.number(nil, decimals: 1, unit: "%") == "–")
            #expect(Format.number(.nan, decimals: 1) == "–")
            #expect(Format.span(.infinity) == Format.span(1e9))
        }
    }
}

@Suite struct PlotTests {
    private func history(_ values: [Double?], digital: Bool = false, unit: String = "%") -> HistoryReply {
        let start: Int64 = 1_795_384_800
        func time(_ second: Int64) -> WireTime { WireTime(unixSeconds: start + second, offset: 8 * 3600) }
        return HistoryReply(
            point: WireLabel(tag: "soil-a.moisture", name: WireText(Phrase(zh: "墒情", en: "moisture"))), unit: unit, decimals: 1,
            isDigital: digital, from: time(0), to: time(Int64(values.count - 1) * 60), stepSeconds: 60,
            values: values.enumerated().map { .init(at: time(Int64($0.offset) * 60), value: $0.element) })
    }

    @Test func `a curve stands on axes with its unit and local times`() throws {
        let values = (0..<60).map { 20 + 10 * Double($0) / 59 }
        let lines = speaking(.english) { Plot(history: history(values), width: 40, height: 6).lines }
        let golden = try String(contentsOf: Bundle.module.bundleURL.appendingPathComponent("Fixtures/plot.txt"), encoding: .utf8)
        let drawn = lines.joined(separator: "\n") + "\n"
        #expect(drawn == golden)
    }

    @Test func `no line is wider than asked for`() {
        for width in [30, 60, 80, 133] {
            for digital in [false, true] {
                let values = (0..<500).map { Double(digital ? $0 / 50 % 2 : $0 % 97) }
                for line in speaking(.chinese, { Plot(history: history(values, digital: digital), width: width, height: 8).lines }) {
                    #expect(displayWidth(line) <= width)
                }
            }
        }
    }

    @Test func `strange values make no trap: none, one, equal, huge, not a number`() {
        speaking(.english) {
            #expect(Plot(history: history([nil, nil]), width: 80, height: 8).lines.isEmpty)
            for values: [Double?] in [[5], [5, 5, 5], [0, 0], [1e300, -1e300], [1e-300, 2e-300], [.nan, 3, .infinity], [nil, 3, nil]] {
                #expect(!Plot(history: history(values), width: 80, height: 8).lines.isEmpty)
            }
        }
    }
}
