import Quantities
import Uplink

/// SplitMix64 (G. Steele, D. Lea, C. Flood, 2014), so that a seed means the same everywhere.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}

/// What a receiver keeps: rows by their names, once.
struct Receiver: Equatable {
    private(set) var rows: [String: [UInt64: SyncRow]] = [:]

    mutating func store(_ batch: SyncBatch) {
        for block in batch.blocks {
            for row in block.rows where rows[block.stream]?[row.id] == nil { rows[block.stream, default: [:]][row.id] = row }
        }
    }

    func has(_ stream: String, _ id: UInt64) -> Bool { rows[stream]?[id] != nil }
}

/// An outbox with its disk, a network that loses, doubles and delays, and a receiver that dies; drawn from a seed.
struct SyncWorld {
    private(set) var outbox: Outbox
    private(set) var receiver = Receiver()
    private(set) var wrongs: [String] = []
    private(set) var tally = Tally()
    /// Every message that ever came to the receiver.
    private(set) var heard: [SyncBatch] = []
    private let settings: OutboxSettings
    private let encoding: SyncEncoding
    private var random: Seeded
    private var now = Instant.start
    private var isOpen = false
    // On the gateway's disk.
    private(set) var committed: [String: [UInt64: SyncRow]] = [:]
    private var heads: [String: UInt64] = [:]
    private var marks: [String: UInt64] = [:]
    private(set) var gaps: [SyncGap] = []
    /// Up to which mark `check` has looked.
    private var verified: [String: UInt64] = [:]
    private var upward: [(at: Instant, bytes: [UInt8])] = []
    private var downward: [(at: Instant, bytes: [UInt8])] = []
    var isCalm = false

    struct Tally { var sent = 0, arrived = 0, again = 0, crashes = 0, gaps = 0, acknowledged = 0 }

    init(seed: UInt64) {
        random = Seeded(seed)
        encoding = seed % 2 == 0 ? .json : .cbor
        var settings = OutboxSettings()
        settings.rowsPerParcel = Int(seed % 7) * 5 + 1
        settings.window = Int(seed % 4) + 1
        settings.rowsMax = seed % 3 == 0 ? 120 : 5000
        self.settings = settings
        outbox = Outbox(marks: [:], settings)
    }

    mutating func run(steps: Int) {
        for _ in 0..<steps where wrongs.count < 4 {
            now = now + .milliseconds(1 + random.below(random.chance(5) ? 60_000 : 3000))
            write()
            network()
            pump()
            deliver()
            check()
        }
    }

    mutating func calmDown() {
        isCalm = true
        isOpen = true
        outbox.open()
        for _ in 0..<30_000 where wrongs.count < 4 && outbox.waiting > 0 {
            now = now + .seconds(1)
            pump()
            deliver()
            check()
        }
    }

    // The gateway writes rows; its disk takes them, or not.
    private mutating func write() {
        for stream in SyncStream.all where stream != .gaps && random.chance(stream.rank == 5 ? 60 : 15) {
            for _ in 0..<1 + random.below(4) { commit(stream.name, [.integer(Int64(random.below(1000))), SyncValue(Double(random.below(99)) / 7)]) }
        }
        if let gap = outbox.overflow {
            guard !random.chance(20) else { return crash() }
            let after = outbox.marks(after: gap)
            marks.merge(after) { _, new in new }
            commit("gaps", gap.values)
            gaps.append(gap)
            tally.gaps += 1
            if random.chance(10) { crash() } else { outbox.giveUp(gap) }
        }
        if random.chance(1) { crash() }
    }

    private mutating func commit(_ stream: String, _ values: [SyncValue]) {
        let id = heads[stream, default: 0] + (random.chance(10) ? 2 : 1)
        heads[stream] = id
        committed[stream, default: [:]][id] = SyncRow(id: id, milliseconds: now.nanoseconds / 1_000_000, values: values)
        outbox.committed(stream, through: id)
    }

    private mutating func crash() {
        tally.crashes += 1
        outbox = Outbox(marks: marks, settings)
        for (stream, head) in heads { outbox.committed(stream, through: head) }
        isOpen = false
        downward = []
    }

    private mutating func network() {
        if random.chance(10) {
            isOpen.toggle()
            if isOpen { outbox.open() } else { outbox.close() }
        }
        if random.chance(3) { downward.append((now, (0..<random.below(30)).map { _ in UInt8(truncatingIfNeeded: random.next()) })) }
        if random.chance(3) {
            let lie = SyncAcknowledgement(store: random.chance(50) ? "other" : "store", stored: [.init(stream: "hours", ids: 1...UInt64(SyncRow.idMax))])
            if lie.store == "other" { downward.append((now, encoding.encode(lie.tree))) }
        }
    }

    private mutating func pump() {
        for _ in 0..<10 {
            guard let parcel = outbox.next(at: now, upTo: isCalm || random.chance(80) ? .max : 1) else { return }
            let committed = committed
            let bytes = isCalm ? 4000 : 200 + random.below(3000)
            let filled = FilledParcel(parcel, gateway: "gate-7", store: "store", bytes: bytes, as: .rows(encoding)) { part in
                let rows = part.ids.compactMap { committed[part.stream]?[$0] }
                return SyncBlock(stream: part.stream, columns: part.stream == "gaps" ? SyncGap.columns : ["a", "b"], rows: rows)
            }
            guard isCalm || random.chance(95) else { return }
            outbox.sent(filled, at: now)
            if !filled.batch.blocks.isEmpty { send(encoding.encode(filled.batch.tree)) }
        }
    }

    private mutating func send(_ bytes: [UInt8]) {
        tally.sent += 1
        guard isCalm || random.chance(75) else { return }
        for _ in 0..<(random.chance(10) ? 2 : 1) {
            upward.append((now + .milliseconds(random.below(random.chance(5) && !isCalm ? 200_000 : 4000)), bytes))
        }
    }

    private mutating func deliver() {
        for bytes in due(\.upward) { receive(bytes) }
        for bytes in due(\.downward) {
            guard let tree = try? encoding.decode(bytes, within: .acknowledgement), let said = try? SyncAcknowledgement(tree), said.store == "store"
            else { continue }
            tally.acknowledged += outbox.acknowledged(said.stored, at: now)
            if isCalm || random.chance(50) { marks.merge(outbox.marks) { _, new in new } }
        }
    }

    /// In any order.
    private mutating func due(_ queue: WritableKeyPath<SyncWorld, [(at: Instant, bytes: [UInt8])]>) -> [[UInt8]] {
        let due = self[keyPath: queue].filter { $0.at <= now }
        self[keyPath: queue].removeAll { [now] in $0.at <= now }
        return due.map(\.bytes).shuffled(using: &random)
    }

    private mutating func receive(_ bytes: [UInt8]) {
        guard let tree = try? encoding.decode(bytes, within: SyncLimits(bytes: 100_000)), let batch = try? SyncBatch(tree) else {
            return wrongs.append("unreadable batch")
        }
        tally.arrived += 1
        if !isCalm, random.chance(5) { return }
        heard.append(batch)
        for block in batch.blocks {
            for row in block.rows {
                if committed[block.stream]?[row.id] != row { wrongs.append("\(block.stream) \(row.id) was never committed so") }
                if receiver.has(block.stream, row.id) { tally.again += 1 }
            }
        }
        receiver.store(batch)
        guard isCalm || random.chance(85) else { return }
        downward.append((now + .milliseconds(random.below(3000)), encoding.encode(SyncAcknowledgement(of: batch).tree)))
    }

    /// No mark, in memory or on disk, is beyond a row that is neither stored nor given up.
    private mutating func check() {
        for (stream, mark) in outbox.marks.merging(marks, uniquingKeysWith: max) where stream != "state" {
            let seen = verified[stream, default: 0]
            guard mark > seen else { continue }
            for id in seen + 1...mark where committed[stream]?[id] != nil && !receiver.has(stream, id) && !isGivenUp(stream, id) {
                wrongs.append("the mark of \(stream) is \(mark), and \(id) is nowhere")
            }
            verified[stream] = mark
        }
        for stream in SyncStream.all where outbox.waiting(in: stream.name) < 0 { wrongs.append("\(stream.name) waits below zero") }
    }

    private func isGivenUp(_ stream: String, _ id: UInt64) -> Bool {
        gaps.contains { $0.stream == stream && $0.ids.contains(id) }
    }

    /// What is neither stored nor told as a gap that is stored itself.
    func lost() -> [String] {
        let toldGaps = (receiver.rows["gaps"] ?? [:]).values.map(\.values)
        return SyncStream.all.flatMap { stream -> [String] in
            let rows = committed[stream.name, default: [:]]
            let expected = stream.kind == .newest ? Array(rows.keys.max().map { [$0] } ?? []) : Array(rows.keys)
            return expected.filter { id in
                !receiver.has(stream.name, id) && !gaps.contains { $0.stream == stream.name && $0.ids.contains(id) && toldGaps.contains($0.values) }
            }.map { "\(stream.name) \($0)" }
        }
    }

    /// All that was heard, in another order and some of it twice.
    mutating func heardAnew() -> Receiver {
        var other = Receiver()
        for batch in (heard + heard.filter { _ in random.chance(30) }).shuffled(using: &random) { other.store(batch) }
        return other
    }
}
