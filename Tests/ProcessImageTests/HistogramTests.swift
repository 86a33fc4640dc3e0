@testable import ProcessImage
import Quantities
import Testing

struct HistogramTests {
    @Test func `Every duration up to eight seconds lies below its bucket's edge, by 3.2 % of itself or 32 ns at most`() {
        var nanoseconds: Int64 = 0
        while nanoseconds < 1 << 33 {
            let edge = Histogram.edge(of: Histogram.bucket(of: nanoseconds)).nanoseconds
            #expect(edge > nanoseconds && edge - nanoseconds <= max(32, nanoseconds / 31), "\(nanoseconds) ns")
            nanoseconds += max(1, nanoseconds / 77)
        }
    }

    @Test func `Buckets follow each other without a gap, and what is too long counts in the last`() {
        for bucket in 1..<Histogram.bucketCount {
            let edge = Histogram.edge(of: bucket - 1).nanoseconds
            #expect(Histogram.bucket(of: edge) == bucket && Histogram.bucket(of: edge - 1) == bucket - 1)
        }
        #expect(Histogram.bucket(of: .max) == Histogram.bucketCount - 1)
    }

    @Test func `Quantiles are those of what was recorded, the longest exactly`() {
        let histogram = Histogram()
        #expect(histogram.read().quantile(0.5) == .zero && histogram.read().longest == .zero)
        for number in 1...1000 { histogram.record(.microseconds(number)) }
        histogram.record(.zero - .seconds(1))
        let spread = histogram.read()
        #expect(spread.count == 1001 && spread.longest == .milliseconds(1))
        #expect(spread.quantile(1) == .milliseconds(1))
        for (part, wanted) in [(0.5, 500.0), (0.99, 990), (0.999, 999)] {
            let told = Double(spread.quantile(part).nanoseconds) / 1000
            #expect(told >= wanted && told <= wanted * 1.032)
        }
    }

    @Test func `Two readings subtracted are what came between them`() {
        let histogram = Histogram()
        histogram.record(.microseconds(20))
        let before = histogram.read()
        histogram.record(.microseconds(20))
        histogram.record(.seconds(60))
        let known = Dictionary(before.buckets.map { ($0.below, $0.count) }) { $1 }
        let between = histogram.read().buckets.map { $0.count - (known[$0.below] ?? 0) }
        #expect(between == [1, 1])
    }
}
