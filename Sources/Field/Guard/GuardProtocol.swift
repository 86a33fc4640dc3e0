import Quantities

/// What daemon and guard say to each other over `guard.sock` in the run directory: Unix SEQPACKET, one frame a message,
/// little-endian, of fixed length for its kind (and, for `state`, for the table). Every frame begins with
/// `54 47` ("TG"), the version and the kind.
///
/// The daemon sends
/// - `hello`, 16 bytes: 8 the fingerprint of its table of lines. The first frame, within a second.
/// - `reload`, 16 bytes: 8 the fingerprint. The guard takes all outputs to safe, gives the lines back, reads the table
///   anew and takes them again.
/// - `lease`, 48 bytes: 4 lease in ms (1 … 2000), 8 sequence (grows), 16 the moment it counts from, 24 outputs renewed,
///   32 their levels, 40 zero. Only after `welcome`.
///
/// The guard answers
/// - `welcome`, 24 bytes: 8 the fingerprint of its table, 16 its incarnation: counts begin at 0 with each.
/// - `refused`, 8 bytes: 4 the reason.
/// - `state`, 88 + 16 × inputs bytes, after `welcome`, after each `lease`, and when something changed: see `StateFrame`.
///
/// Outputs and inputs are bits, numbered as in the table. A frame of another form ends the connection with every output
/// at its safe state.
enum GuardFrame {
    static let socketName = "guard.sock"
    static let version: UInt8 = 1
    static let requestMax = 48
    static let stateMax = 88 + 16 * LineTable.inputsMax

    enum Kind: UInt8 {
        case hello = 1, lease = 2, reload = 3
        case welcome = 0x81, refused = 0x82, state = 0x83
    }

    enum Refusal: UInt32 {
        /// The guard holds the lines of another table.
        case tableDiffers = 1
        /// The guard has no table it can read.
        case noTable = 2
        /// Somebody else is connected.
        case busy = 3
        /// Neither root, nor the guard's user or group.
        case notAllowed = 4
    }
}

/// The memory of one frame. All places are fixed by the protocol, so a place outside is a programmer's error.
final class FrameBuffer {
    let bytes: UnsafeMutableRawBufferPointer
    /// Bytes in use.
    private(set) var count = 0

    init(capacity: Int) {
        bytes = .allocate(byteCount: capacity, alignment: 8)
    }

    deinit { bytes.deallocate() }

    var used: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[..<count]) }

    func put<T: FixedWidthInteger>(_ value: T, at place: Int) {
        bytes.storeBytes(of: value.littleEndian, toByteOffset: place, as: T.self)
    }

    func get<T: FixedWidthInteger & BitwiseCopyable>(_ place: Int, as type: T.Type = T.self) -> T {
        T(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: T.self))
    }

    func begin(_ kind: GuardFrame.Kind, count: Int) {
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
        self.count = count
        put(UInt8(0x54), at: 0)
        put(UInt8(0x47), at: 1)
        put(GuardFrame.version, at: 2)
        put(kind.rawValue, at: 3)
    }

    /// A message of `count` bytes was received into `bytes`: its kind, if it begins as a frame does.
    func received(_ count: Int) -> GuardFrame.Kind? {
        self.count = min(count, bytes.count)
        guard count >= 4, count <= bytes.count, get(0) == UInt8(0x54), get(1) == UInt8(0x47),
              get(2) == GuardFrame.version else { return nil }
        return GuardFrame.Kind(rawValue: get(3))
    }
}

/// A frame of the daemon, checked.
enum GuardRequest: Equatable {
    case hello(fingerprint: UInt64)
    case reload(fingerprint: UInt64)
    case lease(Lease)

    struct Lease: Equatable {
        let sequence: UInt64
        /// The lease counts from here: a frame that waited in a queue is worth no more than it was when it was sent.
        let from: Instant
        let length: Duration
        let renewed: UInt64
        let levels: UInt64
    }

    /// `nil` for anything that is not exactly a request.
    init?(_ frame: FrameBuffer, received count: Int) {
        switch (frame.received(count), count) {
        case (.hello, 16): self = .hello(fingerprint: frame.get(8))
        case (.reload, 16): self = .reload(fingerprint: frame.get(8))
        case (.lease, 48):
            let milliseconds = frame.get(4, as: UInt32.self)
            guard (1...2000).contains(milliseconds), frame.get(40, as: UInt64.self) == 0 else { return nil }
            self = .lease(Lease(sequence: frame.get(8), from: Instant(nanoseconds: frame.get(16)),
                                length: .milliseconds(milliseconds), renewed: frame.get(24), levels: frame.get(32)))
        default: return nil
        }
    }

    func write(to frame: FrameBuffer) {
        switch self {
        case .hello(let fingerprint):
            frame.begin(.hello, count: 16)
            frame.put(fingerprint, at: 8)
        case .reload(let fingerprint):
            frame.begin(.reload, count: 16)
            frame.put(fingerprint, at: 8)
        case .lease(let lease):
            frame.begin(.lease, count: 48)
            frame.put(UInt32(clamping: lease.length.nanoseconds / 1_000_000), at: 4)
            frame.put(lease.sequence, at: 8)
            frame.put(lease.from.nanoseconds, at: 16)
            frame.put(lease.renewed, at: 24)
            frame.put(lease.levels, at: 32)
        }
    }
}

/// A frame of the guard, checked. Of a `state` the numbers stay in the buffer: see `StateFrame`.
enum GuardReply: Equatable {
    case welcome(fingerprint: UInt64, incarnation: UInt64)
    case refused(GuardFrame.Refusal)
    case state(inputs: Int)

    init?(_ frame: FrameBuffer, received count: Int) {
        switch (frame.received(count), count) {
        case (.welcome, 24): self = .welcome(fingerprint: frame.get(8), incarnation: frame.get(16))
        case (.refused, 8):
            guard let reason = GuardFrame.Refusal(rawValue: frame.get(4)) else { return nil }
            self = .refused(reason)
        case (.state, 88...):
            let inputs = Int(frame.get(4, as: UInt32.self))
            guard inputs <= LineTable.inputsMax, count == 88 + 16 * inputs else { return nil }
            self = .state(inputs: inputs)
        default: return nil
        }
    }

    func write(to frame: FrameBuffer) {
        switch self {
        case .welcome(let fingerprint, let incarnation):
            frame.begin(.welcome, count: 24)
            frame.put(fingerprint, at: 8)
            frame.put(incarnation, at: 16)
        case .refused(let reason):
            frame.begin(.refused, count: 8)
            frame.put(reason.rawValue, at: 4)
        case .state(let inputs):
            frame.begin(.state, count: 88 + 16 * inputs)
            frame.put(UInt32(inputs), at: 4)
        }
    }
}

/// What the guard says of its lines, laid over the bytes of a `state` frame.
struct StateFrame {
    private let frame: FrameBuffer

    /// - Precondition: the frame is a checked `state`, or one begun by `GuardReply.state(inputs:).write`.
    init(_ frame: FrameBuffer) {
        self.frame = frame
    }

    /// Of the last lease taken over.
    var sequence: UInt64 { get { frame.get(8) } nonmutating set { frame.put(newValue, at: 8) } }
    /// When this was so.
    var moment: Instant {
        get { Instant(nanoseconds: frame.get(16)) }
        nonmutating set { frame.put(newValue.nanoseconds, at: 16) }
    }
    /// Levels the outputs are driven to.
    var levels: UInt64 { get { frame.get(24) } nonmutating set { frame.put(newValue, at: 24) } }
    /// Outputs the guard took to safe because nobody renewed them.
    var expired: UInt64 { get { frame.get(32) } nonmutating set { frame.put(newValue, at: 32) } }
    /// Outputs at safe because their longest time is used up.
    var tripped: UInt64 { get { frame.get(40) } nonmutating set { frame.put(newValue, at: 40) } }
    /// Outputs whose line cannot be driven.
    var faulted: UInt64 { get { frame.get(48) } nonmutating set { frame.put(newValue, at: 48) } }
    /// Debounced levels.
    var inputLevels: UInt64 { get { frame.get(56) } nonmutating set { frame.put(newValue, at: 56) } }
    /// Inputs whose level is known.
    var inputsKnown: UInt64 { get { frame.get(64) } nonmutating set { frame.put(newValue, at: 64) } }
    /// 1 while the emergency stop is pressed or cannot be read.
    var emergencyStop: UInt32 { get { frame.get(72) } nonmutating set { frame.put(newValue, at: 72) } }
    /// Malformed frames since the guard started.
    var malformed: UInt32 { get { frame.get(76) } nonmutating set { frame.put(newValue, at: 76) } }
    var incarnation: UInt64 { get { frame.get(80) } nonmutating set { frame.put(newValue, at: 80) } }

    func pulses(_ input: Int) -> (count: UInt64, last: Instant) {
        (frame.get(88 + 16 * input), Instant(nanoseconds: frame.get(96 + 16 * input)))
    }

    func setPulses(_ input: Int, count: UInt64, last: Instant) {
        frame.put(count, at: 88 + 16 * input)
        frame.put(last.nanoseconds, at: 96 + 16 * input)
    }
}
