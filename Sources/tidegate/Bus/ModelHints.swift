import Field
import Site

/// Which known models a unit might be: those whose every register it shows, with every value in the sensor's range and
/// not all of them zero.
struct ModelHints {
    private let models: [KnownModel]

    /// - Parameter folder: of device profiles; `nil`: no hints.
    init(profiles folder: String?) {
        models = folder.map { KnownModel.all(in: $0) } ?? []
    }

    func fitting(_ unit: UInt8, _ client: ModbusClient, timeout: Duration) -> [String] {
        models.filter { !$0.points.isEmpty && fits($0, unit, client, timeout) }.map(\.tag)
    }

    private func fits(_ model: KnownModel, _ unit: UInt8, _ client: ModbusClient, _ timeout: Duration) -> Bool {
        let items = model.points.compactMap { point in
            RegisterSpan(address: point.address, count: point.registers).map { ReadItem(table: point.table, span: $0) }
        }
        guard items.count == model.points.count else { return false }
        var sawValue = false
        for read in ReadPlanner(items: items, rules: model.rules, cost: .tcp).reads(for: items.indices) {
            let outcome = client.exchange(.read(read.table, read.span), unit: unit, timeout: timeout, pause: model.rules.pause)
            guard case .answer(.registers(let words)) = outcome else { return false }
            for item in read.items {
                let range = items[item].span.range
                let offset = read.span.range.lowerBound
                let value = model.points[item].decode(words[range.lowerBound - offset..<range.upperBound - offset])
                if case .bad = value { return false }
                sawValue = sawValue || value != .number(0)
            }
        }
        return sawValue
    }
}
