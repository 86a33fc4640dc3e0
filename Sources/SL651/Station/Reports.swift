import Bytes
import Quantities

/// A report that has been measured and waits to be heard.
public struct Report: Hashable, Sendable {
    public let function: Function
    /// Station, kind, times and elements in the form of the line.
    public let groups: [UInt8]
    /// Given when it is sent for the first time, and kept over every repeat, so that the center knows it again.
    public internal(set) var serial: UInt16?
}

/// What a new life must know of the last one: reports not yet heard, and what was told last. Kept as `bytes`.
public struct StationMemory: Hashable, Sendable {
    /// The number that was used last; 0: none yet.
    public internal(set) var serial: UInt16 = 0
    public internal(set) var reports: [Report] = []
    /// Which timed report was made last, by its number since 1970.
    public internal(set) var timedSlot: Int64?

    public init() {}

    /// Adds a report. At most `Limits.reportsAtMost` wait: of more, the oldest goes that is not on its way.
    ///
    /// - Returns: what was dropped.
    mutating func add(_ function: Function, _ groups: [UInt8], onItsWay: UInt16?) -> Report? {
        reports.append(Report(function: function, groups: groups))
        guard reports.count > Limits.reportsAtMost else { return nil }
        let oldest = reports.firstIndex { $0.serial == nil || $0.serial != onItsWay } ?? 0
        return reports.remove(at: oldest)
    }

    /// The report that goes next, with its number: extra reports before all others, else the oldest. Source: H.4.5.2.
    mutating func next() -> Report? {
        guard let index = reports.firstIndex(where: { $0.function == .extra }) ?? reports.indices.first else { return nil }
        if reports[index].serial == nil { reports[index].serial = nextSerial() }
        return reports[index]
    }

    mutating func remove(serial: UInt16) { reports.removeAll { $0.serial == serial } }

    mutating func nextSerial() -> UInt16 {
        serial = serial == .max ? 1 : serial + 1
        return serial
    }
}

/// Builds the groups of reports and answers from what the field shows.
struct Composer {
    let plan: StationPlan

    /// Station, kind and time of measuring.
    func lead(_ observed: Stamp) -> [Part] {
        [.station(plan.identity.station), .category(plan.identity.category), .observed(observed)]
    }

    /// A point in the unit and with the digits of its element; missing where the field has no good reading.
    func element(_ index: Int, _ input: StationInput) -> Part? {
        guard plan.points.indices.contains(index) else { return nil }
        let value = index < input.values.count ? input.values[index] : nil
        return element(plan.points[index].element, value, decimals: plan.points[index].decimals)
    }

    func element(_ id: ElementID, _ base: Double?, decimals: Int? = nil) -> Part? {
        let unit = ElementTable.row(of: id)?.unit
        return Element(id, base.map { unit?.fromBase($0) ?? $0 }, decimals: decimals).map(Part.element)
    }

    static func state(_ bits: UInt32) -> Part {
        .element(Element(ElementHeader(.state, size: 4, decimals: 0), .bytes(high(bits))))
    }

    func bytes(_ parts: [Part]) -> [UInt8] {
        let form = plan.line.form
        let stamp = Stamp(date: CivilDate(daysSinceEpoch: 10_957), time: .midnight)
        return Array(Message(serial: 0, sent: stamp, parts: parts).body(in: form).dropFirst(8 * form.width))
    }

    /// Whether groups go into one frame of the line: beside head, STX, number and time of sending, end and check.
    func fits(_ groups: [UInt8]) -> Bool {
        let form = plan.line.form
        return groups.count <= plan.line.frameAtMost - form.headLength - 2 - 10 * form.width
    }

    /// The elements in as few texts as the line's frames allow, each with the lead before them.
    func texts(_ elements: [Part], observed: Stamp) -> [[UInt8]] {
        let lead = bytes(lead(observed))
        var texts: [[UInt8]] = []
        var text = lead
        for element in elements.map({ bytes([$0]) }) {
            if !fits(text + element), text.count > lead.count {
                texts.append(text)
                text = lead
            }
            text += element
        }
        return texts + [text]
    }
}
