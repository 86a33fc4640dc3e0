public import ProcessImage
public import Quantities

/// The site's weather as control may use it: station, else forecast, else averages; which one is always said.
public struct WeatherBook: ~Copyable {
    /// What today's figures rest on so far.
    public var tier: WeatherTier { .none }

    /// Rain of the last hours, up to now, in whole hours and the one that runs. At most 7 days back.
    /// Unknown without a gauge, or when too much of the time has no reading.
    public func rain(inLast time: Duration) -> Known<Depth> { .unknown(.neverRead) }

    /// Rain expected in the coming hours. Unknown without a forecast that is still valid for all of them.
    public func forecastRain(next time: Duration) -> Known<Depth> { .unknown(.neverRead) }

    /// Energy of the sun since local midnight.
    public var radiationToday: Known<Irradiation> { .unknown(.neverRead) }

    /// Wind now, at the height of the station's sensor.
    public func wind(_ image: borrowing InputImage) -> Known<Speed> { .unknown(.neverRead) }

    /// Air temperature now.
    public func temperature(_ image: borrowing InputImage) -> Known<Temperature> { .unknown(.neverRead) }
}
