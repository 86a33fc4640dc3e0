import Agronomy
import Language
import Quantities

extension Entry {
    /// A day's feed by weight and temperature: the trout chart by its name, or a grid of the file's own.
    func rationTable() -> RationTable? {
        if case .word(_) = value { return word(["leitritz-lewis": TroutChart.table]) }
        let due = Phrase(zh: "写成 { weights: [20 g, 100 g], rows: [ { at: 16 degC, rates: [3 %, 2 %], source: …, confidence: … } ] }。",
                         en: "Write { weights: [20 g, 100 g], rows: [ { at: 16 degC, rates: [3 %, 2 %], source: …, confidence: … } ] }.")
        guard let fields = fields(["weights", "rows"]), let columns = fields.required("weights", due)?.list(),
              let rows = fields.required("rows", due)?.list() else { return nil }
        let weights: [Mass] = columns.compactMap { $0.quantity("0.01 g", "100 kg", guess: "g") }
        let found = rows.compactMap { $0.rationRow(of: weights.count) }
        guard weights.count == columns.count, found.count == rows.count else { return nil }
        let table = RationTable(weights: weights, temperatures: found.map(\.water), rates: found.flatMap(\.rates))
        if table == nil {
            refuse(Phrase(zh: "体重和水温要由小到大。", en: "weights and temperatures must rise."),
                   Phrase(zh: "按由小到大的次序写。", en: "Write them from the smallest to the largest."))
        }
        return table
    }

    private func rationRow(of count: Int) -> (water: Temperature, rates: [Fraction])? {
        guard let line = sourced(["at", "rates"]),
              let water: Temperature = line.quantity("at", "-2 degC", "45 degC", guess: "degC"),
              let cells = line.fields.required("rates", Phrase(zh: "每个体重一个投喂率。", en: "One rate for each weight."))?.list() else { return nil }
        let rates: [Fraction] = cells.compactMap { $0.quantity("0 %", "30 %", guess: "%") }
        guard rates.count == cells.count else { return nil }
        guard rates.count == count else {
            line.fields["rates"]?.refuse(Phrase(zh: "有 \(rates.count) 个投喂率，体重有 \(count) 个。", en: "there are \(rates.count) rates for \(count) weights."),
                                         Phrase(zh: "每个体重写一个投喂率。", en: "Write one rate for each weight."))
            return nil
        }
        return (water, rates)
    }
}
