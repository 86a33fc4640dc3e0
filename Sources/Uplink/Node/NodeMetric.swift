import Journal
import ProcessImage
import Quantities
import Sparkplug

/// What a metric says at a moment.
struct Told: Sendable {
    let value: MetricValue?
    let quality: MetricQuality
    let at: WallTime

    init(_ value: MetricValue?, _ quality: MetricQuality, at: WallTime) {
        self.value = value
        self.quality = quality
        self.at = at
    }

    /// What the controller knows itself; `nil`: it does not.
    static func known(_ value: MetricValue?, _ live: LiveSnapshot) -> Told { Told(value, value == nil ? .bad : .good, at: live.wall) }
}

/// A metric with where its value comes from and what an order to it means.
struct NodeMetric: Sendable {
    let plan: MetricPlan
    let read: @Sendable (LiveSnapshot) -> Told
    /// What a value that the plan permits orders; `nil`: nothing, such as a button that is let go.
    var order: (@Sendable (MetricValue) -> Command.Kind?)?
    /// A measured value: what it was while nobody listened is told later.
    var isMeasured = false

    static func number(_ name: String, _ unit: String?, _ value: @escaping @Sendable (LiveSnapshot) -> Double?) -> NodeMetric {
        NodeMetric(plan: MetricPlan(name, .double, unit: unit)) { .known(value($0).flatMap { $0.isFinite ? .double($0) : nil }, $0) }
    }

    static func count(_ name: String, _ value: @escaping @Sendable (LiveSnapshot) -> Int) -> NodeMetric {
        NodeMetric(plan: MetricPlan(name, .int64)) { .known(.int64(Int64(value($0))), $0) }
    }

    static func flag(_ name: String, _ value: @escaping @Sendable (LiveSnapshot) -> Bool) -> NodeMetric {
        NodeMetric(plan: MetricPlan(name, .boolean)) { .known(.boolean(value($0)), $0) }
    }

    static func text(_ name: String, _ value: @escaping @Sendable (LiveSnapshot) -> String?) -> NodeMetric {
        NodeMetric(plan: MetricPlan(name, .string)) { .known(value($0).map { .string($0) }, $0) }
    }

    /// A point of the site, as it was recorded.
    static func point(_ point: PointIndex, _ definition: PointDefinition, as name: String) -> NodeMetric {
        let isDigital = definition.isDigital
        let plan = MetricPlan(name, isDigital ? .boolean : .double, unit: isDigital ? nil : definition.unit.symbol)
        return NodeMetric(plan: plan, read: { live in
            guard live.readings.indices.contains(point.offset) else { return Told(nil, .bad, at: live.wall) }
            return live.readings[point.offset].told(isDigital: isDigital, live)
        }, isMeasured: true)
    }

    /// An order that is given by a number. It reads 0: what came of it, other metrics tell.
    static func order(_ name: String, _ unit: String, _ range: ClosedRange<Double>,
                      _ kind: @escaping @Sendable (Double) -> Command.Kind) -> NodeMetric {
        let plan = MetricPlan(name, .double, unit: unit, writable: .number(range))
        return NodeMetric(plan: plan, read: { .known(.double(0), $0) }, order: { value in
            if case .double(let number) = value { kind(number) } else { nil }
        })
    }

    /// An order that is given by `true`. It reads `false`.
    static func button(_ name: String, _ kind: Command.Kind) -> NodeMetric {
        let plan = MetricPlan(name, .boolean, writable: .boolean)
        return NodeMetric(plan: plan, read: { .known(.boolean(false), $0) }, order: { $0 == .boolean(true) ? kind : nil })
    }
}

extension Reading {
    /// Doubtful values are told as stale: Sparkplug knows no third quality.
    fileprivate func told(isDigital: Bool, _ live: LiveSnapshot) -> Told {
        let at = live.wall(of: takenAt)
        switch quality {
        case .bad: return Told(nil, .bad, at: at)
        case .uncertain, .good:
            let value: MetricValue = isDigital ? .boolean(recorded != 0) : .double(recorded)
            return Told(value, quality == .good ? .good : .stale, at: at)
        }
    }
}

extension LiveSnapshot {
    /// What the wall clock of now says of an earlier moment.
    fileprivate func wall(of moment: Instant) -> WallTime {
        guard moment != .never, moment < instant else { return wall }
        return WallTime(unixNanoseconds: wall.unixNanoseconds &- (instant - moment).nanoseconds, trust: wall.trust)
    }
}
