@testable import Field
import CAllocationCounter
import ProcessImage
import Quantities
import Testing

@Suite struct `Modbus TCP transactions` {
    private static let span = RegisterSpan(address: 0, count: 2)

    /// Asks for two registers. Gives the frame sent.
    private static func ask(_ transactions: inout TCPTransactions) throws -> TCPFrame {
        var frame: [UInt8] = []
        transactions.ask(.read(.holding, try #require(span)), unit: 1, into: &frame)
        guard case .frame(let sent) = TCPFrame.cut(from: &frame) else { throw Missing() }
        return sent
    }

    private struct Missing: Error {}

    private static func answer(_ asked: TCPFrame, _ words: [UInt16], unit: UInt8 = 1) throws -> [UInt8] {
        let request = ModbusRequest.read(.holding, try #require(span))
        return TCPFrame(transaction: asked.transaction, unit: unit, pdu: ModbusAnswer.registers(words).pdu(to: request)).bytes
    }

    private static func registers(_ received: Received?) -> [UInt16]? {
        guard case .answer(let answer) = received, answer.kind == .registers else { return nil }
        return [answer.register(0), answer.register(1)]
    }

    @Test func `a request is the frame that pymodbus and the specification know`() throws {
        var transactions = TCPTransactions()
        let asked = try Self.ask(&transactions)
        #expect(asked.unit == 1 && asked.pdu == [3, 0, 0, 0, 2])
    }

    @Test func `an answer is taken in whatever pieces it comes`() throws {
        for piece in 1...13 {
            var transactions = TCPTransactions()
            let bytes = try Self.answer(Self.ask(&transactions), [7, 8])
            let received = stride(from: 0, to: bytes.count, by: piece).compactMap {
                transactions.receive(bytes[$0..<min($0 + piece, bytes.count)])
            }
            #expect(received.count == 1 && Self.registers(received.first) == [7, 8], "in pieces of \(piece)")
        }
    }

    @Test func `a late answer is never the next request's, and a second one counts once`() throws {
        var transactions = TCPTransactions()
        let first = try Self.ask(&transactions)
        #expect(Self.registers(transactions.receive(try Self.answer(first, [1, 1])[...])) == [1, 1])
        let late = try Self.ask(&transactions)
        guard case .noAnswer = transactions.timedOut() else { Issue.record("timed out as something else"); return }
        #expect(!transactions.mustReopen, "its numbers are proven")
        let third = try Self.ask(&transactions)
        let both = try Self.answer(late, [2, 2]) + Self.answer(third, [3, 3]) + Self.answer(third, [3, 3])
        #expect(Self.registers(transactions.receive(both[...])) == [3, 3])
        let fourth = try Self.ask(&transactions)
        #expect(Self.registers(transactions.receive(try Self.answer(fourth, [4, 4])[...])) == [4, 4])
        #expect(transactions.staleAnswers == 2)
    }

    @Test func `what comes unasked is thrown away, and noise ends the connection`() throws {
        var transactions = TCPTransactions()
        let asked = try Self.ask(&transactions)
        _ = transactions.receive(try Self.answer(asked, [1, 1])[...])
        if transactions.receive(try Self.answer(asked, [9, 9])[...]) != nil { Issue.record("nobody asked") }
        #expect(!transactions.mustReopen)
        guard case .garbled(.wrongHeader) = transactions.receive([1, 2, 3, 4, 5, 6, 7, 8]) else { Issue.record("not noticed"); return }
        #expect(transactions.mustReopen)
    }

    @Test func `numbers that are not proven, half a frame and three timeouts each end the connection`() throws {
        var unproven = TCPTransactions()
        _ = try Self.ask(&unproven)
        _ = unproven.timedOut()
        #expect(unproven.mustReopen)

        var half = TCPTransactions()
        _ = half.receive(try Self.answer(Self.ask(&half), [1, 1])[...])
        _ = half.receive(try Self.answer(Self.ask(&half), [1, 1]).prefix(9))
        guard case .garbled(.tooShort) = half.timedOut() else { Issue.record("half an answer"); return }
        #expect(half.mustReopen)

        var silent = TCPTransactions()
        _ = silent.receive(try Self.answer(Self.ask(&silent), [1, 1])[...])
        let kept = try (0..<3).map { _ in
            _ = try Self.ask(&silent)
            _ = silent.timedOut()
            return !silent.mustReopen
        }
        #expect(kept == [true, true, false])
    }

    /// The whole way of a poll but the two system calls: next job, request, answer, readings in the mailbox.
    @Test func `a poll takes hardly any memory once the first has been made`() throws {
        let points = (0..<20).map { point(.unsigned(bits: 16), address: UInt16($0), index: $0, every: .milliseconds(10)) }
        var bench = LaneBench(points)
        let answer = ModbusAnswer.registers((0..<20).map { UInt16($0) })
        for turn in 0..<20 { bench.poll(turn, answer) }
        let before = allocations_of_this_thread()
        for turn in 20..<1020 { bench.poll(turn, answer) }
        print("allocations in 1000 polls of 20 points: \(allocations_of_this_thread() - before)")
        #expect(bench.mail.readings.take(from: 19)?.recorded == 19)
        #expect(allocations_of_this_thread() - before <= LaneBench.allocationsAtMost * 1000)
    }
}

/// A lane and its transactions without a socket.
private struct LaneBench {
    /// For each poll. Without the optimiser every point of a read boxes three values for a moment.
    #if DEBUG
    static let allocationsAtMost: UInt64 = 70
    #else
    static let allocationsAtMost: UInt64 = 2
    #endif

    let mail: LineMail
    private var lane: Lane
    private var transactions = TCPTransactions()
    private var frame: [UInt8] = []
    private var received = [UInt8](repeating: 0, count: 512)

    init(_ points: [RegisterPoint]) {
        let plan = device(0, unit: 1, points: points, online: points.count)
        let definitions = (0...points.count).map { number in
            PointDefinition(label: Label(tag: "p\(number)"), unit: Unit.all[0], uncertainAfter: .hours(1), badAfter: .hours(2))
        }
        let tables = SiteTables(site: Label(tag: "s"), clock: .shanghai, points: definitions, outputs: [], devices: [Label(tag: "d")])
        mail = LineMail(readings: Mailbox(count: points.count + 1), feedback: Mailbox(count: 0), news: NewsCounters(count: 1),
                        orders: OrderBox(safe: []), thrift: Thrift(), lease: .seconds(1))
        let worker = DeviceWorker(plan, slots: MailSlots(points: 0, drives: 0, news: 0), cost: .tcp, backoff: .connection,
                                  tables: tables, at: .start)
        lane = Lane(devices: [worker], mail: mail, counters: LineCounters(devices: 1))
    }

    /// Every answer has the same bytes but for the transaction number.
    mutating func poll(_ turn: Int, _ answer: ModbusAnswer) {
        let now = Instant.start + .milliseconds(10 * turn)
        guard let job = lane.next(at: now) else { return }
        transactions.ask(job.request, unit: 1, into: &frame)
        if received[8] == 0 { received.replaceSubrange(7..<7 + answer.pdu(to: job.request).count, with: answer.pdu(to: job.request)) }
        for index in 0..<7 { received[index] = frame[index] }
        received[5] = 43
        guard let outcome = transactions.receive(received[..<49]) else { return }
        lane.finish(job, outcome, cost: .zero, quietUntil: now, counts: LineCounts(), at: now)
    }
}
