import Quantities
import Testing

struct CivilDateTests {
    /// Days since 1970-01-01 of known dates (GNU date, `date -u -d 2024-02-29 +%s` / 86400).
    @Test(arguments: [
        (1970, 1, 1, 0, 3), (1969, 12, 31, -1, 2), (2000, 2, 29, 11_016, 1), (2000, 3, 1, 11_017, 2), (2024, 2, 29, 19_782, 3),
        (2026, 11, 23, 20_780, 0), (2100, 2, 28, 47_540, 6), (2100, 3, 1, 47_541, 0), (1, 1, 1, -719_162, 0), (9999, 12, 31, 2_932_896, 4),
    ] as [(Int, Int, Int, Int, Int)])
    func `Known dates have their day number and weekday`(year: Int, month: Int, day: Int, number: Int, weekday: Int) throws {
        let date = try #require(CivilDate(year: year, month: month, day: day))
        #expect(date.daysSinceEpoch == number)
        #expect(date.weekday == weekday)
        #expect(date.components == (year, month, day))
    }

    @Test func `Every day of eight centuries goes there and back`() {
        var previous = CivilDate(daysSinceEpoch: -200_001).components
        for number in Int32(-200_000)...100_000 {
            let (year, month, day) = CivilDate(daysSinceEpoch: number).components
            let follows = (year, month, day) == (previous.year, previous.month, previous.day + 1) || day == 1
            if !follows || CivilDate(year: year, month: month, day: day)?.daysSinceEpoch != number {
                Issue.record("day \(number) is \(year)-\(month)-\(day)")
                return
            }
            previous = (year, month, day)
        }
    }

    @Test func `Days the calendar does not have are refused`() {
        for (year, month, day) in [(2026, 2, 29), (2026, 13, 1), (2026, 0, 1), (2026, 4, 31), (2026, 1, 0), (0, 1, 1), (10_000, 1, 1)] {
            #expect(CivilDate(year: year, month: month, day: day) == nil)
        }
        #expect(TimeOfDay(hour: 24, minute: 0) == nil && TimeOfDay(hour: 0, minute: 60) == nil)
    }
}

struct CivilTextTests {
    @Test(arguments: ["0001-01-01", "1969-12-31", "2024-02-29", "2026-11-23", "9999-12-31"])
    func `A day reads back as it is written`(text: String) throws {
        #expect(try #require(CivilDate(text: text)).text == text)
    }

    @Test(arguments: ["", "2026-1-01", "2026-01-1", "26-01-01", "2026-02-29", "2026-13-01", "2026-01-01 ", "2026/01/01", "+026-01-01", "2026-01-01-01",
                      "２０２６-01-01", "2026-01-0a"])
    func `What is written otherwise is no day`(text: String) { #expect(CivilDate(text: text) == nil) }

    @Test func `A time reads back as it is written`() throws {
        for minute in 0..<1440 {
            let time = try #require(TimeOfDay(hour: minute / 60, minute: minute % 60))
            #expect(TimeOfDay(text: time.text) == time && time.textWithSeconds == time.text + ":00")
        }
        for text in ["", "6:30", "06:3", "24:00", "06:60", "06:30:00", "-6:30", "0630", "06：30"] { #expect(TimeOfDay(text: text) == nil, "\(text)") }
    }
}

struct LocalClockTests {
    /// Berlin in 2026: summer time from 29 March 02:00 (01:00 UTC) to 25 October 03:00 (01:00 UTC).
    static let berlin = LocalClock(name: "Europe/Berlin", firstOffset: 3600, changes: [
        .init(unixSeconds: 1_774_746_000, offset: 7200), .init(unixSeconds: 1_792_890_000, offset: 3600),
    ])

    private func moment(_ month: Int, _ day: Int, _ hour: Int, _ minute: Int) throws -> Int64 {
        let date = try #require(CivilDate(year: 2026, month: month, day: day))
        let time = try #require(TimeOfDay(hour: hour, minute: minute))
        return Self.berlin.unixSeconds(date: date, time: time)
    }

    @Test func `A time that spring skips means the moment of the change`() throws {
        #expect(try moment(3, 29, 1, 59) == 1_774_745_940)
        #expect(try moment(3, 29, 2, 0) == 1_774_746_000)
        #expect(try moment(3, 29, 2, 30) == 1_774_746_000)
        #expect(try moment(3, 29, 3, 0) == 1_774_746_000)
        #expect(try moment(3, 29, 3, 1) == 1_774_746_060)
    }

    @Test func `A time that autumn shows twice means the first`() throws {
        #expect(try moment(10, 25, 2, 30) == 1_792_888_200)
        #expect(try moment(10, 25, 3, 0) == 1_792_893_600)
    }

    @Test func `What the clock shows goes back to the same moment, but for the second showing`() {
        for step in 0..<(400 * 24 * 4) {
            let unixSeconds = 1_767_225_600 + Int64(step) * 900
            let (date, time) = Self.berlin.local(unixSeconds: unixSeconds)
            let back = Self.berlin.unixSeconds(date: date, time: time)
            let isSecondShowing = (1_792_890_000..<1_792_893_600).contains(unixSeconds)
            if back != (isSecondShowing ? unixSeconds - 3600 : unixSeconds) {
                Issue.record("\(unixSeconds) came back as \(back)")
                return
            }
        }
    }

    @Test func `China has one time all year`() throws {
        let (date, time) = LocalClock.shanghai.local(unixSeconds: 1_795_384_800)
        #expect(date.components == (2026, 11, 23) && time.components == (6, 0, 0))
        #expect(LocalClock.shanghai.unixSeconds(date: date, time: time) == 1_795_384_800)
    }

    @Test func `Moments before 1970 have a date too`() {
        let (date, time) = LocalClock(name: "UTC", firstOffset: 0).local(unixSeconds: -1)
        #expect(date.components == (1969, 12, 31) && time.components == (23, 59, 59))
    }
}

struct WallTimeTests {
    @Test func `A clock in 1970 is not trusted, whatever it says of itself`() {
        #expect(!WallTime(unixSeconds: 5, trust: .synced).isTrusted)
        #expect(!WallTime(unixSeconds: 1_795_384_800, trust: .unset).isTrusted)
        #expect(WallTime(unixSeconds: 1_795_384_800, trust: .heldOver).isTrusted)
    }

    @Test func `Seconds are rounded towards the past`() {
        #expect(WallTime(unixNanoseconds: -1, trust: .unset).unixSeconds == -1)
        #expect(WallTime(unixNanoseconds: 1_999_999_999, trust: .unset).unixSeconds == 1)
    }
}
