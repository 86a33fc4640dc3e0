/// A frame of at most 256 bytes, without the heap.
///
/// Not copyable: a copy by oversight would cost an eighth of the stack.
public struct Frame: ~Copyable, Sendable {
    private var bytes = InlineArray<256, UInt8>(repeating: 0)
    public private(set) var count = 0

    public init() {}

    /// 0 behind the end. Mutating in name only: a plain read makes the compiler copy all 256 bytes to the stack first.
    public subscript(index: Int) -> UInt8 {
        mutating get { index >= 0 && index < count ? bytes[index] : 0 }
    }

    /// Two bytes, high first; 0 behind the end.
    @inline(never)
    public mutating func word(at index: Int) -> UInt16 { UInt16(self[index]) << 8 | UInt16(self[index + 1]) }

    public mutating func clear() { count = 0 }

    /// What does not fit is dropped; no reply of the bridge is that long.
    @inline(never)
    public mutating func append(_ byte: UInt8) {
        guard count < 256 else { return }
        bytes[count] = byte
        count += 1
    }

    @inline(never)
    public mutating func append(_ word: UInt16) {
        append(UInt8(truncatingIfNeeded: word >> 8))
        append(UInt8(truncatingIfNeeded: word))
    }

    private mutating func crc(ofFirst length: Int) -> UInt16 {
        var crc = CRC16()
        var index = 0
        while index < length {
            crc.add(self[index])
            index += 1
        }
        return crc.value
    }

    /// Appends the checksum, low byte first.
    public mutating func finish() {
        append(crc(ofFirst: count).byteSwapped)
    }

    /// Long enough, and the checksum holds.
    public var isIntact: Bool {
        mutating get { count >= 4 && crc(ofFirst: count - 2).byteSwapped == word(at: count - 2) }
    }
}

/// Bytes in, requests out. A request ends where its function code and byte count say; silence only finds the beginning
/// again. (To end where a checksum happens to hold would be wrong: one prefix in 256 holds by itself.)
public struct Receiver: ~Copyable, Sendable {
    /// After this much silence, ms, a half frame is thrown away and the next byte begins a new one.
    public static var silence: UInt32 { 20 }

    public var frame = Frame()
    /// A whole request stands in `frame`, intact or not; further bytes are dropped until `restart`.
    public private(set) var isComplete = false
    /// Frames thrown away; wraps.
    public private(set) var errors: UInt16 = 0

    private let address: UInt8
    private var isLost = false
    private var lastByte: UInt32 = 0

    public init(address: UInt8) {
        self.address = address
    }

    public mutating func receive(_ byte: UInt8, at now: UInt32) {
        let wasSilent = now &- lastByte >= Self.silence
        lastByte = now
        if isComplete { return }
        if wasSilent { begin() }
        if isLost { return }
        frame.append(byte)
        if frame.count == 1, byte != address { return lose() }
        switch length() {
        case .unknown: break
        case .never: lose()
        case .known(let length): isComplete = frame.count >= length
        }
    }

    private mutating func begin() {
        if !isLost, frame.count > 0 { errors &+= 1 }
        frame.clear()
        isLost = false
    }

    /// Not for us, or no request: nothing counts until the line is silent.
    private mutating func lose() {
        if frame[0] == address { errors &+= 1 }
        isLost = true
    }

    /// The frame was served, or was not intact: then the line must be silent before the next.
    public mutating func restart(wasIntact: Bool) {
        isComplete = false
        if !wasIntact { lose() }
        frame.clear()
    }

    private enum Length { case unknown, never, known(Int) }

    private mutating func length() -> Length {
        guard frame.count >= 2 else { return .unknown }
        switch frame[1] {
        case 1...6, 8: return .known(8)
        case 15, 16:
            guard frame.count >= 7 else { return .unknown }
            return frame[6] <= 246 ? .known(9 + Int(frame[6])) : .never
        // Refused, so of use only that their requests end here; others whose length we do not know time out.
        case 7, 11, 12, 17: return .known(4)
        default: return .never
        }
    }
}
