public import Field
import ProcessImage
import Quantities

extension BusPlan {
    /// Roughly the part of a serial line's time that its polls take when every device answers; `nil` on a network.
    ///
    /// Counted per device and interval: adjacent registers in one request, 8 characters asked, 5 and the data
    /// answered, 3.5 characters of silence around both, the profile's pause, and 10 ms until a device begins to answer.
    public var lineShare: Double? {
        guard case .serial(_, let settings) = transport else { return nil }
        return devices.reduce(0) { $0 + $1.lineShare(settings) }
    }
}

extension DevicePlan {
    fileprivate func lineShare(_ settings: SerialSettings) -> Double {
        let groups = Dictionary(grouping: points) { PollGroup(table: $0.table, every: $0.every) }
        return groups.reduce(0) { sum, group in
            let seconds = requests(group.value).reduce(0.0) { $0 + time(bytes: $1, settings) }
            return sum + seconds / max(group.key.every.seconds, 0.001)
        }
    }

    private struct PollGroup: Hashable {
        let table: RegisterTable
        let every: Duration
    }

    private func time(bytes: Int, _ settings: SerialSettings) -> Double {
        Double(8 + 5 + bytes + 7) * settings.characterTime.seconds + rules.pause.seconds + 0.010
    }

    /// Bytes of data in each request that reads these points.
    private func requests(_ points: [RegisterPoint]) -> [Int] {
        var spans: [(first: Int, end: Int)] = []
        for point in points.sorted(by: { $0.address < $1.address }) {
            let (first, end) = (Int(point.address), Int(point.address) + point.type.registers)
            let gap = rules.gapsAllowed ? 8 : 0
            if let last = spans.last, first <= last.end + gap, end - last.first <= rules.registersAtMost {
                spans[spans.count - 1].end = max(last.end, end)
            } else {
                spans.append((first, end))
            }
        }
        let isBits = points.first.map { $0.table == .coil || $0.table == .discrete } ?? false
        return spans.map { isBits ? ($0.end - $0.first + 7) / 8 : 2 * ($0.end - $0.first) }
    }
}
