import Agronomy
import ArgumentParser
import Language
import Quantities

enum ConventionName: String, ExpressibleByArgument, CaseIterable {
    case late, early
}

/// How the root zone is accounted for, as options.
struct BalanceOptions: ParsableArguments {
    @Option(help: .said(zh: "水在一天的末尾（late）还是开头（early）入账", en: "water enters at the end (late) or the beginning (early) of a day",
                        valueName: Phrase(zh: "约定", en: "convention")))
    var convention: ConventionName = .late

    @Flag(help: .said(zh: "用单作物系数，不分蒸发与蒸腾", en: "the single crop coefficient instead of the dual"))
    var single = false

    var rules: RootZoneRules { RootZoneRules(convention: convention == .late ? .lateInDay : .earlyInDay, isDual: !single) }
}

struct AgroSeason: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "season",
            abstract: Phrase(zh: "逐日推算一季的根区水量平衡", en: "the water balance of a season, day by day").said,
            discussion: Phrase(
                zh: "参数文件是 JSON：parameters（Kcbini … CN2，与 pyfao56 同名）与 weather_station。天气列：year_doy（或 date）, tmax, tmin, rain；可有 srad, rhmin, rhmax, tdew, vapr, wndsp, etref。灌水列：year_doy, depth_mm, fw, ieff_pct。结果列与 pyfao56 同名，单位 mm、m。",
                en: "The parameters are JSON: parameters (Kcbini … CN2, as pyfao56 names them) and weather_station. Weather: year_doy (or date), tmax, tmin, rain; as far as there are srad, rhmin, rhmax, tdew, vapr, wndsp, etref. Irrigation: year_doy, depth_mm, fw, ieff_pct. Results bear pyfao56's names, in mm and m.").said)
    }

    @Option(help: .said(zh: "作物、土壤与站点参数（JSON）", en: "crop, soil and station (JSON)", valueName: Phrase(zh: "文件", en: "file")))
    var meta: String

    @Option(help: .said(zh: "逐日天气（CSV）", en: "weather by days (CSV)", valueName: Phrase(zh: "文件", en: "file")))
    var weather: String

    @Option(help: .said(zh: "灌水（CSV）", en: "irrigations (CSV)", valueName: Phrase(zh: "文件", en: "file")))
    var irrigation: String?

    @OptionGroup var balance: BalanceOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let season = try SeasonFile(metaPath: meta, weatherPath: weather, rules: balance.rules)
        let given = try irrigation.map { try AgroSeason.irrigations($0) } ?? [:]
        var state = season.zone.start(content: season.initialContent)
        let rows = season.days.map { day in
            var weather = RootZoneWeather(et: day.et, rain: day.rain, climate: day.climate)
            if let irrigation = given[day.date] {
                weather.irrigation = irrigation.depth
                weather.efficiency = irrigation.efficiency
                weather.wetted = irrigation.wetted
            }
            let today = season.zone.step(&state, weather)
            return [day.date.yearAndDay] + AgroSeason.columns.map { CSVRow.shown($0.value(today)) }
        }
        let header = ["year_doy"] + AgroSeason.columns.map(\.name)
        if common.json { return try say(json: rows.map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }) }
        Console.current.out(([header] + rows).map { CSVFile.line($0) + "\n" }.joined())
    }

    struct Irrigation {
        let depth: Depth
        let wetted: Double
        let efficiency: Fraction
    }

    static func irrigations(_ path: String) throws -> [CivilDate: Irrigation] {
        var found: [CivilDate: Irrigation] = [:]
        for row in try CSVFile(path: path).rows {
            do throws(RowRefused) {
                let date = try row.date("year_doy", "date")
                found[date] = Irrigation(
                    depth: .millimeters(try row.number("depth_mm", 0...1000)),
                    wetted: try row.maybe("fw", 0.01...1) ?? 1,
                    efficiency: .percent(try row.maybe("ieff_pct", 1...100) ?? 100))
            } catch { throw error.refusingAll }
        }
        return found
    }

    struct Column: Sendable {
        let name: String
        let value: @Sendable (RootZoneDay) -> Double
    }

    /// tKcb is Kcb: nothing here observes the crop and updates it.
    static let columns: [Column] = [
        Column(name: "ETref") { $0.et.millimeters }, Column(name: "tKcb") { $0.basal }, Column(name: "Kcb") { $0.basal },
        Column(name: "Kcm") { $0.single }, Column(name: "h") { $0.height.meters }, Column(name: "Kcmax") { $0.limit },
        Column(name: "fc") { $0.cover }, Column(name: "fw") { $0.wetted }, Column(name: "few") { $0.surface.exposed },
        Column(name: "De") { $0.surface.depletion.millimeters }, Column(name: "Kr") { $0.surface.reduction },
        Column(name: "Ke") { $0.surface.coefficient }, Column(name: "E") { $0.surface.evaporation.millimeters },
        Column(name: "DPe") { $0.surface.percolation.millimeters }, Column(name: "Kc") { $0.coefficient },
        Column(name: "ETc") { $0.cropET.millimeters }, Column(name: "TAW") { $0.available.millimeters },
        Column(name: "Zr") { $0.roots.meters }, Column(name: "p") { $0.fraction },
        Column(name: "RAW") { $0.readily.millimeters }, Column(name: "Ks") { $0.stress },
        Column(name: "ETa") { $0.actualET.millimeters }, Column(name: "T") { $0.transpiration.millimeters },
        Column(name: "DP") { $0.percolation.millimeters }, Column(name: "Dr") { $0.depletion.millimeters },
        Column(name: "fDr") { $0.depletedShare.base }, Column(name: "Ksend") { $0.stressAtEnd },
        Column(name: "Irrig") { $0.irrigation.millimeters }, Column(name: "IrrLoss") { $0.irrigationLoss.millimeters },
        Column(name: "Rain") { $0.rain.millimeters },
        Column(name: "Runoff") { $0.runoff.millimeters },
    ]
}
