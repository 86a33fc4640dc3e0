public import Quantities

/// Why a probe's reading was not taken into the balance.
public enum ProbeRejection: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// No soil holds less: a cut cable or a probe in the air. A field never gets far below the wilting point.
    case tooDry = 1
    /// More than there is room between the grains.
    case tooWet = 2
    /// Frozen soil reads dry.
    case frozen = 3
    /// It leapt without water: the probe was moved, or its cable is bad.
    case leapt = 4
}

/// One look at a probe of water content by volume.
public struct ProbeReading: Sendable, Hashable, BitwiseCopyable {
    public let content: Fraction
    /// At the probe, where it measures that.
    public let temperature: Temperature?

    public init(content: Fraction, temperature: Temperature? = nil) {
        self.content = content
        self.temperature = temperature
    }
}

/// Draws the balance towards what a probe says.
public struct SoilProbe: Sendable, Hashable, BitwiseCopyable {
    /// Share of the difference that is taken each day. 0.3: one probe is one place of the field.
    public var weight = 0.3
    public var leastTemperature = Temperature.celsius(0.5)
    /// Change within ten minutes that only water can make.
    public var leap = Fraction(base: 0.05)

    public init(weight: Double = 0.3) { self.weight = weight }

    /// - Parameters:
    ///   - before: the reading up to ten minutes ago, if there was one.
    ///   - isWatered: irrigation or rain fell meanwhile.
    public func rejection(of reading: ProbeReading, after before: ProbeReading?, isWatered: Bool,
                          in soil: Soil) -> ProbeRejection? {
        if let temperature = reading.temperature, temperature < leastTemperature { return .frozen }
        if !(reading.content.base >= soil.wiltingPoint.base * 0.5) { return .tooDry }
        if !(reading.content <= soil.porosity) { return .tooWet }
        guard let before, !isWatered else { return nil }
        return abs(reading.content.base - before.content.base) > leap.base ? .leapt : nil
    }

    /// The depletion that is carried on, between the balance's and the probe's.
    ///
    /// - Parameters:
    ///   - content: of the whole root zone; several probes count by the layers they stand in.
    public func assimilate(_ content: Fraction, into depletion: Depth, of soil: Soil, roots: Length) -> Depth {
        let observed = soil.depletion(at: content, to: roots)
        let drawn = depletion + (observed - depletion) * weight
        return min(max(drawn, .zero), soil.totalAvailable(to: roots))
    }

    /// Water content of the root zone from probes at several depths, each for the layer around it.
    public static func content(of layers: [(thickness: Length, content: Fraction)]) -> Fraction? {
        let depth = layers.reduce(0) { $0 + $1.thickness.meters }
        guard depth > 0 else { return nil }
        return Fraction(base: layers.reduce(0) { $0 + $1.content.base * $1.thickness.meters } / depth)
    }
}
