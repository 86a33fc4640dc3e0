@testable import Field
import ProcessImage
import Quantities
import Synchronization
import Testing

@Suite struct `Field mailboxes` {
    @Test func `a reading and a feedback come out as they went in`() {
        let readings = Mailbox<Reading>(count: 3)
        let at = Instant(nanoseconds: 42)
        for reading in [Reading.good(-1.5, at: at), .uncertain(7, .stale, at: at), .bad(.noSuchRegister, at: .never)] {
            readings.post(reading, in: 1)
            #expect(readings.take(from: 1) == reading)
        }
        let feedback = Mailbox<OutputFeedback>(count: 1)
        for word in [OutputFeedback(level: .on, at: at), OutputFeedback(level: nil, at: at, leaseExpired: true), .unknown] {
            feedback.post(word, in: 0)
            #expect(feedback.take(from: 0) == word)
        }
    }

    @Test func `a drive's feedback comes out as it went in`() {
        let box = Mailbox<DriveFeedback>(count: 1)
        for agrees in [nil, true, false] {
            for seen in [nil, 0, UInt64.max] {
                let feedback = DriveFeedback(seen: seen, agrees: agrees, at: Instant(nanoseconds: 42), leaseExpired: agrees == true)
                box.post(feedback, in: 0)
                #expect(box.take(from: 0) == feedback)
            }
        }
    }

    @Test func `what was taken is not news, and nothing is taken where nothing was posted`() {
        let box = Mailbox<Reading>(count: 2)
        box.post(.good(1, at: .start), in: 0)
        #expect(box.take(from: 0) != nil)
        #expect(box.take(from: 0) == nil)
        #expect(box.take(from: 1) == nil)
    }

    @Test func `a reader never sees half of one reading and half of another`() {
        let box = Mailbox<Reading>(count: 1)
        let isDone = Atomic<Bool>(false)
        let written = 200_000
        let writer = WorkThread(name: "writer") {
            // Number, moment and reason belong together: a torn one would not fit.
            for count in 1...written {
                box.post(.uncertain(Double(count), count % 2 == 0 ? .stale : .outOfRange, at: Instant(nanoseconds: Int64(count))), in: 0)
            }
            isDone.store(true, ordering: .releasing)
        }
        var taken = 0, last = 0.0
        while true {
            let isLast = isDone.load(ordering: .acquiring)
            if let reading = box.take(from: 0) {
                taken += 1
                let count = Int(reading.recorded)
                #expect(reading.takenAt.nanoseconds == Int64(count) && reading.reason == (count % 2 == 0 ? .stale : .outOfRange))
                #expect(reading.recorded > last, "never back in time")
                last = reading.recorded
            }
            if isLast { break }
        }
        writer.join()
        #expect(taken > 0 && last == Double(written), "the newest is never missed")
    }

    @Test func `a device's news is told once, however many values it has`() {
        let news = NewsCounters(count: 2)
        #expect(!news.take(0))
        news.announce(1)
        news.announce(1)
        #expect(!news.take(0))
        #expect(news.take(1))
        #expect(!news.take(1))
    }

    @Test func `whoever looks only after news misses nothing`() {
        let box = Mailbox<Reading>(count: 1), news = NewsCounters(count: 1)
        let isDone = Atomic<Bool>(false)
        let writer = WorkThread(name: "writer") {
            for count in 1...100_000 {
                box.post(.good(Double(count), at: Instant(nanoseconds: Int64(count))), in: 0)
                news.announce(0)
            }
            isDone.store(true, ordering: .releasing)
        }
        var last = 0.0
        while true {
            let isLast = isDone.load(ordering: .acquiring)
            if news.take(0), let reading = box.take(from: 0) {
                #expect(reading.recorded > last)
                last = reading.recorded
            }
            if isLast { break }
        }
        writer.join()
        #expect(last == 100_000)
    }

    @Test func `an order that is not another is no news, and before the first commit there is none`() {
        let orders = OrderBox(safe: [0, 7])
        #expect(orders.lastCommit == .never)
        #expect(orders.word(in: 1) == 7)
        #expect(orders.order(9, in: 0))
        #expect(!orders.order(9, in: 0))
        orders.committed(at: Instant(nanoseconds: 5))
        #expect(orders.word(in: 0) == 9 && orders.lastCommit == Instant(nanoseconds: 5))
    }
}

@Suite struct `Modbus eavesdropper` {
    private static func frames(_ request: ModbusRequest, _ answer: ModbusAnswer) -> (asked: [UInt8], answered: [UInt8]) {
        (RTUFrame(unit: 3, pdu: request.pdu).bytes, RTUFrame(unit: 3, pdu: answer.pdu(to: request)).bytes)
    }

    @Test func `requests and answers are told apart, in whatever pieces they come`() throws {
        let request = ModbusRequest.read(.holding, try #require(RegisterSpan(address: 0, count: 2)))
        let write = ModbusRequest.writeRegister(address: 1, value: 5)
        let (asked, answered) = Self.frames(request, .registers([7, 8]))
        let (writeAsked, writeAnswered) = Self.frames(write, .written)
        let expected: [Eavesdropper.Overheard] = [
            .request(unit: 3, request, asked), .answer(unit: 3, .registers([7, 8]), answered),
            .request(unit: 3, write, writeAsked), .answer(unit: 3, .written, writeAnswered),
        ]
        let wire = asked + answered + writeAsked + writeAnswered
        for piece in [1, 3, 8, 1000] {
            var ear = Eavesdropper()
            let heard = stride(from: 0, to: wire.count, by: piece).flatMap { ear.hear(Array(wire[$0..<min($0 + piece, wire.count)])) }
            #expect(heard == expected, "in pieces of \(piece)")
        }
    }

    @Test func `what is no frame is noise once the line is silent, and never piles up`() {
        var ear = Eavesdropper()
        #expect(ear.hear([1, 2, 3]) == [])
        #expect(ear.silence() == [.noise([1, 2, 3])])
        #expect(ear.silence() == [])
        #expect(ear.hear([UInt8](repeating: 0x55, count: 700)).count == 1)
    }
}
