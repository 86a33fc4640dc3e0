import Quantities
import Testing
import Uplink

extension SyncBatch {
    static let sample = SyncBatch(gateway: "闸-7", store: "5f0c", blocks: [
        SyncBlock(stream: "alarms", columns: ["alarm", "state"], rows: [
            SyncRow(id: 9, milliseconds: 1_764_000_000_000, values: [.text("no-flow:east"), .text("raised")]),
        ]),
        SyncBlock(stream: "runs", columns: ["zone", "litres", "estimated", "seconds"], rows: [
            SyncRow(id: 41, milliseconds: 1_764_000_000_500, values: [.text("东一"), .number(812.5), .boolean(false), .integer(600)]),
            SyncRow(id: 43, milliseconds: 1_764_000_009_000, values: [.text("东二"), .null, .boolean(true), .integer(-1)]),
        ]),
    ])
}

@Suite("Batches and acknowledgements")
struct BatchTests {
    static let json = """
        {"v":1,"gateway":"闸-7","store":"5f0c","blocks":[{"stream":"alarms","columns":["alarm","state"],"rows":[[9,1764000000000,\
        "no-flow:east","raised"]]},{"stream":"runs","columns":["zone","litres","estimated","seconds"],"rows":[[41,1764000000500,"东一",\
        812.5,false,600],[43,1764000009000,"东二",null,true,-1]]}]}
        """

    /// The example of docs/sync.md.
    @Test func `a batch is written as its page says`() {
        #expect(String(decoding: SyncEncoding.json.encode(SyncBatch.sample.tree), as: UTF8.self) == Self.json)
    }

    @Test(arguments: SyncEncoding.allCases)
    func `a batch and its acknowledgement come back whole`(encoding: SyncEncoding) throws {
        let batch = try SyncBatch(try encoding.decode(encoding.encode(SyncBatch.sample.tree), within: SyncLimits(bytes: 4096)))
        #expect(batch == .sample)
        let acknowledgement = SyncAcknowledgement(of: batch)
        #expect(acknowledgement.stored == [
            .init(stream: "alarms", ids: 9...9), .init(stream: "runs", ids: 41...41), .init(stream: "runs", ids: 43...43),
        ])
        #expect(try SyncAcknowledgement(try encoding.decode(encoding.encode(acknowledgement.tree), within: .acknowledgement)) == acknowledgement)
    }

    @Test func `an acknowledgement is short for what hangs together`() throws {
        let rows = (5...900).map { SyncRow(id: $0, milliseconds: 0, values: []) }
        let batch = SyncBatch(gateway: "g", store: "s", blocks: [SyncBlock(stream: "hours", columns: [], rows: rows)])
        let text = String(decoding: SyncEncoding.json.encode(SyncAcknowledgement(of: batch).tree), as: UTF8.self)
        #expect(text == #"{"v":1,"store":"s","stored":[{"stream":"hours","from":5,"to":900}]}"#)
    }

    @Test(arguments: [
        (#"{"v":2,"store":"s","stored":[]}"#, SyncError.version), (#"{"store":"s","stored":[]}"#, .unexpected),
        (#"{"v":1,"stored":[]}"#, .unexpected), (#"{"v":1,"store":"s"}"#, .unexpected), ("[]", .unexpected), ("3", .unexpected),
        (#"{"v":1,"store":"s","stored":[{"stream":"a","from":3,"to":2}]}"#, .unexpected),
        (#"{"v":1,"store":"s","stored":[{"stream":"a","from":0,"to":2}]}"#, .unexpected),
        (#"{"v":1,"store":"s","stored":[{"stream":"a","from":-1,"to":2}]}"#, .unexpected),
        (#"{"v":1,"store":"s","stored":[{"stream":"a","from":1,"to":9007199254740993}]}"#, .unexpected),
        (#"{"v":1,"store":"s","stored":[{"stream":"a","from":1.0,"to":2}]}"#, .unexpected),
        (#"{"v":1,"store":"s","stored":[7]}"#, .unexpected),
    ] as [(String, SyncError)])
    func `an acknowledgement that is none is refused`(text: String, error: SyncError) throws {
        let tree = try SyncEncoding.json.decode(Array(text.utf8), within: .acknowledgement)
        #expect(throws: error) { try SyncAcknowledgement(tree) }
    }

    /// The example of docs/sync.md.
    @Test func `ThingsBoard gets a device for each stream and a key for each column, without null`() {
        let text = String(decoding: SyncForm.thingsBoard.encode(.sample), as: UTF8.self)
        #expect(text == #"{"闸-7 alarms":[{"ts":1764000000009,"values":{"row_id":9,"row_at":1764000000000,"alarm":"no-flow:east","state":"raised"}}],"#
            + #""闸-7 runs":[{"ts":1764000000041,"values":{"row_id":41,"row_at":1764000000500,"zone":"东一","litres":812.5,"estimated":false,"#
            + #""seconds":600}},{"ts":1764000009043,"values":{"row_id":43,"row_at":1764000009000,"zone":"东二","estimated":true,"seconds":-1}}]}"#)
    }

    @Test func `ThingsBoard gets summaries of points, which all have one time, by keys that bear the point`() {
        let block = SyncBlock(stream: "hours", columns: ["point", "unit", "mean"], rows: [
            SyncRow(id: 7, milliseconds: 1_764_000_000_000, values: [.text("soil.a"), .text("%"), .number(1e-300)]),
            SyncRow(id: 8, milliseconds: 1_764_000_000_000, values: [.text("水位"), .text("m"), .number(2)]),
        ])
        let text = String(decoding: SyncForm.thingsBoard.encode(SyncBatch(gateway: "g", store: "s", blocks: [block])), as: UTF8.self)
        let tiny = "0." + String(repeating: "0", count: 299) + "1"
        #expect(text == #"{"g hours":[{"ts":1764000000000,"values":{"soil.a row_id":7,"soil.a row_at":1764000000000,"soil.a unit":"%","soil.a mean":\#(tiny)}},"#
            + #"{"ts":1764000000000,"values":{"水位 row_id":8,"水位 row_at":1764000000000,"水位 unit":"m","水位 mean":2.0}}]}"#)
    }

    @Test(arguments: SyncEncoding.allCases.map(SyncForm.rows) + [.thingsBoard], [300, 500, 2000, 60_000])
    func `a parcel is cut to what a message may hold, and what is covered is in it`(form: SyncForm, bytes: Int) {
        var random = Seeded(UInt64(bytes))
        for _ in 0..<40 {
            let parcel = Parcel(parts: [.init(stream: "runs", ids: 1...UInt64(1 + random.below(60))), .init(stream: "hours", ids: 7...90)])
            let holes = random.below(5) + 2
            let filled = FilledParcel(parcel, gateway: "gate", store: "s", bytes: bytes, as: form) { part in
                let rows = part.ids.filter { $0 % UInt64(holes) != 0 }.map {
                    SyncRow(id: $0, milliseconds: 1_764_000_000_000, values: [.text(String(repeating: "x", count: random.below(30)))])
                }
                return SyncBlock(stream: part.stream, columns: ["text"], rows: rows)
            }
            #expect(form.encode(filled.batch).count <= bytes)
            for part in filled.covered {
                let ids = filled.batch.blocks.first { $0.stream == part.stream }?.rows.map(\.id) ?? []
                #expect(part.ids.filter { $0 % UInt64(holes) != 0 } == ids)
            }
            #expect(filled.batch.blocks.allSatisfy { block in filled.covered.contains { $0.stream == block.stream } })
        }
    }

    @Test func `what cannot be read now ends a parcel and is sent later: it is not taken for rows that never were`() {
        let parts: [Parcel.Part] = [.init(stream: "alarms", ids: 1...2), .init(stream: "runs", ids: 1...3), .init(stream: "hours", ids: 1...9)]
        var outbox = Outbox()
        for part in parts { outbox.committed(part.stream, through: part.ids.upperBound) }
        outbox.open()
        let filled = FilledParcel(Parcel(parts: parts), gateway: "g", store: "s", bytes: 1_000, as: .rows(.json)) { part in
            part.stream == "runs" ? nil : SyncBlock(stream: part.stream, columns: [], rows: part.ids.map { SyncRow(id: $0, milliseconds: 0, values: []) })
        }
        #expect(filled.covered == [parts[0]] && filled.batch.blocks.map(\.stream) == ["alarms"])
        outbox.sent(filled, at: .start)
        outbox.acknowledged([.init(stream: "alarms", ids: 1...2)], at: .start)
        #expect(outbox.waiting(in: "runs") == 3 && outbox.waiting(in: "hours") == 9)
        #expect(outbox.marks["runs"] == 0 && outbox.marks["alarms"] == 2)
        let nothing = FilledParcel(Parcel(parts: parts), gateway: "g", store: "s", bytes: 1_000, as: .rows(.json)) { _ in nil }
        #expect(nothing.covered.isEmpty && nothing.batch.blocks.isEmpty)
    }

    @Test func `one row is sent however long it is`() {
        let parcel = Parcel(parts: [.init(stream: "audit", ids: 1...2)])
        let filled = FilledParcel(parcel, gateway: "g", store: "s", bytes: 100, as: .rows(.json)) { part in
            SyncBlock(stream: part.stream, columns: ["text"],
                      rows: part.ids.map { SyncRow(id: $0, milliseconds: 0, values: [.text(String(repeating: "x", count: 500))]) })
        }
        #expect(filled.covered == [.init(stream: "audit", ids: 1...1)])
    }
}
