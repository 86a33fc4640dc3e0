import Testing
@testable import Uplink

@Suite("Documents in pieces")
struct DocumentPartTests {
    private static func document(_ count: Int, seed: UInt8 = 7) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: ($0 &* 31) ^ ($0 >> 8)) ^ seed }
    }

    @Test(arguments: [1, 5_000, 32_768]) func `what fits into one message goes as it is`(count: Int) {
        let document = Self.document(count)
        #expect(DocumentPart.messages(of: document, name: "a1") == [document])
        var basket = DocumentBasket()
        #expect(basket.take(document) == .document(document))
    }

    @Test(arguments: [32_769, 65_536, 100_000, 262_144]) func `what is longer goes in parts, and comes together in any order, each of them also twice`(count: Int) {
        let document = Self.document(count)
        let messages = DocumentPart.messages(of: document, name: "a1")
        #expect(messages.count == (count + 32_767) / 32_768)
        for order in [messages, messages.reversed(), messages.flatMap { [$0, $0] }] {
            var basket = DocumentBasket()
            let found = order.map { basket.take($0) }.filter { $0 != .more }
            #expect(found.first == .document(document))
        }
    }

    @Test func `parts of another document between them change nothing`() {
        let (one, two) = (Self.document(70_000), Self.document(80_000, seed: 99))
        let (first, second) = (DocumentPart.messages(of: one, name: "a1"), DocumentPart.messages(of: two, name: "b2"))
        var basket = DocumentBasket()
        let found = zip(first, second).flatMap { [$0, $1] }.map { basket.take($0) }.filter { $0 != .more }
        #expect(found == [.document(one), .document(two)])
        #expect(basket.isEmpty)
    }

    @Test func `of unfinished documents two are held, and the oldest is given up`() {
        var basket = DocumentBasket()
        let documents = (0..<50).map { DocumentPart.messages(of: Self.document(200_000, seed: UInt8($0)), name: "n\($0)") }
        for messages in documents { #expect(basket.take(messages[0]) == .more) }
        let late = documents[48].dropFirst().map { basket.take($0) }
        #expect(late.last == .document(Self.document(200_000, seed: 48)))
        #expect(!documents[0].dropFirst().map { basket.take($0) }.contains { if case .document = $0 { true } else { false } })
    }

    @Test func `a message that is too long is known as such, and an empty one is nothing`() {
        var basket = DocumentBasket()
        #expect(basket.take(Self.document(65_537)) == .tooLong)
        #expect(basket.take([]) == .nothing)
    }

    @Test(arguments: [
        "tidegate part 1\nof: a1, 100 bytes\npart: 2 of 1\n\nx", "tidegate part 1\nof: a1, 0 bytes\npart: 1 of 1\n\n",
        "tidegate part 1\nof: a1, 999999 bytes\npart: 1 of 31\n\nx", "tidegate part 1\nof: , 1 bytes\npart: 1 of 1\n\nx",
        "tidegate part 1\nof: a1, 1 bytes\npart: 0 of 1\n\nx", "tidegate part 1\nof: a1, 1 bytes\npart: 1 of 1\n\nxy",
        "tidegate part 1\nof: a1, 01 bytes\npart: 1 of 1\n\nx", "tidegate part 1\nof: a1, 1 bytes\npart: 1 of 9\n\nx",
        "tidegate part 1\nof: a1, 1 bytes\npart: 1 of 1\n", "tidegate part 1\n", "tidegate part 1\nof: ../x, 1 bytes\npart: 1 of 1\n\nx",
    ])
    func `a part that is not in its one form is nothing`(text: String) {
        var basket = DocumentBasket()
        #expect(basket.take(Array(text.utf8)) == .nothing)
        #expect(basket.isEmpty)
    }

    @Test func `whatever bytes come, the basket holds half a megabyte and does not trap`() {
        var generator = SplitMix(seed: 3)
        let good = DocumentPart.messages(of: Self.document(150_000), name: "a1")
        var basket = DocumentBasket()
        for round in 0..<300 {
            var message = Array(good[round % good.count].prefix(Int(generator.next() % 33_000)))
            for _ in 0..<3 where !message.isEmpty { message[Int(generator.next() % UInt64(min(message.count, 60)))] = UInt8(truncatingIfNeeded: generator.next()) }
            _ = basket.take(message)
        }
        #expect(basket.heldBytes <= 2 * 262_144)
    }
}

private struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
