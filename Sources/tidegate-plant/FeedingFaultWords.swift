import ProcessImage
import Simulator

/// Faults of net cages and their lines, in the words of the control socket: `line LINE-1 hose-off`.
extension FaultWords {
    /// `hoseOff` → `hose-off`.
    static func word(_ trouble: some Any) -> String {
        "\(trouble)".map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }.joined()
    }

    func feeding(_ kind: String, _ place: Int, _ what: String, _ tag: String) -> FeedingFault? {
        switch kind {
        case "cage": what == "jammed" ? .winchJammed(CageIndex(place)) : .netFouled(CageIndex(place))
        case "aerator": tables.output(tag: tag).map { .aeratorDead($0) }
        case "line": LineTrouble.allCases.first { Self.word($0) == what }.map { .line(FeedLineIndex(place), $0) }
        case "sea-sensor": SeaTrouble.allCases.first { Self.word($0) == what }.map { .sensor(PointIndex(place), $0) }
        default: nil
        }
    }

    func text(of fault: FeedingFault) -> String {
        switch fault {
        case .sensor(let point, let trouble): "sea-sensor \(tables.points[point.offset].tag) \(Self.word(trouble))"
        case .sensorsSwapped(let first, let second):
            "sea-sensor \(tables.points[first.offset].tag):\(tables.points[second.offset].tag) swapped"
        case .aeratorDead(let output): "aerator \(tables.outputs[output.offset].tag) dead"
        case .netFouled(let cage): "cage \(tables.cages[cage.offset].tag) fouled"
        case .winchJammed(let cage): "cage \(tables.cages[cage.offset].tag) jammed"
        case .line(let line, let trouble): "line \(tables.feedLines[line.offset].tag) \(Self.word(trouble))"
        case .stagnant: "sea stagnant"
        case .swell: "sea swell"
        }
    }
}
