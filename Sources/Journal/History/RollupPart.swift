import Quantities

/// One series over a minute, hour or day, as far as it is known, in its unit: good readings only. Parts of one stretch
/// add up.
struct RollupPart: Sendable, Equatable {
    var min: Double
    var max: Double
    var last: Double
    /// Value times seconds.
    var sum: Double
    /// Time with a good reading.
    var good: Duration

    mutating func add(_ later: RollupPart) {
        min = Swift.min(min, later.min)
        max = Swift.max(max, later.max)
        last = later.last
        sum += later.sum
        good += later.good
    }
}

extension RollupPart {
    init(_ minute: MinutePart, power: Double) {
        self.init(min: Double(minute.min) / power, max: Double(minute.max) / power, last: Double(minute.last) / power,
                  sum: Double(minute.sum) / power / 1000, good: .milliseconds(minute.good))
    }
}

/// Division rounded towards the past, for times before 1970.
func floorDivision(_ value: Int64, _ divisor: Int64) -> Int64 {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
}
