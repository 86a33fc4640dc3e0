import Foundation
import Quantities
import SL651
import Testing

/// The lines of the fixture, in order.
func exampleFrames() throws -> [[UInt8]] {
    let url = try #require(Bundle.module.url(forResource: "frames", withExtension: "txt", subdirectory: "Fixtures"))
    return try String(contentsOf: url, encoding: .utf8).split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }.map { bytes($0) }
}

/// Bytes written as hexadecimal digits, with blanks or without.
func bytes(_ hex: some StringProtocol) -> [UInt8] {
    let digits = hex.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// One seed gives one sequence: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A frame from a center of the tests to the station of the tests, or back.
func frame(_ form: FrameForm = .hex, _ direction: Direction = .down, _ function: Function, _ message: Message,
           end: FrameEnd? = nil, packet: Packet? = nil) throws -> Frame {
    try Frame(form: form, direction: direction, center: 1, station: try #require(StationAddress("0012345678")), password: 0x1234,
              function: function, packet: packet, body: message.body(in: form), end: end ?? (direction == .up ? .etx : .enq))
}

func stamp(_ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int, _ second: Int = 0) throws -> Stamp {
    Stamp(date: try #require(CivilDate(year: year, month: month, day: day)),
          time: try #require(TimeOfDay(hour: hour, minute: minute, second: second)))
}
