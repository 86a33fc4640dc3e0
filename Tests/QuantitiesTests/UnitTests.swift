import Quantities
import Testing

@Suite struct UnitTests {
    @Test func `three mu are two thousand square metres, exactly`() {
        #expect(Area.mu(3) == .squareMeters(2000))
        #expect(Unit(symbol: "亩") != nil)
    }

    @Test(arguments: Unit.all) func `a value comes back from its base unit`(unit: Unit) {
        for value in [0, 1, -40, 273.15, 1e6] {
            #expect(abs(unit.fromBase(unit.toBase(value)) - value) <= 1e-9 * max(1, abs(value)))
        }
    }

    @Test func `a unit that is not listed is not guessed`() {
        for symbol in ["ML", "M3/h", "", "litre", "kpa"] { #expect(Unit(symbol: symbol) == nil) }
    }
}
