import Control
import Language
import ProcessImage
import Quantities

/// `battery:`: what a site gives up as its battery empties.
struct BatteryDraft {
    let voltage: PointIndex
    let saving: Double
    let low: Double
    let critical: Double
    let after: Duration
    let sheds: [OutputIndex]
}

extension SiteReader {
    func readBattery() {
        let keys = ["voltage", "saving", "low", "critical", "after", "sheds"]
        guard let entry = fields["battery"], let fields = entry.fields(keys) else { return }
        let due = Phrase(zh: "写成 battery: { voltage: 测点, saving: 24.4 V, low: 23.6 V, critical: 23 V, sheds: [CAM-1] }。",
                         en: "Write battery: { voltage: POINT, saving: 24.4 V, low: 23.6 V, critical: 23 V, sheds: [CAM-1] }.")
        let voltage = fields.required("voltage", due).flatMap { measured($0, .voltage) }
        func volts(_ key: String) -> Double? { fields.required(key, due)?.base("1 V", "1000 V", guess: "V") }
        let sheds = (fields["sheds"]?.list() ?? []).compactMap { shed($0) }
        guard let saving = volts("saving"), let low = volts("low"), let critical = volts("critical"), let voltage else { return }
        guard saving > low, low > critical else {
            return entry.refuse(Phrase(zh: "三级电压的次序不对。", en: "the three voltages are not in order."),
                                Phrase(zh: "应满足 saving > low > critical。", en: "They keep saving > low > critical."))
        }
        battery = BatteryDraft(voltage: voltage, saving: saving, low: low, critical: critical,
                               after: fields["after"]?.duration("5 s", "1 h", guess: "s") ?? .seconds(60), sheds: sheds)
    }

    /// A lamp or another thing that may be done without; never what keeps fish alive or water in its pipe.
    private func shed(_ entry: Entry) -> OutputIndex? {
        guard let tag = entry.text() else { return nil }
        guard let number = outputs.firstIndex(where: { $0.tag == tag }) else {
            entry.refuse(Phrase(zh: "\(quoted(tag)) 不是本站的输出。", en: "\(quoted(tag)) is not an output of this site."),
                         choices(outputs.map(\.tag), insteadOf: tag, zh: "输出", en: "outputs"))
            return nil
        }
        let kind = outputs[number].definition.kind
        if kind == .lamp || kind == .other { return OutputIndex(number) }
        entry.refuse(Phrase(zh: "\(tag) 是\(kind.name.zh)，再没电也不能停它。", en: "\(tag) is \(kind.name.en): it is not given up for want of power."),
                     Phrase(zh: "只列摄像头、灯一类（is: other、is: lamp）。", en: "Name cameras, lamps and the like only (is: other, is: lamp)."))
        return nil
    }

    func batteryPlan(_ tables: SiteTables) -> BatteryPlan? {
        guard let battery, let voltage = tables.gauge(battery.voltage) else { return nil }
        return BatteryPlan(voltage: voltage, saving: battery.saving, low: battery.low, critical: battery.critical, after: battery.after,
                           noOlderThan: max(.minutes(3), interval(of: battery.voltage) * 3), sheds: battery.sheds)
    }
}
