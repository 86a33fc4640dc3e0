import Journal
import Language
import ProcessImage
import Quantities

/// People's orders about net cages: feed, locks, fasts, the stock book, silos, lines.
extension Orders {
    private static var countMost: Double { 10_000_000 }

    func ofCage(_ request: CommandRequest) throws -> Order {
        switch request.command {
        case .feedStop where request.subject == nil:
            return Order(kind: .stopFeeding(nil), about: Phrase(zh: "全部网箱", en: "every cage"))
        case .siloFill, .siloSet: return try ofSilo(request)
        default: break
        }
        let cage = try cage(given(request.subject, "subject"))
        // One line: a note stands behind a colon in the audit.
        let note = String((request.seen ?? "").prefix(200)).split(whereSeparator: \.isNewline).joined(separator: " ")
        return Order(kind: try kind(cage, request), about: context.tables.name(of: .cage(cage)), note: note)
    }

    /// `reset LINE`, where a line of that name stands or owes a purge; `nil`: it is about trips.
    func ofLine(_ text: String, isEmpty: Bool) -> Order? {
        guard let line = context.tables.feedLine(named: text) else { return nil }
        return Order(kind: .resetLine(line, isEmpty: isEmpty), about: context.tables.name(of: .line(line)))
    }

    private func cage(_ name: String) throws -> CageIndex {
        if let cage = context.tables.cage(named: name) { return cage }
        throw Answer.unknown(Phrase(zh: "网箱", en: "cage"), code: "unknown-cage", name, among: context.tables.cages.map(\.tag))
    }

    private func kind(_ cage: CageIndex, _ request: CommandRequest) throws -> Command.Kind {
        switch request.command {
        case .feed: return .feed(cage, try mass(request.massKg, most: 50_000))
        case .feedMeal: return .feedMeal(cage)
        case .feedStop: return .stopFeeding(cage)
        case .feedRelease: return .releaseFeed(cage)
        case .appetite: return .appetite(cage, try extra(request.percent))
        case .cageLock: return .lockCage(cage)
        case .cageUnlock: return .unlockCage(cage)
        case .cageNote: return .noteCage(cage)
        case .fast: return .fast(cage, try fast(request))
        case .fastEnd: return .endFast(cage, try request.what.map { try fastKind($0) })
        case .cageSilence: return .silence(cage)
        case .depthAccept: return .acceptDepth(cage)
        case .depthHold: return .holdDepth(cage)
        case .depthGo:
            guard let depth = request.levelM, depth >= 0, depth <= 200 else {
                throw Answer.refused(400, "depth-range", Phrase(zh: "levelM 须在 0 到 200 之间", en: "levelM must be between 0 and 200"))
            }
            return .setDepth(cage, .meters(depth))
        default: return try booking(cage, request)
        }
    }

    // MARK: Fish

    private func booking(_ cage: CageIndex, _ request: CommandRequest) throws -> Command.Kind {
        let count = try count(request)
        switch request.command {
        case .cageSample: return .changeStock(cage, .sampled(count: count, mean: try mean(request.meanG)))
        case .cageMortality: return .changeStock(cage, .died(count: count, mean: request.meanG == nil ? nil : try mean(request.meanG)))
        case .cageMove:
            guard let to = request.to else { return .changeStock(cage, .movedOut(count: count)) }
            return .moveFish(cage, to: try self.cage(to), count: count)
        default: return .changeStock(cage, .stocked(CageStock(count: count, mean: try mean(request.meanG))))
        }
    }

    private func count(_ request: CommandRequest) throws -> Double {
        guard let count = request.count, count >= 0, count <= Self.countMost, count == count.rounded() else {
            throw Answer.refused(400, "count-range", Phrase(zh: "count 须是 0 到 10000000 的整数", en: "count must be a whole number of fish between 0 and 10000000"))
        }
        return count
    }

    private func mean(_ grams: Double?) throws -> Mass {
        guard let grams, grams >= 0.01, grams <= 100_000 else {
            throw Answer.refused(400, "mean-range", Phrase(zh: "meanG 须在 0.01 到 100000 之间", en: "meanG must be between 0.01 and 100000"))
        }
        return .grams(grams)
    }

    // MARK: Feed

    private func mass(_ kilograms: Double?, most: Double) throws -> Mass {
        guard let kilograms, kilograms >= 0, kilograms <= most else {
            throw Answer.refused(400, "mass-range", Phrase(zh: "massKg 须在 0 到 \(Int(most)) 之间", en: "massKg must be between 0 and \(Int(most))"))
        }
        return .kilograms(kilograms)
    }

    private func extra(_ percent: Double?) throws -> Double {
        guard let percent, percent >= -50, percent <= 20 else {
            throw Answer.refused(400, "percent-range", Phrase(zh: "食欲调整须在 -50 到 20 之间", en: "appetite is changed by -50 … 20 per cent"),
                                 Phrase(zh: "长期要多喂，先抽样称重：tidegate sample", en: "To feed more for long, weigh a sample first: tidegate sample"))
        }
        return percent / 100
    }

    private func fastKind(_ name: String) throws -> FastKind {
        if let kind = FastKind.allCases.first(where: { $0.name == name }) { return kind }
        let names = FastKind.allCases.map(\.name).joined(separator: ", ")
        throw Answer.refused(400, "bad-what", Phrase(zh: "what 只可取 \(names)", en: "what is one of \(names)"))
    }

    /// From so long before the work until the work is over.
    private func fast(_ request: CommandRequest) throws -> FeedFast {
        let kind = try fastKind(request.what ?? "other")
        guard let seconds = request.forSeconds, seconds >= 60, seconds <= 90 * 86_400 else {
            throw Answer.refused(400, "duration-range", Phrase(zh: "forSeconds 须在 60 到 7776000 之间", en: "forSeconds must be between 60 and 7776000"))
        }
        let now = context.journal.live.snapshot().wall.unixSeconds
        let work = try request.at.map { try moment($0, after: now) } ?? now
        let before = request.beforeSeconds ?? (request.at == nil ? 0 : kind.usualBefore.seconds)
        guard before >= 0, before <= 14 * 86_400 else {
            throw Answer.refused(400, "duration-range", Phrase(zh: "beforeSeconds 须在 0 到 1209600 之间", en: "beforeSeconds must be between 0 and 1209600"))
        }
        return FeedFast(kind, from: work - Int64(before), until: work + Int64(seconds))
    }

    /// `2026-11-29 08:00`, `11-29 08:00` or `08:00` by the site's clock; without a year or a date, the next one that comes.
    private func moment(_ text: String, after now: Int64) throws -> Int64 {
        let clock = context.tables.clock, today = clock.local(unixSeconds: now).date
        let parts = text.split(separator: " ")
        let date = parts.count == 2 ? Self.date(parts[0], today) : today
        guard (1...2).contains(parts.count), let date, let time = Self.time(parts[parts.count - 1]) else {
            throw Answer.refused(400, "bad-time", Phrase(zh: "时刻写成 11-29 08:00 或 08:00（当地时间）", en: "write the time as 11-29 08:00 or 08:00, local time"))
        }
        let moment = clock.unixSeconds(date: date, time: time)
        return parts.count == 1 && moment < now ? clock.unixSeconds(date: date.adding(days: 1), time: time) : moment
    }

    private static func date(_ text: Substring, _ today: CivilDate) -> CivilDate? {
        let numbers = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2 || numbers.count == 3, let day = numbers[numbers.count - 1],
              let month = numbers[numbers.count - 2] else { return nil }
        if numbers.count == 3 { return numbers[0].flatMap { CivilDate(year: $0, month: month, day: day) } }
        let year = today.components.year
        guard let date = CivilDate(year: year, month: month, day: day) else { return nil }
        return date < today ? CivilDate(year: year + 1, month: month, day: day) : date
    }

    private static func time(_ text: Substring) -> TimeOfDay? {
        let numbers = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let hour = numbers[0], let minute = numbers[1] else { return nil }
        return TimeOfDay(hour: hour, minute: minute)
    }

    // MARK: Silos

    private func ofSilo(_ request: CommandRequest) throws -> Order {
        let name = try given(request.subject, "subject")
        guard let silo = context.tables.silo(named: name) else {
            throw Answer.unknown(Phrase(zh: "料仓", en: "silo"), code: "unknown-silo", name, among: context.tables.silos.map(\.tag))
        }
        let mass = try mass(request.massKg, most: context.feeding.silos[silo.offset].capacity.kilograms)
        return Order(kind: request.command == .siloFill ? .fillSilo(silo, mass) : .setSilo(silo, mass),
                     about: context.tables.name(of: .silo(silo)))
    }
}

extension FastKind {
    /// As people type it.
    var name: String {
        switch self {
        case .treatment: "treatment"
        case .harvest: "harvest"
        case .grading: "grading"
        case .netCleaning: "net-cleaning"
        case .netLifting: "net-lifting"
        case .other: "other"
        }
    }
}

// MARK: In words

extension SiteTables {
    /// An order about cages as the audit keeps it; `nil`: it is about something else.
    func cageText(of kind: Command.Kind) -> String? {
        switch kind {
        case .feed(let cage, let mass): "feed \(tag(of: .cage(cage))) \(mass.kilograms) kg"
        case .feedMeal(let cage): "feed \(tag(of: .cage(cage))) --meal"
        case .stopFeeding(let cage): "feed stop" + (cage.map { " " + tag(of: .cage($0)) } ?? "")
        case .releaseFeed(let cage): "feed release \(tag(of: .cage(cage)))"
        case .appetite(let cage, let extra): "appetite \(tag(of: .cage(cage))) \(Phrase(extra * 100, decimals: 0).en) %"
        case .lockCage(let cage): "lock \(tag(of: .cage(cage)))"
        case .unlockCage(let cage): "unlock \(tag(of: .cage(cage)))"
        case .noteCage(let cage): "note \(tag(of: .cage(cage)))"
        case .fast(let cage, let fast): "fast \(tag(of: .cage(cage))) \(fast.kind.name) until \(fast.until)"
        case .endFast(let cage, let kind): "fast \(tag(of: .cage(cage))) --end" + (kind.map { " " + $0.name } ?? "")
        case .moveFish(let from, let to, let count): "move \(tag(of: .cage(from))) \(Int(count)) to \(tag(of: .cage(to)))"
        case .changeStock(let cage, let change): "\(change.verb) \(tag(of: .cage(cage)))"
        case .silence(let cage): "silence \(tag(of: .cage(cage)))"
        case .setDepth(let cage, let depth): "depth go \(tag(of: .cage(cage))) \(depth.meters) m"
        case .acceptDepth(let cage): "depth accept \(tag(of: .cage(cage)))"
        case .holdDepth(let cage): "depth hold \(tag(of: .cage(cage)))"
        case .fillSilo(let silo, let mass): "silo fill \(tag(of: .silo(silo))) \(mass.kilograms) kg"
        case .setSilo(let silo, let mass): "silo set \(tag(of: .silo(silo))) \(mass.kilograms) kg"
        case .resetLine(let line, let isEmpty): "reset \(tag(of: .line(line)))" + (isEmpty ? " --empty" : "")
        default: nil
        }
    }
}

extension Command.Kind {
    /// What is said of an order about cages that was carried out; `nil`: it is about something else.
    var cageDone: Phrase? {
        switch self {
        case .changeStock(_, let change): change.done
        case .moveFish(_, _, let count): Phrase(zh: "{about} 移出 \(Int(count)) 尾，两箱账都改了", en: "{about}: \(Int(count)) fish were moved; both books are changed")
        case .silence: Phrase(zh: "{about} 的警笛停 15 分钟；缺氧的原因还要去看", en: "the siren of {about} is silent for 15 min; what it told is still to be seen to")
        case .feed(_, let mass): Phrase(zh: "{about} 开始投喂 \(kilograms(mass))", en: "{about} is being fed \(kilograms(mass))")
        case .feedMeal: Phrase(zh: "{about} 现在就喂下一餐", en: "{about} gets its next meal now")
        case .stopFeeding: Phrase(zh: "{about} 停喂；没喂完的不补，管里的料先吹净", en: "{about}: feeding stops; what is missing is not made up for, and the pipe is blown out")
        case .releaseFeed: Phrase(zh: "{about} 水况恢复后可再喂", en: "{about} may be fed again once its water is well")
        case .appetite(_, let extra):
            Phrase(zh: "{about} 食欲按 \(Phrase(100 + extra * 100, decimals: 0).zh) % 算，每天减退三成", en: "{about} is fed \(Phrase(100 + extra * 100, decimals: 0).en) % of its table, fading by a third a day")
        case .lockCage: Phrase(zh: "{about} 已锁：投喂设备不动，远程不能解", en: "{about} is locked: nothing that feeds it moves, and nobody far away can release it")
        case .unlockCage: Phrase(zh: "{about} 已解锁", en: "{about} is released")
        case .noteCage: Phrase(zh: "{about} 已记下", en: "{about}: noted")
        case .fast(_, let fast): Phrase(zh: "{about} 已安排停食（\(fast.kind.text.zh)）", en: "{about} is booked to fast (\(fast.kind.text.en))")
        case .endFast: Phrase(zh: "{about} 停食取消", en: "{about} fasts no more")
        case .setDepth(_, let depth): Phrase(zh: "{about} 升降到 \(Phrase(depth.meters, decimals: 1).zh) m", en: "{about} is moved to \(Phrase(depth.meters, decimals: 1).en) m")
        case .acceptDepth: Phrase(zh: "{about} 按建议升降", en: "{about} is moved as proposed")
        case .holdDepth: Phrase(zh: "{about} 停在这里", en: "{about} stays where it is")
        case .fillSilo(_, let mass): Phrase(zh: "{about} 加料 \(kilograms(mass))", en: "{about}: \(kilograms(mass)) filled in")
        case .setSilo(_, let mass): Phrase(zh: "{about} 现有 \(kilograms(mass))", en: "{about} holds \(kilograms(mass))")
        case .resetLine(_, true): Phrase(zh: "{about} 已复位，管路记为空", en: "{about} is reset, its pipe is empty")
        case .resetLine: Phrase(zh: "{about} 已复位；管里若有料先吹净", en: "{about} is reset; what is in its pipe is blown out first")
        default: nil
        }
    }

    private func kilograms(_ mass: Mass) -> String { Phrase(mass.kilograms, decimals: mass < .kilograms(10) ? 1 : 0).en + " kg" }

    /// What is said of an order about cages that was refused in a way of its own; `nil`: as of any other.
    func cageRefusal(_ outcome: CommandOutcome) -> Phrase? {
        switch (self, outcome) {
        case (.feed, .refusedBusy), (.feedMeal, .refusedBusy): Phrase(zh: "{about} 没有投喂：它或它的输料线正忙，或管路要先吹净", en: "{about} was not fed: it or its line is busy, or the pipe is blown out first")
        case (.feed, .refusedCauseStands), (.feedMeal, .refusedCauseStands): Phrase(zh: "{about} 没有投喂：有东西挡着", en: "{about} was not fed: something stands against it")
        case (.feedMeal, .refusedNothingToDo): Phrase(zh: "{about} 今天的几餐都喂过或错过了", en: "{about} has no meal of its plan left today")
        case (.feed, .refusedNothingToDo): Phrase(zh: "{about} 不由本机投喂", en: "nothing feeds {about} from here")
        case (.resetLine, .refusedNothingToDo): Phrase(zh: "{about} 没有故障", en: "{about} has no fault")
        case (.fillSilo, .refusedRange), (.setSilo, .refusedRange): Phrase(zh: "{about} 装不下这么多，或由秤称重、不用登记", en: "{about} cannot hold so much, or is weighed and needs no telling")
        case (.setDepth, .refusedRange): Phrase(zh: "{about} 到不了这个深度：超出站点文件的限位", en: "{about} may not go there: beyond the limits of the site file")
        case (.setDepth, .refusedNothingToDo), (.holdDepth, .refusedNothingToDo): Phrase(zh: "{about} 不是升降式网箱", en: "{about} is no submersible cage")
        case (.acceptDepth, .refusedNothingToDo): Phrase(zh: "{about} 没有建议的深度", en: "nothing is proposed for {about}")
        case (.fast, .refusedRange): Phrase(zh: "{about} 停食的结束时间已过", en: "that fast of {about} would be over already")
        default: nil
        }
    }

    func cageRemedy(_ outcome: CommandOutcome) -> Phrase? {
        switch (self, outcome) {
        case (.feed, .refusedCauseStands), (.feedMeal, .refusedCauseStands), (.feed, .refusedBusy), (.feedMeal, .refusedBusy):
            Phrase(zh: "看原因：tidegate why {about}", en: "See why: tidegate why {about}")
        case (.feed, .refusedDayUsedUp), (.feedMeal, .refusedDayUsedUp): Phrase(zh: "看今天已喂多少：tidegate cages", en: "See what was given today: tidegate cages")
        default: nil
        }
    }
}

extension StockChange {
    /// As people type it.
    fileprivate var verb: String {
        switch self {
        case .stocked: "stock"
        case .sampled: "sample"
        case .died: "mortality"
        case .movedIn, .movedOut: "move"
        case .grown: "grow"
        }
    }

    /// What was booked, after the fact.
    fileprivate var done: Phrase {
        switch self {
        case .stocked(let stock), .movedIn(let stock):
            Phrase(zh: "{about} 记为 \(whole(stock.count)) 尾，均重 \(grams(stock.mean)) g", en: "{about} holds \(whole(stock.count)) fish of \(grams(stock.mean)) g")
        case .sampled(let count, let mean):
            Phrase(zh: "{about} 抽样 \(whole(count)) 尾，均重改为 \(grams(mean)) g", en: "{about}: \(whole(count)) fish were weighed, the mean is \(grams(mean)) g from now on")
        case .died(let count, _): Phrase(zh: "{about} 记死亡 \(whole(count)) 尾", en: "{about}: \(whole(count)) dead fish are booked")
        case .movedOut(let count): Phrase(zh: "{about} 移出 \(whole(count)) 尾", en: "{about}: \(whole(count)) fish were moved out")
        case .grown: Phrase(zh: "{about} 已按投喂增重", en: "{about} has grown by its feed")
        }
    }

    private func whole(_ count: Double) -> String { Phrase(count, decimals: 0).en }
    private func grams(_ mean: Mass) -> String { Phrase(mean.kilograms * 1000, decimals: mean < .grams(10) ? 2 : 0).en }
}
