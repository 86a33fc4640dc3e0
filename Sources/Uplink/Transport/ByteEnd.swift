public import Language

/// Where the bytes of a thin link go.
public enum ByteEnd: Sendable, Hashable {
    case tcp(host: String, port: UInt16)
    /// 8 data bits, no parity, 1 stop bit, at one of the usual speeds up to 115 200.
    case serial(path: String, baud: Int)

    /// As people write it, such as `10.41.7.20:8651` or `/dev/ttyUSB0`.
    public var text: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .serial(let path, _): path
        }
    }
}

/// Why a line could not be opened, or was lost.
public enum LineTrouble: Error, Hashable, Sendable {
    /// The name is not known now, or no name server answers.
    case noAddress
    /// Nobody has answered in time.
    case noAnswer
    /// It was there, and nothing we send is received any more.
    case silent
    /// The other side closed the connection, or the port is gone.
    case closed
    /// There is a machine, and nothing on it that listens at the port.
    case turnedAway
    /// There is no such serial port.
    case noPort
    /// Another program of this machine has the port.
    case inUse
    case unknownSpeed(Int)
    /// The system's error number and what it says.
    case system(Int32, String)

    public var phrase: Phrase {
        switch self {
        case .noAddress: Phrase(zh: "域名查不到地址", en: "its name has no address now")
        case .noAnswer: Phrase(zh: "连不上，对方没有应答", en: "nobody answers there")
        case .silent: Phrase(zh: "对方没了声息，线路断在半路", en: "the other side has gone silent: the line is dead")
        case .closed: Phrase(zh: "对方断开了，或串口没有了", en: "the other side hung up, or the port is gone")
        case .turnedAway: Phrase(zh: "对方拒绝连接：端口上没有程序在听", en: "the other side refuses: nothing listens at that port")
        case .noPort: Phrase(zh: "没有这个串口，检查转换器是否插好", en: "there is no such serial port: look at its adapter")
        case .inUse: Phrase(zh: "串口被别的程序占用", en: "another program has the port")
        case .unknownSpeed(let baud): Phrase(zh: "串口没有 \(baud) 这种速率", en: "serial ports have no speed of \(baud)")
        case .system(let number, let text): Phrase(zh: "系统报错 \(number)：\(text)", en: "the system says: \(text) (\(number))")
        }
    }
}
