import Field
import Language
import ProcessImage
import Quantities

/// Valves that stay where they are put: without current they do not close by themselves.
extension SiteReader {
    static let latchKeys = ["close-line", "pulse", "latching"]

    /// Whether the output latches, and the line that closes it where the board does the pulses.
    func latch(_ fields: Fields, _ kind: OutputKind?) -> (isLatching: Bool, latch: Latch?) {
        let isDevices = fields["latching"]?.yesNo() ?? false
        guard let entry = fields["close-line"] else {
            if let pulse = fields["pulse"] { refuseWithoutCloseLine(pulse) }
            if isDevices, fields["line"] != nil, let entry = fields["latching"] { refuseWithoutCloseLine(entry) }
            if isDevices, let entry = fields["latching"] { refuseLatching(entry, kind) }
            return (isDevices, nil)
        }
        refuseLatching(entry, kind)
        guard fields["line"] != nil, let line = claimLine(entry) else { return (true, nil) }
        guard case .output = line.direction else {
            entry.refuse(Phrase(zh: "线 \(line.address.name) 不是输出线。", en: "line \(line.address.name) is not an output."),
                         choices(lineNames { if case .output = $0 { true } else { false } }, insteadOf: line.address.name, zh: "输出线", en: "output lines"))
            return (true, nil)
        }
        let pulse = fields["pulse"]?.duration("10 ms", "1 s", guess: "ms") ?? .milliseconds(100)
        return (true, Latch(close: line.address, pulse: pulse))
    }

    private func refuseWithoutCloseLine(_ entry: Entry) {
        entry.refuse(Phrase(zh: "板上的脉冲阀要有一条关阀线。", en: "a latching valve on the board has a line of its own that closes it."),
                     Phrase(zh: "用 close-line: 写上关阀脉冲的输出线。", en: "Name the output line of the closing pulse in close-line:."))
    }

    /// Only a zone's valve may latch: what shuts the water off when all else fails must close without current.
    private func refuseLatching(_ entry: Entry, _ kind: OutputKind?) {
        guard let kind, kind != .valve else { return }
        entry.refuse(Phrase(zh: "\(kind.name.zh)不能是脉冲（自保持）的：断电后它关不上。", en: "\(kind.name.en) may not latch: without current it would stay on."),
                     Phrase(zh: "脉冲阀只用作分区阀；主阀用断电自闭的。", en: "Let only valves of zones latch; use a master valve that closes without current."))
    }

    /// A latching valve that has lost its current stays open: something upstream must close by itself.
    func settleLatching() {
        for zone in zones {
            let valves = [zone.valve].compactMap(\.self) + zone.followers
            guard let valve = valves.first(where: { outputs[$0.offset].definition.isLatching }),
                  sources.indices.contains(zone.source.offset) else { continue }
            let source = sources[zone.source.offset]
            guard source.pump == nil, source.master == nil else { continue }
            outputs[valve.offset].entry.refuse(
                Phrase(zh: "断电后脉冲阀会一直开着，水源 \(source.label.tag) 又没有泵或主阀能自己关。",
                       en: "without current a latching valve stays open, and source \(source.label.tag) has no pump or master valve that closes by itself."),
                Phrase(zh: "给水源加一只断电自闭的主阀（master），或换用断电自闭的分区阀。",
                       en: "Give the source a master valve that closes without current, or use such a valve for the zone."))
        }
    }
}
