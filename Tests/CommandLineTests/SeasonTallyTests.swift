import Language
import ProcessImage
import Quantities
import Simulator
import Testing
@testable import tidegate

/// What is counted of a season: waits, hours, doses, by records written here.
@Suite struct SeasonTallyTests {
    private static func status(_ phase: ZonePhase, _ cause: Cause = .idle, run: UInt64 = 1) -> ZoneStatus {
        ZoneStatus(phase: phase, cause: cause, run: RunID(rawValue: run))
    }

    @Test func `a zone that waits for capacity waited for the zones that had water meanwhile, and a short wait is none`() throws {
        var tally = WaitTally(zones: 3)
        let (east, west, north) = (ZoneIndex(0), ZoneIndex(1), ZoneIndex(2))
        tally.note(east, Self.status(.watering), at: 0)
        tally.note(west, Self.status(.queued, .interlock(.capacity), run: 2), at: 0)
        tally.note(west, Self.status(.queued, .interlock(.capacity), run: 2), at: 100)
        tally.note(east, Self.status(.idle), at: 150)
        tally.note(north, Self.status(.watering, run: 3), at: 150)
        tally.note(west, Self.status(.watering, run: 2), at: 250)
        tally.note(north, Self.status(.queued, .interlock(.capacity), run: 4), at: 300)
        tally.note(north, Self.status(.watering, run: 4), at: 330)
        let wait = try #require(tally.waits.first)
        #expect(tally.waits.count == 1)
        #expect(wait.zone == west && wait.cause == .interlock(.capacity) && wait.times == 1 && wait.seconds == 250 && wait.longest == 250)
        #expect(wait.others.map(\.zone) == [north, east] && wait.others.map(\.seconds) == [150, 100])
    }

    @Test func `a run that soaks between two of its parts waits for nobody`() {
        var tally = WaitTally(zones: 1)
        tally.note(ZoneIndex(0), Self.status(.resting, .interlock(.soak)), at: 0)
        tally.note(ZoneIndex(0), Self.status(.watering), at: 1800)
        #expect(tally.waits.isEmpty)
    }

    @Test func `a pump's hours are cut at the hours of the day, and what is on at the end counts to the end`() {
        let pump = OutputDefinition(label: Label(tag: "P-1"), kind: .pump, safe: .off, maximumOn: .hours(8))
        let valve = OutputDefinition(label: Label(tag: "V-1"), kind: .valve, safe: .off, maximumOn: .hours(8))
        var tally = MotorTally([valve, pump], offset: 8 * 3600)
        tally.note(OutputIndex(0), .on, at: 0)
        tally.note(OutputIndex(1), .on, at: 1800)
        tally.note(OutputIndex(1), .on, at: 1900)
        tally.note(OutputIndex(1), .off, at: 5400)
        tally.note(OutputIndex(1), .on, at: 7200)
        tally.close(at: 7260)
        let motor = tally.motors[0]
        #expect(tally.motors.count == 1 && motor.starts == 2 && motor.seconds == 3660)
        #expect(motor.byHour[8] == 1800 && motor.byHour[9] == 1800 && motor.byHour[10] == 60 && motor.byHour.reduce(0, +) == 3660)
    }

    @Test func `a typical day of the year is cold in January and warm in July, and rains as the averages have it`() throws {
        let winter = PlantDay.typical(on: try #require(CivilDate(year: 2026, month: 1, day: 19)), nil)
        let summer = PlantDay.typical(on: try #require(CivilDate(year: 2026, month: 7, day: 20)), nil)
        #expect(abs(winter.minimum.celsius + winter.maximum.celsius) < 1 && winter.rain == .zero)
        #expect(abs(summer.minimum.celsius + summer.maximum.celsius - 54) < 1)
    }
}
