import Language
import ProcessImage
import Quantities

/// People's orders about net cages: their stock book and their siren.
extension Orders {
    private static var countMost: Double { 10_000_000 }

    func ofCage(_ request: CommandRequest) throws -> Order {
        let name = try given(request.subject, "subject")
        guard let cage = context.tables.cage(named: name) else {
            throw Answer.unknown(Phrase(zh: "网箱", en: "cage"), code: "unknown-cage", name, among: context.tables.cages.map(\.tag))
        }
        return Order(kind: try kind(cage, request), about: context.tables.name(of: .cage(cage)))
    }

    private func kind(_ cage: CageIndex, _ request: CommandRequest) throws -> Command.Kind {
        switch request.command {
        case .cageSilence: return .silence(cage)
        case .cageSample: return .changeStock(cage, .sampled(count: try count(request), mean: try mean(request.meanG)))
        case .cageMortality:
            return .changeStock(cage, .died(count: try count(request), mean: request.meanG == nil ? nil : try mean(request.meanG)))
        default: return .changeStock(cage, .stocked(CageStock(count: try count(request), mean: try mean(request.meanG))))
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
}

extension StockChange {
    /// What was booked, after the fact.
    var done: Phrase {
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
