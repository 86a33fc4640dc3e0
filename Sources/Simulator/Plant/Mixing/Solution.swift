/// Water, with what the plant follows of what is dissolved in it. All of it mixes by volume; the pH does not, and is computed
/// where it is looked at.
struct Solution: Sendable, Hashable, BitwiseCopyable {
    /// mS/cm at 25 °C. Of a stock: what a part of it adds, times the parts; not what a probe in the tank would show.
    var conductivity: Double
    /// eq/m3 of acid that it takes up. Of an acid: what it brings, negative.
    var alkalinity: Double
    /// mol/m3 of inorganic carbon in all its forms.
    var carbon: Double

    init(conductivity: Double, alkalinity: Double = 0, carbon: Double = 0) {
        self.conductivity = conductivity
        self.alkalinity = alkalinity
        self.carbon = carbon
    }

    /// Natural water, as a laboratory describes it.
    init(conductivity: Double, alkalinity: Double, pH: Double) {
        let carbon = Carbonate.carbon(alkalinity: alkalinity / 1000, hydrogen: Carbonate.hydrogen(pH: pH)) * 1000
        self.init(conductivity: conductivity, alkalinity: alkalinity, carbon: carbon)
    }

    /// Some of another solution takes the place of as much of this one. `share`: 0 … 1.
    func mixed(with other: Solution, share: Double) -> Solution {
        Solution(conductivity: conductivity + (other.conductivity - conductivity) * share,
                 alkalinity: alkalinity + (other.alkalinity - alkalinity) * share,
                 carbon: carbon + (other.carbon - carbon) * share)
    }

    var pH: Double { Carbonate.pH(alkalinity: alkalinity / 1000, carbon: carbon / 1000) }
}

/// Carbonic acid in water at 25 °C, closed to the air: pK1 6.352, pK2 10.329 (Plummer and Busenberg 1982, Geochim. Cosmochim.
/// Acta 46:1011–1040), pKw 13.995. Concentrations in mol/L and eq/L.
///
/// Square roots and a logarithm of our own, no libm: equal to the last bit on every machine.
enum Carbonate {
    private static let k1 = 4.446e-7
    private static let k2 = 4.688e-11
    private static let kw = 1.012e-14

    /// By halving, in steps of equal ratio, between pH −1 and 14: what is left of 15 decades after 50 halvings is nothing.
    static func pH(alkalinity: Double, carbon: Double) -> Double {
        -Logarithm.decimal(halve { self.alkalinity(hydrogen: $0, carbon: carbon) < alkalinity })
    }

    static func hydrogen(pH: Double) -> Double {
        halve { -Logarithm.decimal($0) < pH }
    }

    /// What must be dissolved for water of this alkalinity to have this much free acid.
    static func carbon(alkalinity: Double, hydrogen: Double) -> Double {
        max((alkalinity - kw / hydrogen + hydrogen) / charge(hydrogen), 0)
    }

    private static func alkalinity(hydrogen: Double, carbon: Double) -> Double {
        carbon * charge(hydrogen) + kw / hydrogen - hydrogen
    }

    /// Charges on one mole of carbon.
    private static func charge(_ hydrogen: Double) -> Double {
        k1 * (hydrogen + 2 * k2) / (hydrogen * hydrogen + k1 * (hydrogen + k2))
    }

    private static func halve(_ isTooMuch: (Double) -> Bool) -> Double {
        var low = 1e-14, high = 10.0
        for _ in 0..<50 {
            let middle = (low * high).squareRoot()
            if isTooMuch(middle) { high = middle } else { low = middle }
        }
        return (low * high).squareRoot()
    }
}

/// A logarithm without libm, equal to the last bit on every machine.
enum Logarithm {
    /// log10 of a number over 0, within 1e-15 of its size: ln m = 2 artanh((m − 1)/(m + 1)) for m in √½ … √2.
    static func decimal(_ x: Double) -> Double {
        let isHigh = x.significand > 1.414_213_562
        let mantissa = isHigh ? x.significand / 2 : x.significand
        let exponent = Double(x.exponent) + (isHigh ? 1 : 0)
        let z = (mantissa - 1) / (mantissa + 1)
        var sum = 0.0
        for odd in stride(from: 23.0, through: 1, by: -2) { sum = sum * z * z + 1 / odd }
        return (exponent * 0.693_147_180_559_945_3 + 2 * z * sum) / 2.302_585_092_994_046
    }
}
