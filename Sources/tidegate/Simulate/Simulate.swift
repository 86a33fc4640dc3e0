public import ArgumentParser
import Foundation
import Language
import ProcessImage
import Quantities
import Scan
public import Simulator
import Site

extension FaultRates.Amount: ExpressibleByArgument {}

/// `tidegate simulate SITE`: the site's own controller against a simulated farm, days in seconds.
struct Simulate: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "simulate",
            abstract: Phrase(zh: "在模拟的农场上试运行站点文件，几天只需几秒", en: "try a site file on a simulated farm: days in seconds").said,
            discussion: Phrase(
                zh: "用真正的控制程序跑虚拟时间，不碰任何设备。同一种子得到同一结果（最后的指纹相同）。--seeds 连跑多个种子：先处处出故障，再全部修好，检查安全规则与恢复；有一条不成立即退出码 1。",
                en: "Runs the real control in virtual time; no device is touched. One seed gives one result (the fingerprint at the end is the same). --seeds tries many: first everything fails, then all is mended; safety rules and recovery are checked, and exit code 1 says one did not hold.").said)
    }

    @Argument(help: .said(zh: "站点文件，如 configs/example-drip-greenhouse.yaml", en: "a site file, such as configs/example-drip-greenhouse.yaml",
                          valueName: Phrase(zh: "站点文件", en: "site")))
    var site: String

    @Option(help: .said(zh: "模拟多少天，1 到 3650", en: "how many days, 1 to 3650", valueName: Phrase(zh: "天数", en: "days")))
    var days = 1

    @Option(help: .said(zh: "种子：决定天气、故障与人的操作", en: "the seed: it decides weather, faults and what people do",
                        valueName: Phrase(zh: "种子", en: "seed")))
    var seed: UInt64 = 1

    @Option(help: .said(zh: "故障多少：none 无，some 有些，many 很多", en: "how much goes wrong: none, some or many",
                        valueName: Phrase(zh: "多少", en: "amount")))
    var faults = FaultRates.Amount.none

    @Option(help: .said(zh: "从当地哪一天零点开始（年-月-日）", en: "begins at the local midnight of this day (YYYY-MM-DD)",
                        valueName: Phrase(zh: "日期", en: "date")))
    var from = "2026-06-01"

    @Option(help: .said(zh: "连跑多少个种子，检查安全规则与恢复", en: "tries this many seeds, checking safety and recovery",
                        valueName: Phrase(zh: "个数", en: "count")))
    var seeds: Int?

    @OptionGroup var common: CommonOptions

    func run() throws {
        let site = try Site.load(path: site)
        let start = try startUnix(site.tables.clock)
        guard (1...3650).contains(days) else {
            throw Refused(.wrongUse, code: "days", Phrase(zh: "--days 应在 1 到 3650 之间", en: "--days must be from 1 to 3650"))
        }
        guard (1...1_000_000).contains(seeds ?? 1) else {
            throw Refused(.wrongUse, code: "seeds", Phrase(zh: "--seeds 应在 1 到 1000000 之间", en: "--seeds must be from 1 to 1000000"))
        }
        if let seeds { return try tryAll(seeds, site, start) }
        let world = World(plan: site.scan, layout: FieldLayout(of: site), seed: seed, startUnix: start,
                          faults: FaultRates(faults, seed: seed), commandsEvery: faults == .none ? nil : Trial.commandsEvery)
        let tally = SimulationTally(tables: site.tables)
        world.onRecord = { tally.note($0) }
        world.run(for: .hours(24 * days))
        let report = SimulationReport(site: site.tables, days: days, seed: seed, world: world, tally: tally)
        if common.json { try say(json: report) } else { report.show() }
        if !report.violations.isEmpty { throw ExitCode(ExitStatus.failed.rawValue) }
    }

    private func startUnix(_ clock: LocalClock) throws -> Int64 {
        clock.unixSeconds(date: try SeasonOptions.date(from), time: .midnight)
    }

    // MARK: Many seeds

    private func tryAll(_ count: Int, _ site: Site, _ start: Int64) throws {
        let amounts: [FaultRates.Amount] = faults == .none ? [.some, .many] : [faults]
        let begun = DispatchTime.now()
        var summary = SeedSummary()
        for number in 0..<UInt64(count) {
            let seed = seed &+ number
            let amount = amounts[Int(seed % UInt64(amounts.count))]
            let trial = Trial(plan: site.scan, layout: FieldLayout(of: site), seed: seed, amount: amount,
                              safety: .hours(24 * days), startUnix: start)
            summary.add(trial)
            if !common.json, !trial.isClean { show(trial, amount) }
        }
        summary.seconds = Double(DispatchTime.now().uptimeNanoseconds - begun.uptimeNanoseconds) / 1e9
        if common.json { try say(json: summary) } else { say(summary.sentence) }
        if !summary.failed.isEmpty { throw ExitCode(ExitStatus.failed.rawValue) }
    }

    private func show(_ trial: Trial, _ amount: FaultRates.Amount) {
        let again = "tidegate simulate \(site) --days \(days) --from \(from) --faults \(amount.rawValue) --seed \(trial.seed)"
        say(Phrase(zh: "种子 \(trial.seed) 不合格；重现：\(again)", en: "seed \(trial.seed) failed; see it again: \(again)"))
        for violation in trial.violations.all.prefix(10) {
            say("  " + painted(violation.description, .bad))
        }
        for what in trial.unhealed {
            say("  " + painted(Phrase(zh: "未恢复：\(what)", en: "did not recover: \(what)").said, .bad))
        }
    }
}

/// What many seeds came to.
struct SeedSummary: Encodable {
    var seeds = 0
    var failed: [UInt64] = []
    var scans: UInt64 = 0
    /// Lives of the process: crashes and power cuts, and one a seed.
    var lives = 0
    var seconds = 0.0

    mutating func add(_ trial: Trial) {
        seeds += 1
        scans += trial.scans
        lives += trial.lives
        if !trial.isClean { failed.append(trial.seed) }
    }

    var sentence: Phrase {
        let rate = seconds > 0 ? Int(Double(scans) / seconds) : 0
        return Phrase(zh: "\(seeds) 个种子，\(scans) 次扫描，\(lives) 次启动，每秒 \(rate) 次扫描；不合格 \(failed.count) 个",
                      en: "\(seeds) seeds, \(scans) scans, \(lives) lives of the process, \(rate) scans a second; \(failed.count) failed")
    }
}
