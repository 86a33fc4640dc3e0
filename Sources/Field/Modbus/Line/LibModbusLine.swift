import CModbus
import Glibc
internal import Quantities

/// Why a line could not be opened or was lost.
public enum LineFault: Error, Hashable, Sendable {
    /// The speed is none the machine's serial ports know.
    case unknownSpeed(Int)
    /// Another program of ours has the port.
    case inUse
    /// The system's error number.
    case system(Int32)
    /// The other side closed the connection, or the port is gone.
    case closed
}

/// An open serial port or TCP connection. libmodbus opens it and sets it up; the bytes are ours.
///
/// The only file that knows libmodbus: see docs/decisions/0002-modbus-framing-over-libmodbus-lines.md.
final class LibModbusLine {
    private static let speeds: Set<Int> = [1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200]

    private let context: OpaquePointer
    /// Open and non-blocking for as long as this object lives.
    let descriptor: Int32

    private init(connected context: OpaquePointer) {
        self.context = context
        descriptor = modbus_get_socket(context)
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    deinit {
        modbus_close(context)
        modbus_free(context)
    }

    /// - Parameter timeout: of a TCP connection; a serial port opens at once.
    static func open(_ transport: BusPlan.Transport, timeout: Duration) -> Result<LibModbusLine, LineFault> {
        switch transport {
        case .serial(let path, let settings): openSerial(path, settings)
        case .tcp(let host, let port), .rtuOverTCP(let host, let port): openTCP(host, port, timeout)
        }
    }

    private static func openSerial(_ path: String, _ settings: SerialSettings) -> Result<LibModbusLine, LineFault> {
        guard speeds.contains(settings.baud) else { return .failure(.unknownSpeed(settings.baud)) }
        let context = modbus_new_rtu(path, Int32(settings.baud), settings.parity.letter, 8, Int32(settings.stopBits))
        let opened = connect(context)
        if case .success(let line) = opened, flock(line.descriptor, LOCK_EX | LOCK_NB) != 0 { return .failure(.inUse) }
        return opened
    }

    private static func openTCP(_ host: String, _ port: UInt16, _ timeout: Duration) -> Result<LibModbusLine, LineFault> {
        let context = modbus_new_tcp_pi(host, String(port))
        let microseconds = max(timeout.nanoseconds / 1000, 1)
        if let context {
            modbus_set_response_timeout(context, UInt32(clamping: microseconds / 1_000_000), UInt32(microseconds % 1_000_000))
        }
        return connect(context)
    }

    private static func connect(_ context: OpaquePointer?) -> Result<LibModbusLine, LineFault> {
        guard let context else { return .failure(.system(errno)) }
        guard modbus_connect(context) == 0 else {
            let error = errno
            modbus_free(context)
            return .failure(.system(error))
        }
        return .success(LibModbusLine(connected: context))
    }
}

private extension SerialSettings.Parity {
    /// As libmodbus calls it.
    var letter: CChar {
        switch self {
        case .none: CChar(UInt8(ascii: "N"))
        case .even: CChar(UInt8(ascii: "E"))
        case .odd: CChar(UInt8(ascii: "O"))
        }
    }
}
