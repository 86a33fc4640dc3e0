/// One group of a message's text.
public enum Part: Hashable, Sendable {
    /// Whose data follow.
    case station(StationAddress)
    /// What kind of station it is (table A.1), such as 48H for a river, 4DH for soil moisture.
    case category(UInt8)
    /// When what follows was measured; of a series, its first value.
    case observed(Stamp)
    case step(TimeStep)
    case element(Element)
    /// An element that is asked for: its name without data.
    case wanted(ElementHeader)
    /// Values of one element, `step` apart.
    case series(ElementHeader, [Value])
    /// The hours asked for, both included.
    case span(from: Stamp, through: Stamp)
    /// Typed by a person, in a form of their own.
    case manual([UInt8])
    /// A JPEG.
    case picture([UInt8])
    /// What has a form of its own: states of pumps, counts of events, a version.
    case bytes([UInt8])
}

/// The text of a frame, or of several put together.
public struct Message: Hashable, Sendable {
    /// 1 … 65 535, again from 1: the station's count of what it sends. What confirms has the number of what it
    /// confirms, a center's own question 0.
    public let serial: UInt16
    public let sent: Stamp
    public let parts: [Part]

    public init(serial: UInt16, sent: Stamp, parts: [Part] = []) {
        self.serial = serial
        self.sent = sent
        self.parts = parts
    }

    /// Reads the text of a frame that stands by itself.
    public init(_ frame: Frame) throws(Flaw) {
        if let packet = frame.packet, packet.total > 1 { throw .onePacketOfMany }
        self = try Message(frame.body, of: frame)
    }

    /// Reads a text that was put together from packets such as `frame`.
    public init(_ body: [UInt8], of frame: Frame) throws(Flaw) {
        let layout = Layout(frame)
        switch frame.form {
        case .hex: self = try PackedText.read(body, layout)
        case .ascii: self = try PlainText.read(body, layout)
        }
    }

    /// The text as the form writes it.
    public func body(in form: FrameForm) -> [UInt8] {
        form == .hex ? PackedText.write(self) : PlainText.write(self)
    }
}

/// Which groups a function's text has, in this direction. Source: SL 651-2014, tables 27–86.
enum Layout {
    /// Station, kind, times, elements with data.
    case elements(hasCategory: Bool)
    /// The same, but the last element has as many values as there are.
    case series
    /// Settings by identifiers of their own (tables D.1 and D.4).
    case settings
    /// Elements or settings by name.
    case names
    /// Hours, step and element that are asked for.
    case span
    /// After the station, if one is named, bytes of a form of their own.
    case own

    init(_ frame: Frame) {
        self = frame.direction == .up ? Layout(up: frame.function) : frame.end == .enq ? Layout(asked: frame.function) : .own
    }

    private init(up function: Function) {
        self = switch function {
        case .heartbeat, .eraseStore, .factorySettings, .setClock, .queryClock, .queryState, .setCard:
            .elements(hasCategory: false)
        case .test, .timed, .extra, .hourly, .manual, .picture, .queryNow, .queryManual, .queryElements, .queryPump:
            .elements(hasCategory: true)
        case .evenPeriods, .queryPeriod: .series
        case .setBasics, .readBasics, .setRunning, .readRunning, .setPassword: .settings
        default: .own
        }
    }

    private init(asked function: Function) {
        self = switch function {
        case .queryElements, .readBasics, .readRunning: .names
        case .queryPeriod: .span
        case .setBasics, .setRunning, .setPassword: .settings
        case .setCard: .elements(hasCategory: false)
        default: .own
        }
    }
}
