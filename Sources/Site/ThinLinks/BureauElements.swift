import Language
import ProcessImage
import Quantities
import SL651

/// One element of the reports, and the point it comes from.
struct BureauElement {
    let row: ElementTable.Row
    let reported: ReportedPoint
    let source: BureauSheet.Source
}

/// `water-bureau.elements`: which points are which elements of SL 651-2014.
extension SiteReader {
    func bureauElements(_ fields: Fields) -> [BureauElement] {
        let due = Phrase(zh: "写成 elements: { M20: soil-a.moisture, Q: { point: FT-101.flow, extra: 5 m3/h } }。",
                         en: "Write elements: { M20: soil-a.moisture, Q: { point: FT-101.flow, extra: 5 m3/h } }.")
        guard let entry = fields.required("elements", due) else { return [] }
        let pairs = entry.tagged()
        if !(1...SL651.Limits.pointsAtMost).contains(pairs.count) {
            entry.refuse(Phrase(zh: "有 \(pairs.count) 个要素，应为 1–\(SL651.Limits.pointsAtMost) 个。",
                                en: "has \(pairs.count) elements; 1 … \(SL651.Limits.pointsAtMost) can be."), due)
        }
        return pairs.prefix(SL651.Limits.pointsAtMost).compactMap { code, entry in element(code, entry) }
    }

    private func element(_ code: String, _ entry: Entry) -> BureauElement? {
        guard let row = ElementTable.row(code: code), row.digits > 0 else {
            let known = ElementTable.rows.filter { $0.digits > 0 }.map(\.code)
            entry.refuse(Phrase(zh: "规约附录 C 没有数值要素 \(quoted(code))。", en: "table C.1 of the standard has no number \(quoted(code))."),
                         choices(known, insteadOf: code, zh: "要素代码", en: "codes"))
            return nil
        }
        if entry.word != nil { return element(row, entry, nil) }
        guard let fields = entry.fields(["point", "extra", "scale", "decimals"]) else { return nil }
        let due = Phrase(zh: "写上测点，如 point: FT-101.flow。", en: "Name the point, such as point: FT-101.flow.")
        return fields.required("point", due).flatMap { element(row, $0, fields) }
    }

    private func element(_ row: ElementTable.Row, _ entry: Entry, _ fields: Fields?) -> BureauElement? {
        let scale = fields?["scale"]?.number(0.000_001, 1_000_000)
        let extra = fields?["extra"].flatMap { bound($0, row) }
        let decimals = fields?["decimals"]?.integer(0...min(7, row.digits))
        guard let point = point(entry), let source = source(point, row, scale, entry) else { return nil }
        return BureauElement(row: row, reported: ReportedPoint(row.id, extraAt: extra, decimals: decimals), source: source)
    }

    /// A number without a unit, or of an element that has none, is scaled as it is told; else the units must measure the same.
    private func source(_ point: PointIndex, _ row: ElementTable.Row, _ scale: Double?, _ entry: Entry) -> BureauSheet.Source? {
        let own = points[point.offset].unit
        if let scale {
            guard own.dimension == .count || row.unit == nil else {
                entry.refuse(Phrase(zh: "测点的单位是 \(own.symbol)，不能再乘 scale。", en: "the point has the unit \(own.symbol), and is not scaled besides."),
                             Phrase(zh: "删去 scale：单位会自动换算。", en: "Remove scale: units are converted."))
                return nil
            }
            return BureauSheet.Source(point: point, gain: scale * (row.unit?.scale ?? 1), offset: row.unit?.offset ?? 0)
        }
        guard let unit = row.unit else { return BureauSheet.Source(point: point, gain: 1, offset: 0) }
        guard unit.dimension == own.dimension else {
            entry.refuse(Phrase(zh: "\(row.code)（\(row.name.zh)）以 \(unit.symbol) 上报，测点的单位是 \(own.symbol)。",
                                en: "\(row.code) (\(row.name.en)) is told in \(unit.symbol), but the point is in \(own.symbol)."),
                         own.dimension == .count
                             ? Phrase(zh: "写上 scale：乘以它就是 \(unit.symbol)。", en: "Give a scale: what it is multiplied by to be in \(unit.symbol).")
                             : Phrase(zh: "换一个测点或要素。", en: "Take another point or element."))
            return nil
        }
        return BureauSheet.Source(point: point, gain: own.scale, offset: own.offset)
    }

    /// A difference: 2 degC is 2 K, whatever the zero of the unit.
    private func bound(_ entry: Entry, _ row: ElementTable.Row) -> Double? {
        guard let unit = row.unit else { return entry.number(0.000_001, 1_000_000_000) }
        let bound = unit.dimension == .temperature ? entry.base("0 degC", "100 degC", guess: "degC") : entry.base(of: unit.dimension)
        guard let bound, bound <= 0 else { return bound }
        entry.refuse(Phrase(zh: "变幅应大于 0。", en: "a change is more than 0."), Phrase(zh: "写成如 5 \(unit.symbol)。", en: "Write such as 5 \(unit.symbol)."))
        return nil
    }
}
