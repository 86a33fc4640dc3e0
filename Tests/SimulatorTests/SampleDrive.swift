import Control
import ProcessImage
import Quantities

/// A drive of 0 … 50 Hz on the sample farm's pump: 5 Hz/s up, 10 Hz/s down, keeping 200 kPa.
struct SampleDrive {
    var range: ClosedRange<Double> = 0...50
    var rise = 5.0
    var belongsToPump = true
    var keep = 200.0
    var fillUntil: Double? = 40
    var fillFor = Duration.seconds(30)
    var hasPressure = true

    var definition: SetpointDefinition {
        SetpointDefinition(label: Label(tag: "VFD-1"), kind: .speed, unit: Unit(symbol: "Hz")!, range: range, safe: 0, risePerSecond: rise,
                           fallPerSecond: 10, output: belongsToPump ? OutputIndex(0) : nil, device: DeviceIndex(2), point: PointIndex(14))
    }

    func plan(_ tables: SiteTables) -> DrivePlan? {
        DrivePlan(speed: SetpointShare(SetpointIndex(0), definition), rise: rise / range.upperBound, fall: 10 / range.upperBound,
                  fillUntil: fillUntil.map { .kilopascals($0) }, fillFor: fillFor,
                  pressure: hasPressure ? tables.quantity(PointIndex(11)) : nil, keep: .kilopascals(keep))
    }
}
