public import Field
public import ProcessImage
import Quantities

/// What a site's records cost, in the file and on the flash, as far as it can be said before they are made: every poll
/// of a point is taken for a change, so this is the most and a quiet farm stays far below.
///
/// The bytes were measured on an ext4 of its own with 200 points a second, a quarter each slow, counting, noisy and
/// constant (`scripts/bench --only device-bytes`, docs/benchmarks.md).
public struct RecordCost: Sendable, Hashable {
    /// Of all points and outputs, the minute's refresh among them.
    public let samplesPerDay: Double

    /// What one flush costs on the device however little is in it: pages of the log and of the file, the file system's own.
    /// From 27.8 bytes a sample at a flush of 10 s and 8.3 at 60 s.
    private static let bytesPerFlush = 46_800.0
    /// What a sample costs on the device besides: in its frame, then in its block, each through the log.
    private static let bytesPerSample = 4.4
    /// What stays of a sample in the file, with its minutes, hours and days.
    private static let bytesInFile = 1.45

    public init(points: [PointDefinition], outputs: [OutputDefinition], buses: [BusPlan], bridges: [BridgePlan] = []) {
        let polled = buses.flatMap(\.devices).flatMap(\.points).reduce(0.0) { $0 + 86_400 / max($1.every.seconds, 0.001) }
        let signals = bridges.flatMap(\.inputs).count { if case .signal = $0.use { true } else { false } }
        let told = Double(signals) * 86_400 / BridgeInput.signalEvery.seconds
        samplesPerDay = polled + told + Double(points.count + outputs.count) * 1_440
    }

    public var fileBytesPerDay: Double { samplesPerDay * RecordCost.bytesInFile }

    /// How often frames are folded hardly counts: each sample goes into a block once, whenever that is.
    /// - Parameter flush: what a power cut may lose.
    public func flashBytesPerDay(flush: Duration) -> Double {
        86_400 / flush.seconds * RecordCost.bytesPerFlush + samplesPerDay * RecordCost.bytesPerSample
    }

    /// - Parameter plan: how long samples are kept and how large the file may grow.
    /// - Returns: days of samples the file holds.
    public func daysKept(_ plan: RecordingPlan) -> Double {
        min(Double(plan.keepSamplesDays), Double(plan.maximumBytes) * 15 / 16 / max(fileBytesPerDay, 1))
    }
}

extension Site {
    public var recordCost: RecordCost {
        RecordCost(points: tables.points, outputs: tables.outputs, buses: field.buses, bridges: field.bridges)
    }
}
