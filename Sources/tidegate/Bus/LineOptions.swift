public import ArgumentParser
public import Field
import Language
import Quantities

/// Which line, and how it is set up.
struct LineOptions: ParsableArguments {
    @Option(help: .said(zh: "Modbus TCP 设备，如 192.168.1.20:502", en: "a Modbus TCP device, such as 192.168.1.20:502",
                        valueName: Phrase(zh: "主机:端口", en: "host:port")))
    var tcp: HostPort?

    @Option(help: .said(zh: "串口服务器（网络口里跑 RTU 报文）", en: "a serial converter that carries RTU frames over TCP",
                        valueName: Phrase(zh: "主机:端口", en: "host:port")))
    var rtuTcp: HostPort?

    @Option(help: .said(zh: "串口，如 /dev/ttyUSB0", en: "a serial port, such as /dev/ttyUSB0", valueName: Phrase(zh: "串口", en: "port")))
    var rtu: String?

    @Option(help: .said(zh: "波特率；扫描时可写多次，依次试", en: "baud rate; a scan takes several and tries each", valueName: Phrase(zh: "波特率", en: "baud")))
    var baud: [Int] = [9600]

    @Option(help: .said(zh: "校验", en: "parity", valueName: Phrase(zh: "校验", en: "parity")))
    var parity = SerialSettings.Parity.none

    @Option(help: .said(zh: "停止位，1 或 2", en: "stop bits, 1 or 2", valueName: Phrase(zh: "位数", en: "bits")))
    var stopBits = 1

    @Option(help: .said(zh: "等应答多久，如 500ms 或 1s", en: "how long an answer may take, such as 500ms or 1s", valueName: Phrase(zh: "时间", en: "time")))
    var timeout = WaitTime(.milliseconds(500))

    /// Throws a refusal. Not the parser's `validate`: that would put it in the parser's words.
    func check() throws {
        guard [tcp != nil, rtuTcp != nil, rtu != nil].count(where: \.self) == 1 else {
            throw Refused(.wrongUse, code: "which-line",
                          Phrase(zh: "要指明一条线路", en: "one line must be named"),
                          remedy: Phrase(zh: "写 --tcp、--rtu-tcp、--rtu 三者之一。", en: "Give one of --tcp, --rtu-tcp and --rtu."))
        }
        guard (1...2).contains(stopBits), !baud.isEmpty, baud.allSatisfy({ (1200...115_200).contains($0) }) else {
            throw Refused(.wrongUse, code: "serial-settings",
                          Phrase(zh: "串口参数不对", en: "these serial settings cannot be"),
                          remedy: Phrase(zh: "波特率 1200 到 115200，停止位 1 或 2。", en: "Baud 1200 to 115200, stop bits 1 or 2."))
        }
    }

    /// - Parameter baud: of a serial port; the first that was given if `nil`.
    func transport(baud chosen: Int? = nil) -> BusPlan.Transport {
        if let tcp { return .tcp(host: tcp.host, port: tcp.port) }
        if let rtuTcp { return .rtuOverTCP(host: rtuTcp.host, port: rtuTcp.port) }
        return .serial(path: rtu ?? "", SerialSettings(baud: chosen ?? baud[0], parity: parity, stopBits: stopBits))
    }

    /// As people write it.
    func name(baud chosen: Int? = nil) -> String {
        if let tcp { return "tcp \(tcp)" }
        if let rtuTcp { return "rtu-tcp \(rtuTcp)" }
        return "\(rtu ?? "") \(chosen ?? baud[0]) 8\(parity.rawValue.prefix(1).uppercased())\(stopBits)"
    }

    /// An open line, or the refusal that says why there is none.
    func open(baud chosen: Int? = nil) throws -> ModbusClient {
        try check()
        let client = ModbusClient(transport(baud: chosen))
        if let fault = client.connect(timeout: .seconds(3)) { throw BusWords.refusal(fault, line: name(baud: chosen)) }
        return client
    }
}

extension SerialSettings.Parity: ExpressibleByArgument {}

/// `host:port`; the port is 502 when left out. A colon of an IPv6 address needs brackets: `[fe80::1]:502`.
struct HostPort: ExpressibleByArgument, CustomStringConvertible {
    let host: String
    let port: UInt16

    init?(argument: String) {
        if argument.hasPrefix("["), let close = argument.firstIndex(of: "]") {
            host = String(argument[argument.index(after: argument.startIndex)..<close])
            let rest = argument[argument.index(after: close)...]
            guard let port = rest.isEmpty ? 502 : rest.hasPrefix(":") ? UInt16(rest.dropFirst()) : nil else { return nil }
            self.port = port
        } else {
            let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count <= 2, let port = parts.count == 2 ? UInt16(parts[1]) : 502 else { return nil }
            host = String(parts[0])
            self.port = port
        }
        guard !host.isEmpty, port != 0 else { return nil }
    }

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// A short time with its unit: `300ms`, `1.5s`. Range: 1 ms … 60 s.
struct WaitTime: ExpressibleByArgument, CustomStringConvertible {
    let duration: Duration

    init(_ duration: Duration) { self.duration = duration }

    init?(argument: String) {
        let (digits, factor) = argument.hasSuffix("ms") ? (argument.dropLast(2), 1.0)
            : argument.hasSuffix("s") ? (argument.dropLast(1), 1000.0) : ("", 0)
        guard let number = Double(digits), number.isFinite, let milliseconds = Int64(exactly: (number * factor).rounded()),
              (1...60_000).contains(milliseconds) else { return nil }
        duration = .milliseconds(milliseconds)
    }

    var description: String { "\(duration.nanoseconds / 1_000_000)ms" }
}
