import Field
import Foundation
import Language
import ProcessImage
import Quantities

extension SiteReader {
    /// What the site is called, where it is, what it runs on.
    func readHead() {
        let due = Phrase(zh: "写上站点标识，如 site: shouguang-07。", en: "Give the site a tag, such as site: shouguang-07.")
        label = Label(tag: fields.required("site", due)?.tag() ?? "site", name: fields["name"]?.name())
        let boardDue = Phrase(zh: "写上板子，如 board: simulated。", en: "Name the board, such as board: simulated.")
        board = fields.required("board", boardDue).flatMap { library.board($0) }
        period = fields["scan"]?.duration("1 ms", "1 s", guess: "ms") ?? period
        readPlace()
        readLease()
        readCommissioning()
    }

    /// What is simulated cannot be wired the wrong way round.
    private func readCommissioning() {
        requiresProof = fields["commissioning"]?.word(["required": true, "off": false]) ?? (board.map { $0.driver != .simulated } ?? false)
        guard !requiresProof, let entry = fields["commissioning"], let board, board.driver != .simulated else { return }
        entry.notice(Phrase(zh: "输出未经现场验证就会动作。", en: "outputs move before anybody has proven them on the spot."),
                     Phrase(zh: "装机后请逐个 tidegate prove，并删去这一行。", en: "Prove each with tidegate prove, and remove this line."))
    }

    /// A lease must outlast the time between two renewals, or outputs would drop out between scans.
    private func readLease() {
        lease = max(Limits.leaseDefault, min(period * 2, Limits.leaseMax))
        guard let entry = fields["lease"], let given = entry.duration("100 ms", "2 s", guess: "ms") else { return }
        lease = given
        if given < period * 2 {
            entry.refuse(Phrase(zh: "租约 \(given.text) 短于两次扫描（\((period * 2).text)）。",
                                en: "the lease of \(given.text) is shorter than two scans (\((period * 2).text))."),
                         Phrase(zh: "至少写 \((period * 2).text)。", en: "Set at least \((period * 2).text)."))
        }
    }

    private func readPlace() {
        let due = Phrase(zh: "写成 place: { latitude: 36.88, longitude: 118.74, elevation: 23 m, time-zone: Asia/Shanghai }。",
                         en: "Write place: { latitude: 36.88, longitude: 118.74, elevation: 23 m, time-zone: Asia/Shanghai }.")
        guard let entry = fields.required("place", due),
              let fields = entry.fields(["latitude", "longitude", "elevation", "time-zone"]) else { return }
        place = Place(latitude: fields.required("latitude", due)?.number(-90, 90) ?? 0,
                      longitude: fields.required("longitude", due)?.number(-180, 180) ?? 0,
                      elevation: fields["elevation"]?.quantity("-450 m", "6000 m", guess: "m") ?? .zero)
        clock = fields.required("time-zone", due).flatMap { LocalClock(zone: $0) } ?? clock
    }
}

extension LocalClock {
    /// A zone's offsets from 2020 to 2060, taken once from the system's time zone data.
    fileprivate init?(zone entry: Entry) {
        guard let name = entry.text() else { return nil }
        if name == LocalClock.shanghai.name {
            // Known without the time zone library and the megabytes it takes.
            self = .shanghai
            return
        }
        guard TimeZone.knownTimeZoneIdentifiers.contains(name) || name == "UTC", let zone = TimeZone(identifier: name) else {
            entry.refuse(Phrase(zh: "没有时区“\(quoted(name))”。", en: "there is no time zone \"\(quoted(name))\"."),
                         Phrase(zh: "国内写 Asia/Shanghai。", en: nearest(to: name, among: TimeZone.knownTimeZoneIdentifiers, atMost: 2)
                             .map { "Did you mean \($0)?" } ?? "In China write Asia/Shanghai."))
            return nil
        }
        let first = Date(timeIntervalSince1970: 1_577_836_800)
        let end = Date(timeIntervalSince1970: 2_840_140_800)
        var changes: [Change] = []
        var moment = first
        while let next = zone.nextDaylightSavingTimeTransition(after: moment), next < end, changes.count < 200 {
            changes.append(Change(unixSeconds: Int64(next.timeIntervalSince1970),
                                  offset: Int32(zone.secondsFromGMT(for: next))))
            moment = next
        }
        self.init(name: name, firstOffset: Int32(zone.secondsFromGMT(for: first)), changes: changes)
    }
}

extension Duration {
    /// As people write it in a site file: `20 min`, `1 h 30 min`, `250 ms`.
    public var text: String {
        let milliseconds = nanoseconds / 1_000_000
        if milliseconds % 1000 != 0 { return milliseconds < 1000 ? "\(milliseconds) ms" : "\(plain(Double(milliseconds) / 1000)) s" }
        let seconds = milliseconds / 1000
        let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")].filter { $0.0 != 0 }
        return parts.isEmpty ? "0 s" : parts.map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }
}
