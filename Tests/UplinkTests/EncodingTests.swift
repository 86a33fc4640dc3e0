import Testing
import Uplink

@Suite("JSON and CBOR of the sync stream")
struct EncodingTests {
    private func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = hexadecimal.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    @Test(arguments: SyncEncoding.allCases)
    func `drawn documents come back equal to the bit`(encoding: SyncEncoding) throws {
        var random = Seeded(28)
        for _ in 0..<3000 {
            let value = drawn(&random, depth: 0)
            let read = try encoding.decode(encoding.encode(value), within: SyncLimits(bytes: 1 << 20))
            #expect(read == value)
            guard read == value else { return }
        }
    }

    private func drawn(_ random: inout Seeded, depth: Int) -> SyncValue {
        switch random.below(depth < 4 ? 9 : 7) {
        case 0: return .null
        case 1: return .boolean(random.chance(50))
        case 2: return .integer(Int64(bitPattern: random.next()))
        case 3: return .integer(Int64(random.below(600)) - 300)
        case 4: return SyncValue(Double(bitPattern: random.next()))
        case 5: return SyncValue(Double(random.below(1000)) / 8)
        case 6: return .text(["", "棚", "a\"b\\c\n\t\u{1}", "🌱\u{7f}\u{2028}", String(repeating: "x", count: random.below(300))][random.below(5)])
        case 7: return .list((0..<random.below(30)).map { _ in drawn(&random, depth: depth + 1) })
        default: return .map((0..<random.below(6)).map { SyncValue.Member("key \($0)", drawn(&random, depth: depth + 1)) })
        }
    }

    /// RFC 8949, appendix A: what Tidegate writes and reads of it.
    @Test(arguments: [
        ("00", .integer(0)), ("17", .integer(23)), ("1818", .integer(24)), ("1903e8", .integer(1000)), ("1a000f4240", .integer(1_000_000)),
        ("1b000000e8d4a51000", .integer(1_000_000_000_000)), ("20", .integer(-1)), ("3863", .integer(-100)), ("3903e7", .integer(-1000)),
        ("fb3ff199999999999a", .number(1.1)), ("fb7e37e43c8800759c", .number(1e300)), ("fbc010666666666666", .number(-4.1)),
        ("f4", .boolean(false)), ("f5", .boolean(true)), ("f6", .null), ("60", .text("")), ("6449455446", .text("IETF")),
        ("62225c", .text("\"\\")), ("62c3bc", .text("ü")), ("63e6b0b4", .text("水")), ("64f0908591", .text("𐅑")), ("80", .list([])),
        ("83010203", .list([.integer(1), .integer(2), .integer(3)])), ("a0", .map([])),
        ("a26161016162820203", .map([.init("a", .integer(1)), .init("b", .list([.integer(2), .integer(3)]))])),
    ] as [(String, SyncValue)])
    func `CBOR is that of the standard's examples`(hexadecimal: String, value: SyncValue) throws {
        #expect(SyncEncoding.cbor.encode(value) == bytes(hexadecimal))
        #expect(try SyncEncoding.cbor.decode(bytes(hexadecimal), within: .acknowledgement) == value)
    }

    /// RFC 8949, appendix A: what other writers may send.
    @Test(arguments: [
        ("f90000", 0.0), ("f98000", -0.0), ("f93c00", 1), ("f93e00", 1.5), ("f97bff", 65_504), ("f90001", 5.960_464_477_539_063e-8),
        ("f90400", 0.000_061_035_156_25), ("f9c400", -4), ("fa47c35000", 100_000), ("fa7f7fffff", 3.402_823_466_385_288_6e+38),
    ] as [(String, Double)])
    func `CBOR's shorter numbers are read`(hexadecimal: String, number: Double) throws {
        #expect(try SyncEncoding.cbor.decode(bytes(hexadecimal), within: .acknowledgement) == .number(number))
    }

    @Test func `numbers that are none become null`() throws {
        for text in ["f97c00", "f97e00", "fa7f800000", "fb7ff8000000000000"] {
            #expect(try SyncEncoding.cbor.decode(bytes(text), within: .acknowledgement) == .null)
        }
        #expect(SyncValue(.nan) == .null && SyncValue(-.infinity) == .null)
    }

    @Test(arguments: [
        "", "18", "61", "62e6b0", "8101ff", "9f01ff", "a10001", "a1616101616102", "a2616101616102", "9bffffffffffffffff",
        "bbffffffffffffffff00", "7bffffffffffffffff", "c074", "4100", "f7", "1c", "1bffffffffffffffff", "3bffffffffffffffff", "0000", "61ff",
    ])
    func `what is not this part of CBOR is refused`(hexadecimal: String) {
        #expect(throws: SyncError.malformed) { try SyncEncoding.cbor.decode(bytes(hexadecimal), within: .acknowledgement) }
    }

    @Test func `JSON is read as others write it`() throws {
        let text = #" { "a" : [ 1 , -2.5e3 , true , null , "\u6c34\ud83c\udf31\/\b" ] , "" : { } , "n" : 0.10 , "z" : -0 } "#
        let read = try SyncEncoding.json.decode(Array(text.utf8), within: .acknowledgement)
        #expect(read == .map([
            .init("a", .list([.integer(1), .number(-2500), .boolean(true), .null, .text("水🌱/\u{8}")])), .init("", .map([])),
            .init("n", .number(0.1)), .init("z", .integer(0)),
        ]))
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "[1 2]", "nul", "truefalse", "+1", "01", "1.", ".5", "-", "1e", "1e400", "0x10",
        "9223372036854775808", "\"\\x\"", "\"\\ud800\"", "\"\\ud83c\\u0041\"", "\"\\udc00\"", "\"a", "\"a\nb\"", "[]]", "NaN", "{1:2}", "'a'", "-a",
        "１", "1e5.5", "inf",
    ])
    func `what is not JSON is refused`(text: String) {
        #expect(throws: SyncError.malformed) { try SyncEncoding.json.decode(Array(text.utf8), within: .acknowledgement) }
    }

    @Test func `what is too long or too deep is refused before it is read`() {
        let deep = Array((String(repeating: "[", count: 50_000)).utf8)
        #expect(throws: SyncError.tooDeep) { try SyncEncoding.json.decode(deep, within: .acknowledgement) }
        #expect(throws: SyncError.tooDeep) { try SyncEncoding.cbor.decode([UInt8](repeating: 0x81, count: 50_000), within: .acknowledgement) }
        #expect(throws: SyncError.tooLarge) { try SyncEncoding.json.decode([UInt8](repeating: 0x20, count: 65_537), within: .acknowledgement) }
    }

    @Test(arguments: SyncEncoding.allCases)
    func `every flipped bit and every cut is read or refused`(encoding: SyncEncoding) {
        let whole = encoding.encode(SyncBatch.sample.tree)
        var refused = 0
        for bit in 0..<(whole.count * 8) {
            var bytes = whole
            bytes[bit / 8] ^= 1 << (bit % 8)
            if (try? encoding.decode(bytes, within: .acknowledgement)) == nil { refused += 1 }
        }
        for length in 0..<whole.count {
            #expect(throws: SyncError.malformed) { try encoding.decode(Array(whole.prefix(length)), within: .acknowledgement) }
        }
        #expect(refused > whole.count)
    }

    @Test(arguments: SyncEncoding.allCases)
    func `half a million random bytes are read or refused`(encoding: SyncEncoding) {
        var random = Seeded(3)
        let alphabet = Array("{}[]\",:\\u0123456789.eE+-truefalsn ".utf8)
        var left = 500_000
        while left > 0 {
            let isText = encoding == .json
            let bytes = (0..<(1 + random.below(120))).map { _ in isText ? alphabet[random.below(alphabet.count)] : UInt8(truncatingIfNeeded: random.next()) }
            left -= bytes.count
            _ = try? encoding.decode(bytes, within: .acknowledgement)
        }
    }
}
