import ArgumentParser
import Language
import ProcessImage
import Site

/// `tidegate season SITE --weather FILE`: what the site's own control would do in a season, in seconds.
struct Season: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "season",
            abstract: Phrase(zh: "用一份天气表把整季的灌溉推演一遍：灌多少、为什么灌、为什么不灌",
                             en: "plays a whole season with the weather of a file: how much water, why, and why not").said,
            discussion: SeasonWords.discussion.said)
    }

    @Argument(help: .said(zh: "站点文件", en: "a site file", valueName: Phrase(zh: "站点文件", en: "site")))
    var site: String

    @OptionGroup var season: SeasonOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let site = try Site.load(path: site)
        let name = site.tables.site.name
        try season.play(site, title: Phrase(zh: "\(name.zh)：一季推演", en: "\(name.en): a season"), json: common.json)
    }
}

enum SeasonWords {
    static let discussion = Phrase(
        zh: "用站点自己的控制程序跑虚拟时间，现场一切正常：阀门到位、井水够用、不跳停。天气表每天一行，不能缺：date, tmax, tmin, rain_mm；有就写 srad, sunshine_h, rhmin_pct, rhmax_pct, tdew, wind_ms。它既当气象站（雨都下在凌晨 3 点），又当预报；没有气象站的站点只当预报。水量平衡从第一个零点开始，用站点文件里的起始含水量。只灌水的站点，探头没有读数，依靠它的条件按 if-unknown 处理；施肥、投喂的站点连肥液、风送、网箱一起模拟，母液桶和料斗见底前有人加满，鱼按模拟网箱里的算。",
        en: "Runs the site's own control in virtual time on a field in which all is well: valves follow, the well gives, nothing trips. The weather has a row for every day: date, tmax, tmin, rain_mm; as far as there are srad, sunshine_h, rhmin_pct, rhmax_pct, tdew, wind_ms. It plays the station (all rain falls at 3 in the morning) and the forecast; on a site without a station the forecast alone. Balances begin at the first midnight with the moisture of the site file. Where water is all, soil probes have no reading: what rests on them goes by if-unknown. Where stock is dosed or fish are fed, mixing, air lines and cages are simulated too: somebody fills tanks and hoppers in time, and the fish are those of the simulated cages.")
}
