import Field
import Quantities
import Testing

@Suite struct `Modbus read planner` {
    private static let line = WireCost.serial(SerialSettings(baud: 9600, parity: .none), rules: ReadRules())

    private static func items(_ spans: (Int, Int)..., table: RegisterTable = .holding) -> [ReadItem] {
        spans.compactMap { address, count in
            RegisterSpan(address: UInt16(address), count: count).map { ReadItem(table: table, span: $0) }
        }
    }

    private static func plan(_ items: [ReadItem], _ rules: ReadRules = ReadRules(), cost: WireCost = line,
                             knowing learned: LearnedLimits = LearnedLimits()) -> [PlannedRead] {
        ReadPlanner(items: items, rules: rules, cost: cost).reads(for: items.indices, knowing: learned)
    }

    @Test func `eight adjacent registers are one request`() {
        let reads = Self.plan((0..<8).flatMap { Self.items((100 + $0, 1)) })
        #expect(reads.map(\.span) == [RegisterSpan(address: 100, count: 8)])
        #expect(reads.first?.items == Array(0..<8))
    }

    @Test func `a short gap is read along, a long one costs more than a request`() {
        // A request costs 20 characters and 5 ms, 25 in all at 9600 baud: 12 registers.
        #expect(Self.plan(Self.items((0, 1), (12, 1))).count == 1)
        #expect(Self.plan(Self.items((0, 1), (20, 1))).count == 2)
        #expect(Self.plan(Self.items((0, 1), (20, 1)), cost: .tcp).count == 1)
    }

    @Test func `a gap is never read where the device does not allow it`() {
        #expect(Self.plan(Self.items((0, 1), (2, 1)), ReadRules(gapsAllowed: false)).count == 2)
    }

    @Test func `a slow device with a long pause makes longer gaps worth while`() {
        let rules = ReadRules(pause: .milliseconds(50))
        let cost = WireCost.serial(SerialSettings(baud: 9600, parity: .none), rules: rules)
        #expect(Self.plan(Self.items((0, 1), (30, 1)), rules, cost: cost).count == 1)
    }

    @Test func `tables are kept apart`() {
        let mixed = Self.items((0, 1)) + Self.items((0, 1), table: .input) + Self.items((0, 1), table: .coil)
        #expect(Set(Self.plan(mixed).map(\.table)) == [.holding, .input, .coil])
    }

    @Test func `points that share a register share a read`() {
        let reads = Self.plan(Self.items((5, 1), (5, 1), (4, 2)))
        #expect(reads.map(\.span) == [RegisterSpan(address: 4, count: 2)])
        #expect(reads.first?.items.sorted() == [0, 1, 2])
    }

    @Test func `a value is never torn by the limit of the device`() {
        let reads = Self.plan(Self.items((0, 2), (2, 2), (4, 2)), ReadRules(registersAtMost: 3))
        #expect(reads.map(\.span.count) == [2, 2, 2])
    }

    @Test(arguments: Array(1...40) as [UInt64])
    func `every point is covered exactly once, within limits and rules`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            let rules = ReadRules(registersAtMost: .random(in: 4...125, using: &random), gapsAllowed: .random(using: &random),
                                  pause: .milliseconds(.random(in: 0...60, using: &random)))
            let items = Self.randomItems(&random)
            let cost = Bool.random(using: &random) ? WireCost.tcp : .serial(SerialSettings(baud: 4800, parity: .even), rules: rules)
            Self.check(items, rules, Self.plan(items, rules, cost: cost))
        }
    }

    private static func randomItems(_ random: inout SeededGenerator) -> [ReadItem] {
        (0..<Int.random(in: 0...40, using: &random)).compactMap { _ in
            let table = RegisterTable.allCases.randomElement(using: &random) ?? .holding
            let count = table == .coil || table == .discrete ? 1 : Int.random(in: 1...4, using: &random)
            let base = Bool.random(using: &random) ? 0 : 65_400
            let span = RegisterSpan(address: UInt16(base + .random(in: 0...130, using: &random)), count: count)
            return span.map { ReadItem(table: table, span: $0) }
        }
    }

    private static func check(_ items: [ReadItem], _ rules: ReadRules, _ reads: [PlannedRead]) {
        #expect(reads.flatMap(\.items).sorted() == Array(items.indices))
        for read in reads {
            let isBits = read.table == .coil || read.table == .discrete
            #expect(read.span.count <= (isBits ? min(rules.registersAtMost * 16, 2000) : rules.registersAtMost))
            let covered = Set(read.items.flatMap { Array(items[$0].span.range) })
            #expect(covered.isSubset(of: read.span.range))
            #expect(read.items.allSatisfy { items[$0].table == read.table })
            if !rules.gapsAllowed { #expect(covered.count == read.span.count, "a gap was read") }
        }
    }

    @Test(arguments: Array(1...10) as [UInt64])
    func `no other way of cutting costs less`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<10 {
            var address = 0
            let items = (0..<8).flatMap { _ in
                address += Int.random(in: 1...25, using: &random)
                return Self.items((address, 1))
            }
            let rules = ReadRules(registersAtMost: 40)
            func cost(_ runs: [ClosedRange<Int>]) -> Int {
                runs.map { Self.line.request + 16 * $0.count }.reduce(0, +)
            }
            let planned = cost(Self.plan(items, rules).map { Int($0.span.address)...$0.span.range.upperBound - 1 })
            let least = Self.cuttings(items.map { Int($0.span.address) })
                .filter { $0.allSatisfy { $0.count <= 40 } }.map(cost).min()
            #expect(planned == least)
        }
    }

    /// Every way of cutting sorted addresses into runs.
    private static func cuttings(_ addresses: [Int]) -> [[ClosedRange<Int>]] {
        guard let last = addresses.last else { return [[]] }
        return addresses.indices.flatMap { first in
            cuttings(Array(addresses[..<first])).map { $0 + [addresses[first]...last] }
        }
    }
}

/// A device with some registers, and reads refused where it has none: the hunt must end with every other point read.
@Suite struct `Modbus illegal addresses` {
    private struct Device {
        let has: (Int) -> Bool
        var most = 125
        func answers(_ read: PlannedRead) -> Bool { read.span.count <= most && read.span.range.allSatisfy(has) }
    }

    /// Reads everything once, as a bus thread does; gives what was read, what is missing, and how many requests it took.
    private static func round(_ items: [ReadItem], _ device: Device, _ learned: inout LearnedLimits,
                              _ rules: ReadRules = ReadRules()) -> (read: [Int], missing: [Int], requests: Int) {
        let planner = ReadPlanner(items: items, rules: rules, cost: .tcp)
        var queue = planner.reads(for: items.indices, knowing: learned)
        var read: [Int] = [], missing: [Int] = [], requests = 0
        while let next = queue.first, requests < 200 {
            queue.removeFirst()
            requests += 1
            if device.answers(next) { read += next.items; continue }
            if case .missing(let lost) = learned.learn(refused: next, of: items, at: .start) { missing += lost }
            queue.insert(contentsOf: planner.reads(for: next.items, knowing: learned), at: 0)
        }
        return (read.sorted(), missing.sorted(), requests)
    }

    private static let ten: [ReadItem] = (0..<10).compactMap { address in
        RegisterSpan(address: UInt16(address), count: 1).map { ReadItem(table: .holding, span: $0) }
    }

    @Test func `one bad point among ten is found and named, the others are read in the same round`() {
        var learned = LearnedLimits()
        let device = Device(has: { $0 != 6 })
        let first = Self.round(Self.ten, device, &learned)
        #expect(first.missing == [6])
        #expect(first.read == [0, 1, 2, 3, 4, 5, 7, 8, 9])
        let second = Self.round(Self.ten, device, &learned)
        #expect(second.requests == 2, "around the hole it takes two reads, and no more hunting")
        #expect(second.read == first.read)
    }

    @Test func `several bad points are all found`() {
        var learned = LearnedLimits()
        let found = Self.round(Self.ten, Device(has: { ![0, 4, 5].contains($0) }), &learned)
        #expect(found.missing == [0, 4, 5])
        #expect(found.read == [1, 2, 3, 6, 7, 8, 9])
    }

    @Test func `a device that refuses gaps is read without them from then on`() {
        let items = [0, 3, 9].compactMap { address in
            RegisterSpan(address: UInt16(address), count: 1).map { ReadItem(table: .holding, span: $0) }
        }
        var learned = LearnedLimits()
        let device = Device(has: { [0, 3, 9].contains($0) })
        #expect(Self.round(items, device, &learned).missing == [])
        let second = Self.round(items, device, &learned)
        #expect(second.read == [0, 1, 2])
        #expect(second.requests == 3)
    }

    @Test func `a device that dislikes long reads is read in shorter ones, and nothing is called missing`() {
        var learned = LearnedLimits()
        let device = Device(has: { _ in true }, most: 4)
        #expect(Self.round(Self.ten, device, &learned).missing == [])
        #expect(Self.round(Self.ten, device, &learned).read == Array(0..<10))
    }

    @Test func `a bad point is tried again rarely, and ever more rarely`() {
        var learned = LearnedLimits()
        _ = Self.round(Self.ten, Device(has: { $0 != 6 }), &learned)
        #expect(learned.retries(at: .start + .seconds(29)) == [])
        #expect(learned.retries(at: .start + .seconds(30)) == [6])
        learned.stillMissing(6, at: .start + .seconds(30))
        #expect(learned.retries(at: .start + .seconds(89)) == [])
        #expect(learned.retries(at: .start + .seconds(90)) == [6])
        learned.found(6)
        #expect(!learned.isMissing(6))
    }

    @Test(arguments: Array(1...30) as [UInt64])
    func `whatever a device lacks, the hunt ends and finds exactly that`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let lacking = Set((0..<Int.random(in: 0...6, using: &random)).map { _ in Int.random(in: 0..<60, using: &random) })
        let items: [ReadItem] = (0..<20).compactMap { _ in
            RegisterSpan(address: .random(in: 0..<56, using: &random), count: .random(in: 1...4, using: &random))
                .map { ReadItem(table: .holding, span: $0) }
        }
        var learned = LearnedLimits()
        let device = Device(has: { !lacking.contains($0) })
        let first = Self.round(items, device, &learned)
        let expected = items.indices.filter { !lacking.isDisjoint(with: items[$0].span.range) }
        #expect(first.requests < 200)
        #expect(first.missing == expected)
        #expect(first.read == items.indices.filter { !expected.contains($0) })
    }
}
