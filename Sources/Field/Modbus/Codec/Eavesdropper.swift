/// Makes sense of a serial line somebody else polls: which bytes are a request, which the answer to it. Pure.
///
/// Requests and answers look alike, so each is tried by its own length and CRC; what fits neither before the line falls
/// silent is noise.
public struct Eavesdropper: Sendable {
    public enum Overheard: Hashable, Sendable {
        case request(unit: UInt8, ModbusRequest, [UInt8])
        case answer(unit: UInt8, ModbusAnswer, [UInt8])
        case noise([UInt8])
    }

    /// More than two frames without sense are not kept.
    private static let bytesAtMost = 600

    private var stream: [UInt8] = []
    private var asked: (unit: UInt8, request: ModbusRequest)?

    public init() {}

    /// Bytes in the order they came.
    public mutating func hear(_ bytes: [UInt8]) -> [Overheard] {
        stream += bytes
        var overheard: [Overheard] = []
        while let next = answer() ?? request() { overheard.append(next) }
        if stream.count > Eavesdropper.bytesAtMost { overheard += silence() }
        return overheard
    }

    /// The line fell silent: what is left is no frame.
    public mutating func silence() -> [Overheard] {
        guard !stream.isEmpty else { return [] }
        defer { stream = [] }
        return [.noise(stream)]
    }

    private mutating func answer() -> Overheard? {
        guard let (unit, request) = asked else { return nil }
        var rest = stream
        guard case .frame(let frame) = RTUFrame.cutAnswer(from: &rest, of: unit, to: request),
              case .success(let answer) = ModbusAnswer.decode(pdu: frame.pdu[...], to: request) else { return nil }
        stream = rest
        asked = nil
        return .answer(unit: unit, answer, frame.bytes)
    }

    private mutating func request() -> Overheard? {
        var rest = stream
        guard case .frame(let frame) = RTUFrame.cutRequest(from: &rest),
              case .success(let request) = ModbusRequest.decode(pdu: frame.pdu[...]) else { return nil }
        stream = rest
        asked = (frame.unit, request)
        return .request(unit: frame.unit, request, frame.bytes)
    }
}
