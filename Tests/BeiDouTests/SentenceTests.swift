import BeiDou
import Quantities
import Testing

@Suite struct SentenceTests {
    /// Sentences as terminals said them, from public code and its comments: github.com/LXTTTTTT/BDSDK and others that show traffic of RDSS
    /// modules. The checks are theirs.
    static let examples = [
        "$BDFKI,TXA,N,Y,0,0000*04", "$BDFKI,TXA,Y,Y,0,0040*17", "$BDTXR,1,0166166,1,,3132333433333335*46",
        "$CCTXA,0166166,1,1,3132333433333335*7F", "$BDICI,0166166,02097151,0000011,6,40,3,N,000*33",
        "$BDICP,4216930,0,0,3,0,N,2,N,1,0,0,3,1,60,2,0,0,1,1,21,0,0,0*4E", "$BDICI,4207733,0,0,3,60,2,N,22*3A", "$CCICA,0,00*7B",
        "$BDTXR,1,0179773,2,,A468656C6C6F*43", "$CCTXA,0179773,1,2,A468656C6C6F*7A",
        "$BDTCI,4204986,4204990,2,142204,2,0,3A642B500000000000000A01F35B41EC036542EE74F5*40",
        "$BDICI,2097151,00000000,2097151,0,9999.0,0,N,0*25", "$BDFKI,082920,TCQ,Y,0,0*70", "$CCICR,0,00*68",
        "$CCTXA,0247718,1,1,3132333435*70", "$BDICP,15240507,2032472,1,3,0,N,1,Y,1,0,0,3,1,1,5,1,1,2,2,500,100,10,10*65",
        "$BDICP,4238473,0,0,3,0,N,2,N,1,0,0,3,1,60,2,0,0,0,0,21,0,0,0*48",
        "$BDTXR,1,4207733,1,2337,90000000000065C1FAF4B2E2CAD4*3F", "$BDBSI,01,03,3,2,2,0,3,0,0,3,0,0*5F",
    ]

    private func words(_ text: String) -> [TerminalWord] {
        var reader = SentenceReader()
        return reader.read(text.utf8).map { TerminalWord($0) }
    }

    @Test(arguments: examples)
    func `a sentence of a real terminal is read, and written again as it was`(text: String) throws {
        var reader = SentenceReader()
        let sentences = reader.read(text.utf8)
        #expect(sentences.map { String(decoding: $0.bytes, as: UTF8.self) } == [text + "\r\n"])
        #expect(reader.broken == 0)
    }

    @Test func `cards of both kinds tell their number and interval; none is told as none`() throws {
        let (old, new) = (try #require(CardNumber(166_166)), try #require(CardNumber(4_216_930)))
        #expect(words(Self.examples[4]) == [.card(old, interval: .seconds(40))])
        #expect(words(Self.examples[5]) == [.card(new, interval: .seconds(60))])
        #expect(words(Self.examples[11]) == [.card(nil, interval: .hours(1))])
        #expect(old.description == "0166166")
    }

    @Test func `a message and what became of a message are read in the words of both kinds`() throws {
        let (old, new) = (try #require(CardNumber(166_166)), try #require(CardNumber(4_204_986)))
        #expect(words(Self.examples[2]) == [.message(from: old, [0x31, 0x32, 0x33, 0x34, 0x33, 0x33, 0x33, 0x35])])
        #expect(words(Self.examples[8]) == [.message(from: try #require(CardNumber(179_773)), Array("hello".utf8))])
        guard case .message(new, let bytes)? = words(Self.examples[10]).first else {
            Issue.record("no message")
            return
        }
        #expect(bytes.count == 22 && bytes.first == 0x3A)
        #expect(words(Self.examples[1]) == [.accepted])
        #expect(words(Self.examples[12]) == [.accepted])
        #expect(words(Self.examples[0]) == [.rejected(.unknown(0), wait: .zero)])
        #expect(words(Self.examples[18]) == [.other])
    }

    @Test func `no bit that flips in a sentence makes another one that is heeded`() {
        for text in Self.examples {
            let good = Array(text.utf8)
            for bit in 0..<(good.count * 8) {
                var bent = good
                bent[bit / 8] ^= 1 << (bit % 8)
                var reader = SentenceReader()
                // The case of a letter of the check may flip: it is the same digit. A comma that becomes $ may leave a tail whose check
                // fits by chance, without a name that is known.
                let read = reader.read(bent)
                #expect(read.allSatisfy { $0.bytes.dropLast(2).elementsEqual(good) || TerminalWord($0) == .other }, "\(text), bit \(bit)")
            }
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `hostile bytes: nothing traps, memory is one sentence, and a good sentence among them is found`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var reader = SentenceReader()
        for _ in 0..<2000 {
            let noise = (0..<Int.random(in: 0..<100, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            for sentence in reader.read(noise) { _ = TerminalWord(sentence) }
            var text = Self.examples.randomElement(using: &random) ?? ""
            #expect(reader.read(text.utf8).count == 1)
            // Fields of noise with a good check.
            let fields = (0..<Int.random(in: 1..<30, using: &random)).map { _ in
                String(decoding: (0..<Int.random(in: 1..<8, using: &random)).map { _ in UInt8.random(in: 0x2D...0x5A, using: &random) }, as: UTF8.self)
            }
            let name = ["BDICI", "BDICP", "BDFKI", "BDTXR", "BDTCI"].randomElement(using: &random) ?? ""
            text = Sentence([name] + fields).map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
            for sentence in reader.read(text.utf8) { _ = TerminalWord(sentence) }
        }
        #expect(reader.read([UInt8](repeating: 0x41, count: 100_000)).isEmpty)
        #expect(reader.read([0x24] + [UInt8](repeating: 0x41, count: 100_000)).isEmpty)
        #expect(reader.broken > 0)
    }

    @Test func `a sentence that cannot be is not made`() {
        #expect(Sentence([]) == nil)
        #expect(Sentence([""]) == nil)
        #expect(Sentence(["BDTXR", "a,b"]) == nil)
        #expect(Sentence(["BDTXR", "a*b"]) == nil)
        #expect(Sentence(["BDTXR", String(repeating: "A", count: 4000)]) == nil)
    }
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
