import Agronomy
@testable import Control
import Foundation
import ProcessImage
import Quantities
import Testing

@Suite struct WaterBalanceTests {
    @Test func `each local day is stepped once, soon after midnight, with what its weather was`() {
        let bench = BalanceBench()
        bench.run(for: .hours(23))
        #expect(bench.days.isEmpty && bench.deficit.value == nil, "its first day is not over")
        bench.run(for: .hours(1) + .seconds(10))
        #expect(bench.days.map(\.date) == [CivilDate(year: 2026, month: 5, day: 1)])
        bench.runDays(3)
        #expect(bench.days.count == 4 && bench.days.dropFirst().allSatisfy { $0.tier == .station } && bench.tier == .station)
        #expect(bench.days.map(\.age) == [30, 31, 32, 33])
        #expect(bench.events.map(\.kind) == [.balanceBegun])
    }

    @Test func `the balance is the one of agronomy, day for day`() {
        let bench = BalanceBench()
        bench.runDays(6)
        bench.run(for: .seconds(10))
        let zone = RootZone(crop: BalanceBench.maize, soil: SoilTexture.loam.soil)
        var state = zone.start(content: .percent(25))
        for row in bench.days {
            state.day = Int(row.age)
            let climate = StageClimate(wind: .metersPerSecond(2), humidityMinimum: .percent(40))
            let day = zone.step(&state, RootZoneWeather(et: .millimeters(Double(row.referenceET)), rain: .millimeters(Double(row.rain)), climate: climate))
            #expect(abs((day.depletion - row.depletion).millimeters) < 1e-3 && abs(day.actualET.millimeters - Double(row.actualET)) < 1e-3)
        }
        #expect(bench.days.count == 6)
    }

    @Test func `irrigation is booked from the meter, on the day it flowed, less what does not reach the roots`() {
        let bench = BalanceBench()
        bench.runDays(2)
        bench.run(for: .hours(6))
        let before = bench.deficit.value ?? .zero
        // 10 mu are 6 666.7 m2: 20 m3 are 3 mm, of which 2.7 arrive.
        for _ in 0..<20 {
            bench.give(.cubicMeters(1))
            bench.run(for: .minutes(1))
        }
        let after = bench.deficit.value ?? .zero
        #expect(abs((before - after).millimeters - 2.7) < 0.1)
        #expect(bench.etSinceIrrigation == .known(.zero))
        bench.runDays(1)
        #expect(abs(Double(bench.days.last?.irrigation ?? 0) - 2.7) < 1e-4)
        #expect(near(bench.etSinceIrrigation, Double(bench.days.last?.actualET ?? 0)), "counts again from the day of the water")
        bench.runDays(1)
        #expect(bench.days.last?.irrigation == 0, "and never twice")
    }

    @Test func `how much becomes cubic metres by area and efficiency`() {
        let bench = BalanceBench()
        // 9 mm net on 10 mu are 10 mm gross, 66.7 m3.
        #expect(abs((bench.volume(for: .millimeters(9))?.cubicMeters ?? 0) - 200.0 / 3) < 1e-9)
    }

    @Test func `under a roof it does not rain`() {
        let open = BalanceBench(), covered = BalanceBench(BalanceBench.plan(covered: true))
        for bench in [open, covered] {
            bench.runDays(1)
            for total in stride(from: 101.0, through: 130, by: 1) {
                bench.rainTotal = total
                bench.run(for: .minutes(10))
            }
            bench.runDays(1)
        }
        #expect((open.days.last?.rain ?? 0) > 29 && covered.days.last?.rain == 0)
        #expect((open.deficit.value ?? .zero) < (covered.deficit.value ?? .zero))
    }

    @Test func `after three days without power every day is made up for once, with the averages, and says so`() {
        let bench = BalanceBench(), steady = BalanceBench()
        bench.runDays(3)
        steady.runDays(3)
        for bench in [bench, steady] { bench.run(for: .hours(10)) }
        bench.restart(after: .hours(72))
        steady.temperature = { _ in nil }
        steady.humidity = { _ in nil }
        steady.irradiance = { _ in nil }
        steady.wind = { _ in nil }
        steady.rainTotal = nil
        steady.run(for: .hours(72))
        for bench in [bench, steady] { bench.run(for: .minutes(1)) }
        let late = bench.days.suffix(3)
        #expect(bench.days.map(\.date) == steady.days.map(\.date) && bench.days.count == 6)
        #expect(late.allSatisfy { $0.tier == .averages && $0.notes.contains(.stationFailed) } && late.dropLast().allSatisfy { $0.notes.contains(.caughtUp) })
        #expect(bench.events.contains { $0.kind == .balanceCaughtUp && $0.value == 3 })
        for (a, b) in zip(bench.days, steady.days) { #expect(abs((a.depletion - b.depletion).millimeters) < 1e-9, "\(a.date.components)") }
        #expect(bench.deficit.value != nil)
    }

    @Test func `a restart in the middle of a day steps no day again and loses no water of the morning`() {
        let bench = BalanceBench(), steady = BalanceBench()
        for bench in [bench, steady] {
            bench.runDays(3)
            bench.run(for: .hours(9))
            bench.give(.cubicMeters(30))
            bench.run(for: .minutes(10))
        }
        let morning = GivenWater(zone: BalanceBench.zone, date: bench.today, volume: .cubicMeters(30))
        bench.restart(after: .seconds(20), given: [morning])
        steady.run(for: .seconds(20))
        for bench in [bench, steady] { bench.run(for: .minutes(5)) }
        #expect(abs(((bench.deficit.value ?? .zero) - (steady.deficit.value ?? .zero)).millimeters) < 0.05)
        #expect(bench.etSinceIrrigation == .known(.zero))
        for bench in [bench, steady] { bench.runDays(2) }
        #expect(bench.days.map(\.date) == steady.days.map(\.date))
        for (a, b) in zip(bench.days, steady.days) {
            #expect(abs((a.depletion - b.depletion).millimeters) < 0.05 && abs(a.irrigation - b.irrigation) < 1e-4)
        }
    }

    @Test func `a life that was restarted each day computes bit for bit what one did that was not`() {
        let bench = BalanceBench(BalanceBench.plan(station: false)), steady = BalanceBench(BalanceBench.plan(station: false))
        for bench in [bench, steady] { bench.run(for: .hours(1)) }
        for _ in 0..<8 {
            for bench in [bench, steady] { bench.runDays(1) }
            bench.restart(after: .zero)
        }
        #expect(bench.days == steady.days && bench.days.count == 8)
    }

    @Test func `a clock that was ahead makes no second day, and the zone waits unknown`() {
        let bench = BalanceBench()
        bench.runDays(3)
        bench.run(for: .minutes(1))
        bench.stepClock(by: .hours(48))
        bench.run(for: .minutes(1))
        #expect(bench.days.count == 5)
        bench.stepClock(by: .hours(-48))
        bench.run(for: .minutes(1))
        #expect(bench.deficit.value == nil && bench.events.last?.kind == .balanceWaits)
        bench.runDays(3)
        #expect(bench.days.map(\.date) == Array(Set(bench.days.map(\.date))).sorted(), "no date twice")
        #expect(bench.deficit.value != nil, "the clock has come to it")
    }

    @Test func `a gap that nobody can tell of begins the balance anew`() {
        let bench = BalanceBench()
        bench.runDays(2)
        bench.run(for: .seconds(10))
        bench.restart(after: .hours(24 * 40))
        bench.runDays(1)
        bench.run(for: .seconds(10))
        #expect(bench.events.count { $0.kind == .balanceBegun } == 2)
        #expect(bench.days.last?.date == bench.today.adding(days: -1) && bench.days.count == 3)
    }

    @Test func `a season of 24 zones has a row for each zone and day`() {
        let bench = BalanceBench(BalanceBench.plan(station: false, zones: 24))
        bench.turn()
        let begun = ContinuousClock.now
        for _ in 0..<120 {
            bench.stepClock(by: .hours(24) - .seconds(5))
            bench.turn()
        }
        if ProcessInfo.processInfo.environment["TIDEGATE_SHOW_DEVIATIONS"] != nil {
            print("a day of 24 zones took \((ContinuousClock.now - begun) / 120)")
        }
        #expect(bench.rowCount == 120 * 24 && bench.days.count == 120)
    }

    @Test func `a row of a damaged file is left out, and the balance begins anew`() throws {
        let bench = BalanceBench()
        bench.runDays(2)
        bench.run(for: .seconds(10))
        var restored = bench.restored
        restored.water[0].day.depletionMillimeters = .nan
        let next = BalanceBench(startAt: bench.unixSeconds, restored: restored)
        next.run(for: .minutes(1))
        #expect(next.events.map(\.kind) == [.balanceBegun] && next.deficit.value == nil)
    }

    @Test func `before planting there is no balance`() {
        let bench = BalanceBench(startAt: BalanceBench.may - 40 * 86_400)
        bench.runDays(2)
        #expect(bench.days.isEmpty && bench.depletion.value == nil)
    }

    @Test func `a probe draws the depletion; the nought of a cut cable does not`() {
        let dry = BalanceBench(BalanceBench.plan(probe: true)), none = BalanceBench(), cut = BalanceBench(BalanceBench.plan(probe: true))
        dry.moisture = 18
        cut.moisture = 22
        for bench in [dry, none, cut] { bench.runDays(1) }
        cut.moisture = 0
        for bench in [dry, none, cut] {
            bench.runDays(2)
            bench.run(for: .seconds(10))
        }
        #expect(dry.days.last?.notes.contains(.probe) == true)
        #expect((dry.days.last?.depletion ?? .zero) > (none.days.last?.depletion ?? .zero) + .millimeters(5))
        #expect(cut.days.last?.notes.contains(.probeRejected) == true && cut.days.last?.notes.contains(.probe) == false)
        #expect(cut.events.contains { $0.kind == .probeRejected })
        #expect(cut.events.count { $0.kind == .probeRejected } <= 3, "told once a day")
    }

    @Test func `trees begin anew each year and rest between`() throws {
        let yearly = WaterPlan(rootZone: RootZone(crop: BalanceBench.maize, soil: SoilTexture.loam.soil), planted: try #require(CivilDate(year: 2020, month: 3, day: 25)),
                               isYearly: true, area: .mu(1), efficiency: .percent(90), content: .percent(25))
        func age(_ year: Int, _ month: Int, _ day: Int) throws -> Int? { yearly.age(on: try #require(CivilDate(year: year, month: month, day: day))) }
        #expect(try age(2020, 3, 24) == nil && age(2026, 3, 25) == 0 && age(2026, 4, 4) == 10 && age(2026, 12, 24) == 0 && age(2027, 3, 24) == 0)
    }
}

private func near(_ known: Known<Depth>, _ millimeters: Double) -> Bool {
    known.value.map { abs($0.millimeters - millimeters) <= 1e-6 } ?? false
}
