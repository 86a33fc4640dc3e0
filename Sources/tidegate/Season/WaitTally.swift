import ProcessImage

/// Who waited for whom: runs that were ordered and could not begin, by what stood against them.
struct WaitTally {
    struct Wait {
        let zone: ZoneIndex
        let cause: Cause
        /// Runs that waited for it a minute at least.
        var times = 0
        var seconds: Int64 = 0
        var longest: Int64 = 0
        /// Zones that had water meanwhile, the longest first.
        var others: [(zone: ZoneIndex, seconds: Int64)] = []
    }

    private struct Zone {
        var phase = ZonePhase.idle
        var cause = Cause.idle
        var run = RunID(rawValue: 0)
        var since: Int64 = 0
    }

    private struct Key: Hashable {
        let zone: ZoneIndex
        let cause: Cause
    }

    private struct Sum {
        var seconds: Int64 = 0
        var others: [ZoneIndex: Int64] = [:]
    }

    private var zones: [Zone]
    private var sums: [RunID: [Key: Sum]] = [:]

    /// A shorter wait is none.
    private static let least: Int64 = 60

    init(zones: Int) { self.zones = Array(repeating: Zone(), count: zones) }

    mutating func note(_ zone: ZoneIndex, _ status: ZoneStatus, at unix: Int64) {
        let before = zones[zone.offset]
        if before.phase == .queued, case .interlock = before.cause { add(unix - before.since, zone, before) }
        zones[zone.offset] = Zone(phase: status.phase, cause: status.cause, run: status.run, since: unix)
    }

    private mutating func add(_ seconds: Int64, _ zone: ZoneIndex, _ waiting: Zone) {
        var sum = sums[waiting.run]?[Key(zone: zone, cause: waiting.cause)] ?? Sum()
        sum.seconds += seconds
        for (number, other) in zones.enumerated() where number != zone.offset {
            if [.starting, .watering, .stopping].contains(other.phase) { sum.others[ZoneIndex(number), default: 0] += seconds }
        }
        sums[waiting.run, default: [:]][Key(zone: zone, cause: waiting.cause)] = sum
    }

    /// The longest first.
    var waits: [Wait] {
        var waits: [Key: Wait] = [:], others: [Key: [ZoneIndex: Int64]] = [:]
        for (key, sum) in sums.values.joined() where sum.seconds >= Self.least {
            var wait = waits[key] ?? Wait(zone: key.zone, cause: key.cause)
            wait.times += 1
            wait.seconds += sum.seconds
            wait.longest = max(wait.longest, sum.seconds)
            waits[key] = wait
            others[key, default: [:]].merge(sum.others, uniquingKeysWith: +)
        }
        return waits.map { key, wait in
            var wait = wait
            wait.others = (others[key] ?? [:]).map { (zone: $0.key, seconds: $0.value) }
                .sorted { ($1.seconds, $0.zone.offset) < ($0.seconds, $1.zone.offset) }
            return wait
        }.sorted { ($1.seconds, $0.zone.offset, "\($0.cause)") < ($0.seconds, $1.zone.offset, "\($1.cause)") }
    }
}
