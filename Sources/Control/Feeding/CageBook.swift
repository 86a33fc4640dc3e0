public import ProcessImage
import Quantities

/// A sample as people should take it: no fewer fish than this, or one fish decides on a ration.
public enum Sampling {
    public static let least = 5.0
    /// A mean that leaps by more than this part at once is more likely a slip of the pen; it is asked for again.
    public static let leap = 0.5
}

/// Why a change of stock was not booked.
public enum StockRefusal: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// No number, or none above nothing.
    case notANumber = 1
    case moreThanThereAre = 2
    case tooFewWeighed = 3
    /// Half as much again, or half, of what stands in the book.
    case leapsFromBook = 4
    case nothingStocked = 5
}

extension CageStock {
    /// The stock after a change; biomass never grows but by feed, stocking and samples.
    public func after(_ change: StockChange) -> Result<CageStock, StockRefused> {
        switch change {
        case .stocked(let stock): stock.checked
        case .sampled(let weighed, let mean): sampled(weighed, mean)
        case .died(let dead, let mean): without(dead, mean)
        case .movedIn(let fish): mixed(with: fish)
        case .movedOut(let gone): without(gone, nil)
        case .grown(let feed, let conversion): grown(by: feed, conversion)
        }
    }

    private var checked: Result<CageStock, StockRefused> {
        count.isFinite && count >= 0 && mean.base.isFinite && mean.base > 0 ? .success(self) : .failure(StockRefused(.notANumber))
    }

    private func sampled(_ weighed: Double, _ mean: Mass) -> Result<CageStock, StockRefused> {
        guard weighed.isFinite, mean.base.isFinite, mean.base > 0 else { return .failure(StockRefused(.notANumber)) }
        guard weighed >= Sampling.least else { return .failure(StockRefused(.tooFewWeighed)) }
        guard count > 0 else { return .failure(StockRefused(.nothingStocked)) }
        guard abs(mean / self.mean - 1) <= Sampling.leap else { return .failure(StockRefused(.leapsFromBook)) }
        return .success(CageStock(count: count, mean: mean))
    }

    /// Those that are gone weigh the mean, or what they were weighed with; the mean of the rest follows.
    private func without(_ gone: Double, _ weight: Mass?) -> Result<CageStock, StockRefused> {
        guard gone.isFinite, gone > 0, weight.map({ $0.base.isFinite && $0.base > 0 }) ?? true else {
            return .failure(StockRefused(.notANumber))
        }
        guard gone <= count else { return .failure(StockRefused(.moreThanThereAre)) }
        let left = count - gone
        guard left > 0, let weight else { return .success(CageStock(count: left, mean: mean)) }
        let rest = biomass - weight * gone
        return rest.base > 0 ? .success(CageStock(count: left, mean: rest * (1 / left))) : .failure(StockRefused(.moreThanThereAre))
    }

    private func mixed(with fish: CageStock) -> Result<CageStock, StockRefused> {
        guard case .success = fish.checked, fish.count > 0 else { return .failure(StockRefused(.notANumber)) }
        let all = count + fish.count
        return .success(CageStock(count: all, mean: (biomass + fish.biomass) * (1 / all)))
    }

    private func grown(by feed: Mass, _ conversion: Double) -> Result<CageStock, StockRefused> {
        guard feed.base.isFinite, feed.base >= 0, conversion.isFinite, conversion > 0 else { return .failure(StockRefused(.notANumber)) }
        guard count > 0 else { return .failure(StockRefused(.nothingStocked)) }
        return .success(CageStock(count: count, mean: mean + feed * (1 / (conversion * count))))
    }
}

public struct StockRefused: Error, Hashable {
    public let why: StockRefusal
    public init(_ why: StockRefusal) { self.why = why }
}
