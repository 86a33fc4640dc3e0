import Quantities

/// How much a probe has moved over the last ten minutes of dosing: by all its values, one a scan.
struct ProbeMotion {
    private var values: [Double] = []
    private var next = 0
    private var sum = 0.0
    private var squares = 0.0
    private let capacity: Int
    private let origin = 2.0
    /// For how long it has moved by more than the step it was asked for.
    private(set) var movingFor = Duration.zero

    init(period: Duration) {
        capacity = max(Int(600 / period.seconds), 1)
    }

    mutating func add(_ value: Double, step: Double, period: Duration) {
        let value = value - origin
        if values.count < capacity {
            values.append(value)
        } else {
            sum -= values[next]
            squares -= values[next] * values[next]
            values[next] = value
        }
        next = (next + 1) % capacity
        sum += value
        squares += value * value
        let mean = sum / Double(values.count)
        let deviation = max(squares / Double(values.count) - mean * mean, 0).squareRoot()
        movingFor = values.count == capacity && deviation >= step ? movingFor + period : .zero
    }
}
