import ProcessImage

/// A sample as it is kept: value × 10^decimals of its series, and the scan's nominal time.
struct KeptSample: BitwiseCopyable, Equatable {
    /// Milliseconds since 1970.
    var at: Int64
    /// 0 where `state` is bad.
    var number: Int64
    var state: SampleState
}

/// Quality and reason in one byte; 0 is good.
struct SampleState: BitwiseCopyable, Equatable {
    let code: UInt8

    static let good = SampleState(.good, .none)

    init(_ quality: Quality, _ reason: Reason) {
        code = reason.rawValue << 2 | (Quality.good.rawValue - quality.rawValue)
    }

    init(code: UInt8) { self.code = code }

    var isBad: Bool { quality == .bad }

    /// What a newer version wrote and we do not know counts as bad.
    var quality: Quality { Quality(rawValue: Quality.good.rawValue &- (code & 3)) ?? .bad }
    var reason: Reason { Reason(rawValue: code >> 2) ?? .garbled }
}

/// Samples of one series, packed: when, how good, how much. Every section is a row of packed numbers.
struct SampleRun: Equatable {
    var count = 0
    /// One step for each sample after the first, in ticks: step × 2, or step × 2 + 1 and how often it comes again.
    var times: [UInt8] = []
    /// Pairs: how many, and their `SampleState`. Empty: all good.
    var states: [UInt8] = []
    /// The first number, then each less the one before. A bad sample repeats the one before.
    var numbers: [UInt8] = []

    /// Samples of one run at most: more than a series can have in a window.
    static let countMax = 1_000_000

    /// - Precondition: in order of time, one at least.
    /// - Parameter tick: milliseconds. Times are rounded to whole ticks after the first sample.
    init(_ samples: ArraySlice<KeptSample>, tick: Int64) {
        count = samples.count
        times = SampleRun.times(samples, tick)
        states = SampleRun.states(samples)
        numbers = SampleRun.numbers(samples)
    }

    private static func times(_ samples: ArraySlice<KeptSample>, _ tick: Int64) -> [UInt8] {
        var packed = PackedBytes()
        guard let start = samples.first?.at else { return [] }
        var (step, again, reached) = (Int64(-1), 0, Int64(0))
        func write(_ packed: inout PackedBytes) {
            guard step >= 0 else { return }
            packed.append(UInt64(step) << 1 | (again > 0 ? 1 : 0))
            if again > 0 { packed.append(again) }
        }
        for sample in samples.dropFirst() {
            let ticks = max(reached, (sample.at - start + tick / 2) / tick)
            if ticks - reached == step {
                again += 1
            } else {
                write(&packed)
                (step, again) = (ticks - reached, 0)
            }
            reached = ticks
        }
        write(&packed)
        return packed.bytes
    }

    private static func states(_ samples: ArraySlice<KeptSample>) -> [UInt8] {
        guard samples.contains(where: { $0.state != .good }) else { return [] }
        var packed = PackedBytes()
        var rest = samples
        while let state = rest.first?.state {
            let same = rest.prefix { $0.state == state }.count
            packed.append(same)
            packed.append(UInt64(state.code))
            rest = rest.dropFirst(same)
        }
        return packed.bytes
    }

    private static func numbers(_ samples: ArraySlice<KeptSample>) -> [UInt8] {
        var packed = PackedBytes()
        var before: Int64 = 0
        for sample in samples {
            let number = sample.state.isBad ? before : sample.number
            packed.append(signed: number &- before)
            before = number
        }
        return packed.bytes
    }
}

/// Unpacks a run; `nil` where the bytes cannot be one.
struct RunReader {
    /// Steps of time, expanded: ticks after the first sample.
    static func times(_ reader: inout PackedReader, count: Int, into ticks: inout [Int64]) -> Bool {
        ticks.removeAll(keepingCapacity: true)
        ticks.append(0)
        var reached: Int64 = 0
        while ticks.count < count {
            guard let token = reader.next() else { return false }
            var again = 0
            if token & 1 == 1 {
                guard let more = reader.count(atMost: count - ticks.count - 1) else { return false }
                again = more
            }
            let step = Int64(bitPattern: token >> 1)
            for _ in 0...again {
                reached = reached &+ step
                ticks.append(reached)
            }
        }
        return true
    }

    static func numbers(_ reader: inout PackedReader, into samples: inout [KeptSample]) -> Bool {
        var number: Int64 = 0
        for index in samples.indices {
            guard let step = reader.nextSigned() else { return false }
            number = number &+ step
            samples[index].number = number
        }
        return true
    }

    static func states(_ reader: inout PackedReader, into samples: inout [KeptSample]) -> Bool {
        var index = 0
        while index < samples.count {
            guard let same = reader.count(atMost: samples.count - index), same > 0,
                  let code = reader.count(atMost: 255) else { return false }
            let state = SampleState(code: UInt8(code))
            for _ in 0..<same {
                samples[index].state = state
                if state.isBad { samples[index].number = 0 }
                index += 1
            }
        }
        return true
    }
}
