import ArgumentParser
import Field
import Foundation
import Language
import LocalAPI
import Quantities

struct BusTrace: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "trace", abstract: Phrase(zh: "显示报文：时间、方向、字节、含义", en: "show frames: time, direction, bytes, meaning").said,
            discussion: Phrase(zh: "要么自己轮询（写上表和地址），要么 --listen 只听串口上别人的通信。",
                               en: "Either polls by itself (name a table and address), or with --listen only hears what others say on a serial port.").said)
    }

    @OptionGroup var line: LineOptions
    @OptionGroup var registers: RegisterOptions

    @Flag(help: .said(zh: "只听，不发", en: "listen only, send nothing"))
    var listen = false

    @Option(help: .said(zh: "每次读几个值", en: "values a read", valueName: Phrase(zh: "个数", en: "count")))
    var count = 1

    @Option(help: .said(zh: "多久读一次", en: "how often to read", valueName: Phrase(zh: "时间", en: "time")))
    var every = WaitTime(.seconds(1))

    @Option(name: .customLong("for"), help: .said(zh: "持续多久，如 10s、5m", en: "for how long, such as 10s or 5m", valueName: Phrase(zh: "时间", en: "time")))
    var duration = TimeSpan(.seconds(10))

    @OptionGroup var common: CommonOptions

    struct Line: Encodable {
        /// Seconds since the trace began.
        let at: Double
        /// `sent`, `received`, `request`, `answer` or `noise`.
        let kind: String
        let bytes: String
        let meaning: WireText
    }

    func run() throws {
        let begun = ContinuousClock.now
        let end = begun + duration.duration
        if listen { try hear(from: begun, until: end) } else { try poll(from: begun, until: end) }
    }

    private func poll(from begun: ContinuousClock.Instant, until end: ContinuousClock.Instant) throws {
        let span = try registers.span(count: count, type: registers.type(count: count))
        let request = ModbusRequest.read(registers.table, span)
        let client = try line.open()
        var next = begun
        while next < end {
            pause(max(next - ContinuousClock.now, .zero))
            if let fault = client.connect(timeout: .seconds(3)) { throw BusWords.refusal(fault, line: line.name()) }
            try pollOnce(client, request, begun)
            next = max(next + every.duration, ContinuousClock.now)
        }
    }

    /// Prints what was sent, and then what came, in one piece however many it came in.
    private func pollOnce(_ client: ModbusClient, _ request: ModbusRequest, _ begun: ContinuousClock.Instant) throws {
        var received: [UInt8] = []
        var sent: (at: Double, bytes: [UInt8])?
        client.onTrace = { frame in
            if frame.isSent { sent = (milliseconds(since: begun), frame.bytes) } else { received += frame.bytes }
        }
        let outcome = client.exchange(request, unit: registers.unit, timeout: line.timeout.duration)
        if let sent {
            let meaning = FrameWords.text(request, registers.unit)
            try show(Line(at: sent.at / 1000, kind: "sent", bytes: hex(sent.bytes), meaning: WireText(meaning)))
        }
        let meaning = if case .answer(let answer) = outcome, answer.isValue {
            FrameWords.text(answer)
        } else {
            BusWords.text(outcome)
        }
        try show(Line(at: milliseconds(since: begun) / 1000, kind: "received", bytes: hex(received), meaning: WireText(meaning)))
    }

    private func hear(from begun: ContinuousClock.Instant, until end: ContinuousClock.Instant) throws {
        guard line.rtu != nil else {
            throw Refused(.wrongUse, code: "listen-needs-serial", Phrase(zh: "只能听串口", en: "only a serial port can be listened to"),
                          remedy: Phrase(zh: "写 --rtu 串口。", en: "Give --rtu PORT."))
        }
        let client = try line.open()
        var ear = Eavesdropper()
        while ContinuousClock.now < end {
            // Well over 3.5 characters, and over what USB adapters hold back.
            switch client.listen(until: SystemClock.now() + .milliseconds(50)) {
            case .failure(let fault): throw BusWords.refusal(fault, line: line.name())
            case .success(let bytes):
                let overheard = bytes.isEmpty ? ear.silence() : ear.hear(bytes)
                for piece in overheard { try show(FrameWords.line(piece, at: milliseconds(since: begun) / 1000)) }
            }
        }
    }

    private func show(_ line: Line) throws {
        if common.json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return say(String(decoding: try encoder.encode(line), as: UTF8.self))
        }
        let arrow = switch line.kind {
        case "sent", "request": "→"
        case "noise": "?"
        default: "←"
        }
        let meaning = line.meaning.phrase.said
        say("\(padded(Format.number(line.at, decimals: 3), to: 9, right: true))  \(arrow)  \(line.bytes)  \(meaning)")
    }
}

/// What frames say, in words.
enum FrameWords {
    static func line(_ overheard: Eavesdropper.Overheard, at: Double) -> BusTrace.Line {
        switch overheard {
        case .request(let unit, let request, let bytes):
            BusTrace.Line(at: at, kind: "request", bytes: hex(bytes), meaning: WireText(text(request, unit)))
        case .answer(_, let answer, let bytes): BusTrace.Line(at: at, kind: "answer", bytes: hex(bytes), meaning: WireText(text(answer)))
        case .noise(let bytes):
            BusTrace.Line(at: at, kind: "noise", bytes: hex(bytes), meaning: WireText(Phrase(zh: "不成报文", en: "no frame")))
        }
    }

    static func text(_ request: ModbusRequest, _ unit: UInt8) -> Phrase {
        let head = Phrase(zh: "站号 \(unit) ", en: "unit \(unit) ")
        return switch request {
        case .read(let table, let span):
            head + Phrase(zh: "读 \(table.rawValue) \(range(span))", en: "read \(table.rawValue) \(range(span))")
        case .writeCoil(let address, let isOn): head + Phrase(zh: "写线圈 \(address) = \(isOn ? 1 : 0)", en: "write coil \(address) = \(isOn ? 1 : 0)")
        case .writeRegister(let address, let value): head + Phrase(zh: "写寄存器 \(address) = \(value)", en: "write register \(address) = \(value)")
        case .writeCoils(let address, let values):
            head + Phrase(zh: "写线圈 \(address) 起 \(values.count) 个", en: "write \(values.count) coils from \(address)")
        case .writeRegisters(let address, let values): head + Phrase(zh: "写寄存器 \(address) 起 ", en: "write registers from \(address) ") + list(values)
        case .readWrite(let read, let address, let values):
            head + Phrase(zh: "写寄存器 \(address) 起 ", en: "write registers from \(address) ") + list(values)
                + Phrase(zh: "，读 \(range(read))", en: ", read \(range(read))")
        }
    }

    static func text(_ answer: ModbusAnswer) -> Phrase {
        switch answer {
        case .bits(let bits): Phrase(verbatim: "= " + bits.map { $0 ? "1" : "0" }.joined())
        case .registers(let words): Phrase(verbatim: "= ") + list(words)
        case .written: Phrase(zh: "已写", en: "written")
        case .refused(let exception): BusWords.text(exception)
        }
    }

    private static func range(_ span: RegisterSpan) -> String {
        span.count == 1 ? "\(span.address)" : "\(span.address)…\(span.range.upperBound - 1)"
    }

    private static func list(_ words: [UInt16]) -> Phrase {
        Phrase(verbatim: words.map { "\($0)" }.joined(separator: " "))
    }
}
