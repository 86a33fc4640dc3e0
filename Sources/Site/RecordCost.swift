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
    private static let bytesPerFlush = 14_000.0
    /// What a sample costs on the device besides: in its frame, then in its block, each through the log.
    private static let bytesPerSample = 6.0
    /// Of these, what a fold writes; folded once an hour instead of every ten minutes, blocks come out a tenth smaller.
    private static let bytesPerSampleOfFold = 2.4
    private static let shareOfHourlyFold = 0.9
    /// What stays of a sample in the file, with its minutes, hours and days.
    private static let bytesInFile = 1.3

    public init(points: [PointDefinition], outputs: [OutputDefinition], buses: [BusPlan]) {
        let polled = buses.flatMap(\.devices).flatMap(\.points).reduce(0.0) { $0 + 86_400 / max($1.every.seconds, 0.001) }
        samplesPerDay = polled + Double(points.count + outputs.count) * 1_440
    }

    public var fileBytesPerDay: Double { samplesPerDay * RecordCost.bytesInFile }

    /// - Parameters:
    ///   - flush: what a power cut may lose.
    ///   - fold: how often frames are packed into blocks.
    public func flashBytesPerDay(flush: Duration, fold: Duration) -> Double {
        let saved = fold >= .hours(1) ? RecordCost.bytesPerSampleOfFold * (1 - RecordCost.shareOfHourlyFold) : 0
        return 86_400 / flush.seconds * RecordCost.bytesPerFlush + samplesPerDay * (RecordCost.bytesPerSample - saved)
    }

    /// - Parameter plan: how long samples are kept and how large the file may grow.
    /// - Returns: days of samples the file holds.
    public func daysKept(_ plan: RecordingPlan) -> Double {
        min(Double(plan.keepSamplesDays), Double(plan.maximumBytes) * 15 / 16 / max(fileBytesPerDay, 1))
    }
}

extension Site {
    public var recordCost: RecordCost { RecordCost(points: tables.points, outputs: tables.outputs, buses: field.buses) }
}
