import Agronomy
import ArgumentParser
import Language
import Quantities

/// `tidegate agro …`: the controller's own agronomy at the desk. CSV in, the same rows out with columns added.
struct Agro: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "agro",
            abstract: Phrase(zh: "农学计算：蒸散量、水量平衡、灌水决策、日出日落、养鱼", en: "agronomy: evapotranspiration, water balance, decisions, sun, fish").said,
            discussion: Phrase(
                zh: "不需要控制器。读 CSV 表（文件或标准输入），原样输出各行并在后面加上结果列；坏行报明行号、列名与改法，其余照算，此时退出码为 1。列名里带单位。公式、常数与出处见 docs/agronomy.zh.md。",
                en: "Needs no controller. Reads a CSV table from a file or standard input and writes its rows with result columns added. A bad row is told with line, column and remedy, the rest are computed, and the exit code is then 1. Names of columns hold the units. Formulas, constants and sources: docs/agronomy.md.").said,
            subcommands: [AgroDaily.self, AgroHourly.self, AgroHargreaves.self, AgroSun.self, AgroRuntime.self, AgroQuota.self,
                          AgroSeason.self, AgroDecide.self, AgroSalinity.self, AgroProbe.self, AgroThreePhase.self, AgroNutrients.self,
                          AgroOxygen.self, AgroGrowth.self, AgroRation.self, AgroFeedTable.self])
    }
}

enum ConstantsName: String, ExpressibleByArgument, CaseIterable {
    case asce, fao56
    var constants: Constants { self == .asce ? .asce2005 : .fao56 }
}

enum ClimateName: String, ExpressibleByArgument, CaseIterable {
    case arid, humid
}

struct AgroDaily: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "eto-daily",
            abstract: Phrase(zh: "按天算参考作物蒸散量", en: "reference evapotranspiration of days").said,
            discussion: Phrase(
                zh: "必需列：lat_deg, elev_m, doy（或 date）, tmin_c, tmax_c。可有：ea_kpa, tdew_c, rhmax_pct, rhmin_pct, rhmean_pct, rs_mj_m2_d, sunshine_h, wind_ms_at_zw, wind_height_m（缺省 2）。缺什么用什么代替，写在 eto_basis 列。结果：eto_mm（草）, etr_mm（苜蓿）, ra_mj_m2_d, daylight_h。",
                en: "Columns due: lat_deg, elev_m, doy (or date), tmin_c, tmax_c. As far as there are: ea_kpa, tdew_c, rhmax_pct, rhmin_pct, rhmean_pct, rs_mj_m2_d, sunshine_h, wind_ms_at_zw, wind_height_m (else 2). What replaced the missing is told in eto_basis. Results: eto_mm (grass), etr_mm (alfalfa), ra_mj_m2_d, daylight_h.").said)
    }

    @Option(help: .said(zh: "常数：asce 或 fao56", en: "constants: asce or fao56", valueName: Phrase(zh: "名称", en: "name")))
    var constants: ConstantsName = .asce

    @Option(help: .said(zh: "没有湿度时：arid 露点比最低温低 2 °C，humid 等于最低温", en: "without humidity: arid takes 2 °C off the minimum, humid none",
                        valueName: Phrase(zh: "气候", en: "climate")))
    var climate: ClimateName = .arid

    @Flag(help: .said(zh: "靠海（没有辐射时用 0.19 代替 0.16）", en: "on a coast: 0.19 instead of 0.16 where radiation is missing"))
    var coast = false

    @OptionGroup var options: AgroOptions

    func run() throws {
        let climate = Climate(isArid: climate == .arid, isCoastal: coast)
        let added = ["eto_mm", "etr_mm", "ra_mj_m2_d", "daylight_h", "eto_basis"]
        try AgroTable.run(options, adding: added) { (row) throws(RowRefused) in
            let weather = try row.dailyWeather(), place = try row.location(), day = try row.dayOfYear()
            let short = weather.referenceET(.short, at: place, dayOfYear: day, constants: constants.constants, climate: climate)
            let tall = weather.referenceET(.tall, at: place, dayOfYear: day, constants: constants.constants, climate: climate)
            let sun = SolarDay(latitude: place.latitude, dayOfYear: day)
            let numbers = [short.raw.millimeters, tall.raw.millimeters, sun.radiation.megajoulesPerSquareMeter,
                           sun.daylight.seconds / 3600]
            return numbers.map { CSVRow.shown($0) } + [short.basis]
        }
    }
}

extension ReferenceET {
    /// What it rests on, for programs: `dewPoint/measured/assumed` are humidity, radiation and wind.
    var basis: String { "\(humidity)/\(radiation)/\(wind)" }
}

struct AgroHourly: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "eto-hourly",
            abstract: Phrase(zh: "按小时算参考作物蒸散量", en: "reference evapotranspiration of hours").said,
            discussion: Phrase(
                zh: "列：local_date（或 doy）, local_hour_start, utc_offset_h, lat_deg, lon_deg（东正）, elev_m, tmean_c, rs_mj_m2_h；ea_kpa、tdew_c 或 rh_pct；wind_ms_at_zw, wind_height_m。local_hour_start 是这一小时开始的钟点；记录仪多以结束标记，请先减 1。各行按时间先后；夜间沿用傍晚的云量。结果：eto_mm, etr_mm。",
                en: "Columns: local_date (or doy), local_hour_start, utc_offset_h, lat_deg, lon_deg (east positive), elev_m, tmean_c, rs_mj_m2_h; ea_kpa, tdew_c or rh_pct; wind_ms_at_zw, wind_height_m. local_hour_start is the hour's beginning: loggers label its end, so take 1 off. Rows in order of time: the night keeps the clouds of its evening. Results: eto_mm, etr_mm.").said)
    }

    @Option(help: .said(zh: "常数：asce 或 fao56（1998）", en: "constants: asce or fao56 (of 1998)", valueName: Phrase(zh: "名称", en: "name")))
    var constants: ConstantsName = .asce

    @OptionGroup var options: AgroOptions

    func run() throws {
        var table = AgroTable(try CSVFile(path: options.table), adding: ["eto_mm", "etr_mm"])
        var series = HourSeries(table.file.rows, constants.constants)
        for row in table.file.rows { table.add(row) { (row) throws(RowRefused) in try series.next(row) } }
        try table.finish(asJSON: options.common.json)
    }
}

struct AgroHargreaves: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "hargreaves",
            abstract: Phrase(zh: "只凭气温估算参考作物蒸散量（Hargreaves–Samani）", en: "evapotranspiration from temperatures alone").said,
            discussion: Phrase(zh: "列：lat_deg, doy（或 date）, tmin_c, tmax_c。结果：eto_mm。", en: "Hargreaves and Samani. Columns: lat_deg, doy (or date), tmin_c, tmax_c. Result: eto_mm.").said)
    }

    @OptionGroup var options: AgroOptions

    func run() throws {
        try AgroTable.run(options, adding: ["eto_mm"]) { (row) throws(RowRefused) in
            let weather = try row.dailyWeather()
            return [CSVRow.shown(weather.hargreaves(at: try row.location(), dayOfYear: try row.dayOfYear()).raw.millimeters)]
        }
    }
}

struct AgroSun: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "sun",
            abstract: Phrase(zh: "日出、日落、正午、晨昏", en: "sunrise, sunset, noon, dawn and dusk").said,
            discussion: Phrase(
                zh: "列：lat, lon（东正）, date。结果：sunrise, sunset, noon, dawn, dusk（民用晨昏），当地钟点；极昼极夜为空。",
                en: "Columns: lat, lon (east positive), date. Results by the local clock: sunrise, sunset, noon, dawn and dusk (civil); empty in polar day or night.").said)
    }

    @Option(help: .said(zh: "当地钟比 UTC 早几小时", en: "hours the local clock is ahead of UTC", valueName: Phrase(zh: "小时", en: "hours")))
    var utcOffset: Double = 8

    @OptionGroup var options: AgroOptions

    func run() throws {
        guard (-14...14).contains(utcOffset) else {
            throw Refused(.wrongUse, code: "utc-offset", Phrase(zh: "--utc-offset 应在 -14 … 14 小时", en: "--utc-offset is within -14 … 14 hours"))
        }
        try AgroTable.run(options, adding: ["sunrise", "sunset", "noon", "dawn", "dusk"]) { (row) throws(RowRefused) in
            let date = try row.date("date")
            _ = try row.number(.longitude)
            let sun = SunTimes(on: date, at: try row.location())
            return [sun.sunrise, sun.sunset, sun.noon, sun.dawn, sun.dusk].map { clock($0) }
        }
    }

    private func clock(_ moment: Int64?) -> String {
        guard let moment else { return "" }
        let local = moment + Int64((utcOffset * 3600).rounded())
        return LocalClock(name: "", firstOffset: 0).local(unixSeconds: local).time.textWithSeconds
    }
}
