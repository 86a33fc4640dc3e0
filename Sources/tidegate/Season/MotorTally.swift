import ProcessImage

/// How long each pump, blower and aerator was on.
struct MotorTally {
    struct Motor {
        let output: OutputIndex
        var seconds: Int64 = 0
        var starts = 0
        /// Seconds by the hour of the day, local.
        var byHour = [Int64](repeating: 0, count: 24)
    }

    private(set) var motors: [Motor]
    /// By output: since when it is on; `nil`: it is off.
    private var since: [Int64?]
    private let place: [Int?]
    private let offset: Int64

    /// - Parameter offset: of the local clock, seconds; it stays for the season.
    init(_ outputs: [OutputDefinition], offset: Int64) {
        let kinds: [OutputKind] = [.pump, .blower, .aerator]
        motors = outputs.indices.filter { kinds.contains(outputs[$0].kind) }.map { Motor(output: OutputIndex($0)) }
        let numbers = motors.map(\.output.offset)
        place = outputs.indices.map { numbers.firstIndex(of: $0) }
        since = outputs.map { _ in nil }
        self.offset = offset
    }

    mutating func note(_ output: OutputIndex, _ level: OutputLevel, at unix: Int64) {
        guard let place = place[output.offset] else { return }
        if let begun = since[output.offset] {
            guard !level.isOn else { return }
            add(begun..<max(begun, unix), to: place)
            since[output.offset] = nil
        } else if level.isOn {
            since[output.offset] = unix
            motors[place].starts += 1
        }
    }

    mutating func close(at unix: Int64) {
        for number in since.indices { note(OutputIndex(number), .off, at: unix) }
    }

    private mutating func add(_ time: Range<Int64>, to place: Int) {
        motors[place].seconds += Int64(time.count)
        var at = time.lowerBound
        while at < time.upperBound {
            let local = at + offset, end = min(time.upperBound, at + 3600 - local % 3600)
            motors[place].byHour[Int(local / 3600 % 24)] += end - at
            at = end
        }
    }
}
