import Agronomy
import Foundation
import Quantities
import Testing

@Suite struct SunTimesTests {
    @Test func `sunrise and sunset are those of an ephemeris within a minute, also over the day of UTC`() throws {
        var rise = Worst("sunrise, seconds"), set = Worst("sunset, seconds"), dawn = Worst("civil dawn to astral, seconds")
        var dusk = Worst("civil dusk to astral, seconds"), noon = Worst("noon to pvlib, seconds")
        for row in try Cases.rows("sun_times_shandong.csv") {
            let parts = try row.text("date").split(separator: "-").compactMap { Int($0) }
            let date = try #require(CivilDate(year: parts[0], month: parts[1], day: parts[2]))
            let place = Location(latitude: .degrees(try row.number("lat")), longitude: .degrees(try row.number("lon")), elevation: .zero)
            let sun = SunTimes(on: date, at: place)
            func compare(_ worst: inout Worst, _ moment: Int64?, _ column: String) throws {
                let local = try #require(moment) + 8 * 3600 - Int64(date.daysSinceEpoch) * 86_400
                worst.add(Double(local), try row.seconds(column), at: "line \(row.line)")
            }
            try compare(&rise, sun.sunrise, "ephem_sunrise")
            try compare(&set, sun.sunset, "ephem_sunset")
            try compare(&dawn, sun.dawn, "astral_civil_dawn")
            try compare(&dusk, sun.dusk, "astral_civil_dusk")
            try compare(&noon, sun.noon, "pvlib_spa_transit")
        }
        for worst in [rise, set, dawn, dusk, noon] { worst.expect(within: 60) }
    }

    @Test func `in polar night nothing rises, and in polar day nothing sets`() throws {
        let place = Location(latitude: .degrees(78.2), longitude: .degrees(15.6), elevation: .zero)
        let winter = SunTimes(on: try #require(CivilDate(year: 2026, month: 12, day: 21)), at: place)
        let summer = SunTimes(on: try #require(CivilDate(year: 2026, month: 6, day: 21)), at: place)
        #expect(winter.sunrise == nil && winter.sunset == nil && summer.sunrise == nil && summer.dusk == nil)
    }
}

extension CaseRow {
    func seconds(_ column: String) throws -> Double {
        let parts = try text(column).split(separator: ":").compactMap { Double($0) }
        guard parts.count == 3 else { throw CocoaError(.formatting) }
        return parts[0] * 3600 + parts[1] * 60 + parts[2]
    }
}

@Suite struct FormulaTests {
    @Test func `run time, volume and flow of a zone`() throws {
        var worst = Worst("run time and volume, relative")
        func add(_ value: Double, _ row: CaseRow, _ column: String) throws {
            worst.add(value / (try row.number(column)), 1, at: "line \(row.line) \(column)")
        }
        for row in try Cases.rows("runtime_volume_formula_cases.csv") {
            let area = Area.mu(try row.number("area_mu")), net = Depth.millimeters(try row.number("net_depth_mm"))
            let emitter = try Flow(row.number("emitter_lph"), #require(Unit(symbol: "L/h")))
            let rate = Spreading.rate(emitter: try #require(emitter), along: .meters(try row.number("emitter_spacing_m")),
                                      across: .meters(try row.number("lateral_spacing_m")))
            let gross = Spreading.gross(net, over: Fraction(base: try row.number("efficiency")))
            let uneven = Spreading.gross(net, over: Fraction(base: try row.number("du_lq")))
            try add(rate.millimetersPerHour, row, "precip_rate_mm_h")
            try add(try #require(gross.time(at: rate)).seconds, row, "runtime_s_by_efficiency")
            try add(try #require(uneven.time(at: rate)).seconds, row, "runtime_s_by_DU")
            try add(gross.volume(on: area).cubicMeters, row, "gross_volume_m3_by_efficiency")
            try add(Spreading.flow(area: area, rate: rate).cubicMetersPerHour, row, "zone_flow_m3_h")
        }
        worst.expect(within: 1e-6)
    }

    @Test func `the quota of GB/T 50485`() throws {
        var worst = Worst("quota of GB/T 50485")
        for row in try Cases.rows("gb50485_quota_formula_cases.csv") {
            let quota = Quota(
                bulkDensity: .gramsPerCubicCentimeter(try row.number("bulk_density_g_cm3")),
                wettedDepth: .meters(try row.number("wetted_depth_cm") / 100), wettedShare: .percent(try row.number("wetted_pct")),
                fieldCapacity: .percent(try row.number("field_capacity_mass_pct")), upper: .percent(try row.number("upper_pct_of_fc")),
                lower: .percent(try row.number("lower_pct_of_fc")), dailyUse: .millimeters(try row.number("design_et_mm_d")),
                efficiency: Fraction(base: try row.number("eta")))
            try worst.add(quota.net.millimeters, row.number("net_quota_mm"), at: "line \(row.line) net")
            try worst.add(quota.interval, row.number("interval_d"), at: "line \(row.line) interval")
            try worst.add(quota.gross.millimeters, row.number("gross_quota_mm"), at: "line \(row.line) gross")
        }
        worst.expect(within: 1e-6)
    }

    @Test func `units of the field convert exactly`() throws {
        var worst = Worst("units, relative")
        for row in try Cases.rows("unit_conversions.csv") {
            let value = try row.number("value"), name = try row.text("conversion")
            worst.add(try converted(value, name) / row.number("expected"), 1, at: "line \(row.line) \(name)")
        }
        worst.expect(within: 1e-6)
    }

    private func converted(_ value: Double, _ name: String) throws -> Double {
        func convert(_ from: String, _ to: String) throws -> Double {
            try #require(Unit(symbol: to)).fromBase(#require(Unit(symbol: from)).toBase(value))
        }
        switch name {
        case "mu->m2": return Area.mu(value).squareMeters
        case "m3/mu->mm": return try convert("m3/mu", "mm")
        case "jin->kg": return try convert("jin", "kg")
        case "kg/mu->kg/ha": return try convert("kg/mu", "kg/ha")
        case "mS/cm->uS/cm": return try convert("mS/cm", "uS/cm")
        case "m3/h->L/s": return try convert("m3/h", "L/s")
        case "K2O->K": return try #require(Nutrient.potash.amount(Mass.kilograms(value), as: .potassium)).kilograms
        default:
            Issue.record("nobody converts \(name)")
            return .nan
        }
    }

    @Test func `worked examples of irrigators`() throws {
        for row in try Cases.rows("irrigation_published_examples.csv") {
            let input = try JSONDecoder().decode([String: Double].self, from: Data(row.text("inputs").utf8))
            let expected = try JSONDecoder().decode([String: Double].self, from: Data(row.text("expected").utf8))
            let tolerance = try row.number("abs_tol")
            func given(_ key: String) throws -> Double { try #require(input[key]) }
            let inch = 25.4, foot = 0.3048, gallonPerMinute = 0.227_124_707
            switch try row.text("kind") {
            case "precip_rate_us":
                let area = Area.squareMeters(try given("area_ft2") * foot * foot)
                let rate = DepthRate(of: .cubicMetersPerHour(try given("gpm") * gallonPerMinute), on: area)
                #expect(abs(rate.millimetersPerHour / inch - (expected["pr_in_h"] ?? .nan)) <= tolerance)
            case "catch_can":
                let rate = DepthRate.millimetersPerHour(try given("inches") * inch / given("minutes") * 60)
                let time = try #require(Depth.millimeters(try given("target_in") * inch).time(at: rate))
                #expect(abs(time.seconds / 60 - (expected["minutes"] ?? .nan)) <= tolerance)
            case let other: Issue.record("nobody judges \(other)")
            }
        }
    }

    @Test func `water that falls faster than it enters is given in equal parts with rests`() {
        let rate = DepthRate.millimetersPerHour(20), infiltration = DepthRate.millimetersPerHour(5)
        let cycles = CycleAndSoak(time: .hours(2), rate: rate, infiltration: infiltration, held: .millimeters(8))
        // 8 mm stand after 8/15 h = 32 min; 120 min make four parts of 30, and each rests three times as long.
        #expect(cycles.cycles == 4 && cycles.run == .minutes(30) && cycles.rest == .minutes(90))
        let gentle = CycleAndSoak(time: .hours(2), rate: infiltration, infiltration: rate, held: .millimeters(8))
        #expect(gentle.cycles == 1 && gentle.run == .hours(2) && gentle.rest == .zero)
    }

    @Test func `uniformity of the lowest quarter`() throws {
        let cans = [12.0, 8, 10, 14, 6, 11, 13, 10].map { Depth.millimeters($0) }
        #expect(abs(try #require(Spreading.uniformity(ofCans: cans)).base - 7 / 10.5) < 1e-12)
        #expect(Spreading.uniformity(ofCans: []) == nil && Spreading.uniformity(ofCans: [.zero]) == nil)
    }

    @Test func `salt weighs from its threshold on, and leaching takes its share`() throws {
        let maize = SaltTolerance(threshold: .decisiemensPerMeter(1.7), slope: 12, yieldResponse: 1.25)
        #expect(maize.stress(at: .decisiemensPerMeter(1.7)) == 1)
        #expect(abs(maize.stress(at: .decisiemensPerMeter(3)) - (1 - 12 / 125 * 1.3)) < 1e-12)
        #expect(maize.stress(at: .decisiemensPerMeter(40)) == 0)
        let share = try #require(Leaching.requirement(water: .decisiemensPerMeter(2), soil: .decisiemensPerMeter(4)))
        #expect(abs(share.base - 2.0 / 18) < 1e-12)
        #expect(abs(Leaching.gross(.millimeters(40), leaching: share).millimeters - 45) < 1e-9)
        #expect(Leaching.requirement(water: .decisiemensPerMeter(9), soil: .decisiemensPerMeter(1.5)) == nil)
    }
}

@Suite struct SoilProbeTests {
    private let soil = SoilTexture.loam.soil
    private let probe = SoilProbe()

    @Test func `a probe draws the depletion by its weight`() {
        let drawn = probe.assimilate(.percent(20), into: .millimeters(10), of: soil, roots: .meters(0.5))
        // The probe sees 1000 · (0.25 − 0.20) · 0.5 = 25 mm.
        #expect(abs(drawn.millimeters - 14.5) < 1e-9)
        #expect(probe.assimilate(.percent(45), into: .millimeters(1), of: soil, roots: .meters(0.5)) == .zero)
    }

    @Test func `the nought of a cut cable is no dry soil`() {
        let before = ProbeReading(content: .percent(22))
        #expect(probe.rejection(of: ProbeReading(content: .zero), after: before, isWatered: false, in: soil) == .tooDry)
        #expect(probe.rejection(of: ProbeReading(content: Fraction(base: .nan)), after: nil, isWatered: false, in: soil) == .tooDry)
        #expect(probe.rejection(of: ProbeReading(content: .percent(80)), after: nil, isWatered: false, in: soil) == .tooWet)
        #expect(probe.rejection(of: ProbeReading(content: .percent(22), temperature: .celsius(-1)), after: nil, isWatered: false, in: soil) == .frozen)
        #expect(probe.rejection(of: ProbeReading(content: .percent(15)), after: before, isWatered: false, in: soil) == .leapt)
        #expect(probe.rejection(of: ProbeReading(content: .percent(32)), after: before, isWatered: true, in: soil) == nil)
        #expect(probe.rejection(of: ProbeReading(content: .percent(21), temperature: .celsius(14)), after: before, isWatered: false, in: soil) == nil)
    }

    @Test func `growers' per cents become water by volume`() {
        #expect(abs(Soil.byVolume(mass: .percent(18), bulkDensity: .gramsPerCubicCentimeter(1.4)).percent - 25.2) < 1e-9)
        #expect(abs(soil.byVolume(relative: .percent(70)).percent - 17.5) < 1e-9)
        let layers: [(Length, Fraction)] = [(.meters(0.2), .percent(20)), (.meters(0.4), .percent(26))]
        #expect(abs((SoilProbe.content(of: layers.map { (thickness: $0.0, content: $0.1) })?.percent ?? .nan) - 24) < 1e-9)
    }
}

@Suite struct CropTests {
    private let stages = CropStages(initial: 20, development: 30, middle: 40, late: 30)
    private let kc = CropCoefficients(initial: 0.3, middle: 1.2, end: 0.6)

    @Test(arguments: [(0, 0.3), (20, 0.3), (35, 0.75), (50, 1.2), (90, 1.2), (105, 0.9), (120, 0.6), (400, 0.6)])
    func `a coefficient goes flat, up, flat and down`(day: Int, expected: Double) {
        #expect(abs(kc.value(on: day, stages) - expected) < 1e-12)
    }

    @Test func `a crop without a last stage has no division by nothing`() {
        let short = CropStages(initial: 90, development: 45, middle: 40, late: 0)
        for day in 0..<200 { #expect(kc.value(on: day, short).isFinite) }
    }

    @Test func `only an end value of 0.45 and more follows the climate`() {
        let dry = StageClimate(wind: .metersPerSecond(4), humidityMinimum: .percent(25))
        let adjusted = kc.adjusted(middle: dry, end: dry, height: .meters(2))
        #expect(adjusted.middle > 1.2 && adjusted.end > 0.6 && adjusted.initial == 0.3)
        let low = CropCoefficients(initial: 0.3, middle: 1.2, end: 0.35).adjusted(middle: dry, end: dry, height: .meters(2))
        #expect(low.end == 0.35)
        #expect(kc.adjusted(middle: .ofTables, end: .ofTables, height: .meters(2)) == kc)
    }
}
