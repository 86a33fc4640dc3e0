import ProcessImage

/// One row of `frames`: every series that has something to say of a stretch of time. Layout: docs/journal-format.md.
struct Frame {
    static let version: UInt8 = 1

    /// - Parameters:
    ///   - ids: the number of each series in the file, and its place in `series`.
    ///   - tick: milliseconds.
    static func bytes(_ frame: OpenFrame, series: [Series], ids: [Int64], tick: Int64) -> [UInt8] {
        var packed = PackedBytes()
        packed.append(UInt64(clamping: frame.from))
        packed.append(UInt64(clamping: frame.through - frame.from))
        packed.append(UInt64(clamping: tick))
        packed.append(frame.joint.rawValue)
        let lead = Int64(frame.samples.first?.after ?? 0), base = frame.from + lead
        packed.append(UInt64(lead))
        let groups = grouped(frame, series: series, ids: ids)
        packed.append(contentsOf: bitmap(groups.map(\.id)))
        var times: (start: Int64, count: Int, bytes: [UInt8])?
        for group in groups {
            guard let first = group.samples.first else { continue }
            let run = SampleRun(group.samples, tick: tick)
            let start = max(0, (first.at - base + tick / 2) / tick)
            let isSame = times.map { $0.start == start && $0.count == run.count && $0.bytes == run.times } ?? false
            packed.append(UInt64(isSame ? 0 : run.count) << 2 | (isSame ? 2 : 0) | (run.states.isEmpty ? 0 : 1))
            if !isSame {
                packed.append(UInt64(start))
                packed.append(contentsOf: run.times)
            }
            packed.append(contentsOf: run.numbers)
            packed.append(contentsOf: run.states)
            times = (start, run.count, run.times)
        }
        return [version] + sealed(packed.bytes)
    }

    /// Which series follow: the first one's number, how many bytes, and a bit for each from there on.
    private static func bitmap(_ ids: [Int64]) -> [UInt8] {
        var packed = PackedBytes()
        guard let first = ids.first, let last = ids.last else {
            packed.append(0)
            packed.append(0)
            return packed.bytes
        }
        var bits = [UInt8](repeating: 0, count: Int(last - first) / 8 + 1)
        for id in ids { bits[Int(id - first) / 8] |= 1 << UInt8((id - first) % 8) }
        packed.append(UInt64(first))
        packed.append(bits.count)
        packed.append(contentsOf: bits)
        return packed.bytes
    }

    /// The samples of each series, in order of its number in the file; what has no place in a row becomes bad.
    private static func grouped(_ frame: OpenFrame, series: [Series], ids: [Int64]) -> [(id: Int64, samples: ArraySlice<KeptSample>)] {
        let rows = frame.samples
        var ends = [Int](repeating: 0, count: series.count)
        for row in rows { ends[row.series] += 1 }
        var end = 0
        for index in ends.indices {
            let count = ends[index]
            ends[index] = end
            end += count
        }
        var sorted = [KeptSample](repeating: KeptSample(at: 0, number: 0, state: .good), count: rows.count)
        for row in rows {
            sorted[ends[row.series]] = series[row.series].kept(row, from: frame.from)
            ends[row.series] += 1
        }
        var groups: [(id: Int64, samples: ArraySlice<KeptSample>)] = []
        for index in ends.indices where ends[index] > (index == 0 ? 0 : ends[index - 1]) {
            groups.append((ids[index], sorted[(index == 0 ? 0 : ends[index - 1])..<ends[index]]))
        }
        return groups.sorted { $0.id < $1.id }
    }

    /// What stands before the runs; `nil` when these are not the bytes that were written.
    static func reader(_ bytes: [UInt8]) -> FrameReader? {
        guard bytes.first == version, isSealed(bytes.dropFirst()) else { return nil }
        return FrameReader(PackedReader(bytes, from: 1 + sealBytes))
    }
}

/// Goes through the runs of a frame, series by series in order of their numbers.
struct FrameReader {
    let from: Int64
    let through: Int64
    let tick: Int64
    let joint: Joint
    /// Of the first sample: times of all are whole ticks from here.
    private let base: Int64
    private let firstID: Int64
    private let bits: [UInt8]
    private var bit = -1
    private var reader: PackedReader
    private var start: Int64 = 0
    private var ticks: [Int64] = []

    /// Wall times and ticks beyond these cannot have been written.
    private static let timeMax: UInt64 = 1 << 43
    private static let tickMax: UInt64 = 60_000

    fileprivate init?(_ packed: PackedReader) {
        var reader = packed
        guard let from = reader.next(), from <= FrameReader.timeMax, let length = reader.next(), length <= FrameReader.timeMax,
              let tick = reader.next(), (1...FrameReader.tickMax).contains(tick), let joint = reader.next().flatMap(Joint.init),
              let before = reader.next(), before <= FrameReader.timeMax, let first = reader.next(), first <= UInt64(RowKey.seriesMax),
              let count = reader.count(atMost: Int(RowKey.seriesMax) / 8 + 1), let bits = reader.take(count) else { return nil }
        self.from = Int64(from)
        through = Int64(from + length)
        self.tick = Int64(tick)
        self.joint = joint
        base = Int64(from + before)
        firstID = Int64(first)
        self.bits = Array(bits)
        self.reader = reader
        step()
    }

    /// The series whose run comes next; `nil` at the end.
    var nextID: Int64? { bit < bits.count * 8 ? firstID + Int64(bit) : nil }

    /// No series of the frame has this number or a higher one.
    var endID: Int64 { firstID + Int64(bits.count * 8) }

    func eachID(_ take: (Int64) -> Void) {
        for bit in 0..<bits.count * 8 where bits[bit / 8] & 1 << UInt8(bit % 8) != 0 { take(firstID + Int64(bit)) }
    }

    private mutating func step() {
        repeat { bit += 1 } while bit < bits.count * 8 && bits[bit / 8] & 1 << UInt8(bit % 8) == 0
    }

    /// The next run's samples. `false`: the bytes are not a frame's.
    mutating func read(into samples: inout [KeptSample]) -> Bool {
        samples.removeAll(keepingCapacity: true)
        guard nextID != nil, let head = reader.next() else { return false }
        if head & 2 == 0 {
            guard head >> 2 >= 1, head >> 2 <= UInt64(SampleRun.countMax), let start = reader.next(), start <= FrameReader.timeMax,
                  RunReader.times(&reader, count: Int(head >> 2), into: &ticks) else { return false }
            self.start = Int64(start)
        }
        for tick in ticks {
            samples.append(KeptSample(at: base &+ (start &+ tick) &* self.tick, number: 0, state: .good))
        }
        guard RunReader.numbers(&reader, into: &samples) else { return false }
        if head & 1 == 1, !RunReader.states(&reader, into: &samples) { return false }
        step()
        return true
    }

    /// Goes on to a series. - Returns: whether the frame has it, its samples then being in `samples`.
    mutating func find(_ id: Int64, into samples: inout [KeptSample]) -> Bool {
        while let next = nextID, next <= id {
            guard read(into: &samples) else { return false }
            if next == id { return true }
        }
        samples.removeAll(keepingCapacity: true)
        return false
    }
}
