import Agronomy
import ArgumentParser
import Language
import Quantities

struct AgroRuntime: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "runtime",
            abstract: Phrase(zh: "由净灌水深算灌溉时间、水量与流量", en: "run time, volume and flow for a net depth").said,
            discussion: Phrase(
                zh: "列：area_mu, emitter_spacing_m, lateral_spacing_m, emitter_lph, net_depth_mm, efficiency 与 du_lq（0 … 1，可缺一）。两种时间二选一，不可连除。结果：precip_rate_mm_h, runtime_s_by_efficiency, runtime_s_by_DU, gross_volume_m3_by_efficiency, zone_flow_m3_h。",
                en: "Columns: area_mu, emitter_spacing_m, lateral_spacing_m, emitter_lph, net_depth_mm, and efficiency, du_lq (0 … 1) or both. Take one of the two times, never divide by both. Results: precip_rate_mm_h, runtime_s_by_efficiency, runtime_s_by_DU, gross_volume_m3_by_efficiency, zone_flow_m3_h.").said)
    }

    @OptionGroup var options: AgroOptions

    func run() throws {
        let added = ["precip_rate_mm_h", "runtime_s_by_efficiency", "runtime_s_by_DU", "gross_volume_m3_by_efficiency",
                     "zone_flow_m3_h"]
        try AgroTable.run(options, adding: added) { (row) throws(RowRefused) in
            let area = Area.mu(try row.number("area_mu", 0.001...150_000))
            let spacing = 0.01...100.0, part = 0.05...1.0
            let rate = Spreading.rate(emitter: .litersPerHour(try row.number("emitter_lph", 0.01...100_000)),
                                      along: .meters(try row.number("emitter_spacing_m", spacing)),
                                      across: .meters(try row.number("lateral_spacing_m", spacing)))
            let net = Depth.millimeters(try row.number("net_depth_mm", 0...1000))
            let byEfficiency = try row.maybe("efficiency", part).map { Spreading.gross(net, over: Fraction(base: $0)) }
            let byUniformity = try row.maybe("du_lq", part).map { Spreading.gross(net, over: Fraction(base: $0)) }
            func seconds(_ depth: Depth?) -> String { depth?.time(at: rate).map { CSVRow.shown($0.seconds) } ?? "" }
            return [CSVRow.shown(rate.millimetersPerHour), seconds(byEfficiency), seconds(byUniformity),
                    byEfficiency.map { CSVRow.shown($0.volume(on: area).cubicMeters) } ?? "",
                    CSVRow.shown(Spreading.flow(area: area, rate: rate).cubicMetersPerHour)]
        }
    }
}

struct AgroQuota: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "quota",
            abstract: Phrase(zh: "灌水定额与灌水周期（GB/T 50485）", en: "quota and interval after GB/T 50485").said,
            discussion: Phrase(
                zh: "列：bulk_density_g_cm3, wetted_depth_cm, wetted_pct, field_capacity_mass_pct（质量含水量）, upper_pct_of_fc, lower_pct_of_fc, design_et_mm_d, eta（0 … 1）。结果：net_quota_mm, interval_d, gross_quota_mm。1 mm 即 2/3 m3/亩。",
                en: "Columns: bulk_density_g_cm3, wetted_depth_cm, wetted_pct, field_capacity_mass_pct (by mass), upper_pct_of_fc, lower_pct_of_fc, design_et_mm_d, eta (0 … 1). Results: net_quota_mm, interval_d, gross_quota_mm. 1 mm is 2/3 m3/mu.").said)
    }

    @OptionGroup var options: AgroOptions

    func run() throws {
        try AgroTable.run(options, adding: ["net_quota_mm", "interval_d", "gross_quota_mm"]) { (row) throws(RowRefused) in
            let upper = try row.number("upper_pct_of_fc", 1...110)
            let lower = try row.number("lower_pct_of_fc", 1...110)
            guard lower < upper else {
                throw row.refused("lower_pct_of_fc", Phrase(zh: "下限不低于上限", en: "the lower limit is not below the upper"),
                                  Phrase(zh: "上限一般 80–100，下限 55–70", en: "Usual are 80–100 above and 55–70 below"))
            }
            let quota = Quota(
                bulkDensity: .gramsPerCubicCentimeter(try row.number(NumberColumn("bulk_density_g_cm3", range: 0.2...2.2))),
                wettedDepth: .meters(try row.number("wetted_depth_cm", 1...300) / 100),
                wettedShare: .percent(try row.number("wetted_pct", 1...100)),
                fieldCapacity: .percent(try row.number("field_capacity_mass_pct", 1...80)),
                upper: .percent(upper), lower: .percent(lower),
                dailyUse: .millimeters(try row.number("design_et_mm_d", 0.1...20)),
                efficiency: Fraction(base: try row.number("eta", 0.05...1)))
            return [quota.net.millimeters, quota.interval, quota.gross.millimeters].map { CSVRow.shown($0) }
        }
    }
}

struct AgroSalinity: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "salinity",
            abstract: Phrase(zh: "盐分胁迫与淋洗需水", en: "stress by salt, and water to leach it").said,
            discussion: Phrase(
                zh: "列：ece_ds_m（土壤饱和浸提液）, ecw_ds_m（灌溉水）, threshold_ds_m, slope_pct（每高 1 dS/m 减产 %）, ky。结果：ks_salt（0 … 1）, leaching_fraction；为空表示这种水洗不出来。",
                en: "Columns: ece_ds_m (saturated paste), ecw_ds_m (water), threshold_ds_m, slope_pct (yield lost for a dS/m), ky. Results: ks_salt (0 … 1), leaching_fraction; empty where that water cannot leach it.").said)
    }

    @OptionGroup var options: AgroOptions

    func run() throws {
        try AgroTable.run(options, adding: ["ks_salt", "leaching_fraction"]) { (row) throws(RowRefused) in
            let soil = Conductivity.decisiemensPerMeter(try row.number("ece_ds_m", 0...100))
            let water = Conductivity.decisiemensPerMeter(try row.number("ecw_ds_m", 0...100))
            let crop = SaltTolerance(threshold: .decisiemensPerMeter(try row.number("threshold_ds_m", 0...20)),
                                     slope: try row.number("slope_pct", 0...100),
                                     yieldResponse: try row.number("ky", 0.1...5))
            let leaching = Leaching.requirement(water: water, soil: soil)
            return [CSVRow.shown(crop.stress(at: soil)), leaching.map { CSVRow.shown($0.base) } ?? ""]
        }
    }
}

struct AgroProbe: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "probe",
            abstract: Phrase(zh: "用土壤探头校正根区亏缺", en: "draw the depletion towards what a soil probe says").said,
            discussion: Phrase(
                zh: "列：theta_fc, theta_wp, theta（体积含水量，0 … 1）, zr_m, dr_mm；可有 porosity（缺省 0.5）, soil_temp_c, theta_before（10 分钟前）, watered（1 为期间有水）。结果：dr_new_mm 与 rejected（不采用的原因，空为采用）。",
                en: "Columns: theta_fc, theta_wp, theta (by volume, 0 … 1), zr_m, dr_mm; as far as there are porosity (else 0.5), soil_temp_c, theta_before (10 minutes ago), watered (1: water came meanwhile). Results: dr_new_mm, and rejected with the reason why the probe was not believed.").said)
    }

    @Option(help: .said(zh: "每天采用差值的几成，0 … 1", en: "share of the difference taken a day, 0 … 1", valueName: Phrase(zh: "权重", en: "weight")))
    var weight: Double = 0.3

    @OptionGroup var options: AgroOptions

    func run() throws {
        guard (0...1).contains(weight) else {
            throw Refused(.wrongUse, code: "weight", Phrase(zh: "--weight 应在 0 … 1", en: "--weight is within 0 … 1"))
        }
        try AgroTable.run(options, adding: ["dr_new_mm", "rejected"]) { (row) throws(RowRefused) in
            let content = 0.0...1.0
            let soil = Soil(fieldCapacity: Fraction(base: try row.number("theta_fc", content)),
                            wiltingPoint: Fraction(base: try row.number("theta_wp", content)), readilyEvaporable: .zero,
                            porosity: Fraction(base: try row.maybe("porosity", content) ?? 0.5))
            let depletion = Depth.millimeters(try row.number("dr_mm", 0...1000))
            let reading = ProbeReading(content: Fraction(base: try row.number("theta", -1...2)),
                                       temperature: try row.maybe("soil_temp_c", -60...80).map { .celsius($0) })
            let before = try row.maybe("theta_before", -1...2).map { ProbeReading(content: Fraction(base: $0)) }
            let isWatered = try row.maybe("watered", 0...1) ?? 0 != 0
            let probe = SoilProbe(weight: weight)
            if let rejection = probe.rejection(of: reading, after: before, isWatered: isWatered, in: soil) {
                return [CSVRow.shown(depletion.millimeters), "\(rejection)"]
            }
            let roots = Length.meters(try row.number("zr_m", 0.01...5))
            return [CSVRow.shown(probe.assimilate(reading.content, into: depletion, of: soil, roots: roots).millimeters), ""]
        }
    }
}
