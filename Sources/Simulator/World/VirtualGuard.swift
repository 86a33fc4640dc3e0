import ProcessImage
import Quantities

/// The guard as a model: it holds the lines by lease, cuts what was on for too long, and lets go when it starts anew.
struct VirtualGuard {
    private let outputs: [OutputDefinition]
    private let lease: Duration
    private var wanted: [OutputLevel]
    private var lastFrame = Instant.never
    private var awaySince: [Instant?]
    /// On for its maximum: stays safe until the scan has asked for safe once.
    private var isSpent: [Bool]
    /// By output: it was away from safe when the lease ran out, and nobody has renewed since.
    private(set) var hasExpired: [Bool]
    var forgetsLease = false
    var forgetsMaximumOn = false

    init(outputs: [OutputDefinition], lease: Duration) {
        self.outputs = outputs
        self.lease = lease
        wanted = outputs.map(\.safe)
        awaySince = outputs.map { _ in nil }
        isSpent = outputs.map { _ in false }
        hasExpired = isSpent
    }

    mutating func receive(_ levels: [OutputLevel], at now: Instant) {
        wanted = levels
        lastFrame = now
        for index in hasExpired.indices where hasExpired[index] { hasExpired[index] = false }
    }

    /// A new guard knows nothing and asks for every line at its safe value.
    mutating func restart() {
        let (lease, maximumOn) = (forgetsLease, forgetsMaximumOn)
        self = VirtualGuard(outputs: outputs, lease: self.lease)
        forgetsLease = lease
        forgetsMaximumOn = maximumOn
    }

    /// What the lines are to be now.
    mutating func drive(_ physical: inout [OutputLevel], mine: [Bool], isStopPressed: Bool, at now: Instant) {
        let isOver = now - lastFrame > lease && !forgetsLease
        for index in outputs.indices where mine[index] {
            let safe = outputs[index].safe
            if wanted[index] == safe { isSpent[index] = false }
            if isOver, physical[index] != safe { hasExpired[index] = true }
            let level = isOver || isStopPressed || isSpent[index] ? safe : wanted[index]
            physical[index] = level == safe ? safe : held(index, level, at: now)
        }
    }

    private mutating func held(_ index: Int, _ level: OutputLevel, at now: Instant) -> OutputLevel {
        let since = awaySince[index] ?? now
        if !forgetsMaximumOn, now - since >= outputs[index].maximumOn {
            isSpent[index] = true
            awaySince[index] = nil
            return outputs[index].safe
        }
        awaySince[index] = since
        return level
    }

    /// Called after `drive`: a line at its safe level starts its time anew.
    mutating func noteSafe(_ physical: [OutputLevel]) {
        for index in outputs.indices where physical[index] == outputs[index].safe { awaySince[index] = nil }
    }
}
