internal import ProcessImage
internal import Quantities

/// What must be sent next for one output on a coil or register, and what its device says of it. Pure.
struct DrivenOutput {
    /// An output at rest is read back this often: somebody may switch the relay by hand.
    private static let lookEvery: Duration = .seconds(5)

    let plan: RegisterOutput
    /// What the device last confirmed to have been told; `nil`: it may be anything.
    private var told: OutputLevel?
    private var toldAt = Instant.never
    private var seen: OutputLevel?
    private var seenAt = Instant.never
    private var mustLook = false
    /// A new connection: the safe value goes first, whatever is ordered.
    private var mustBeSafeFirst = true

    init(_ plan: RegisterOutput) {
        self.plan = plan
    }

    enum Task: Hashable {
        case write(OutputLevel)
        case readBack
    }

    /// What to send now for an output that is ordered to be at `level`.
    func task(ordered level: OutputLevel, at now: Instant) -> Task? {
        if mustBeSafeFirst { return isPaced(now) ? .write(plan.safe) : nil }
        if told != level, told != nil || isPaced(now) { return .write(level) }
        if mustLook { return .readBack }
        if now - toldAt >= plan.renewEvery, level != plan.safe || seen != level { return .write(level) }
        return now - seenAt >= DrivenOutput.lookEvery ? .readBack : nil
    }

    /// When `task` will have something, if the order stays.
    func nextTask(ordered level: OutputLevel) -> Instant {
        if mustBeSafeFirst || told == nil { return toldAt + plan.renewEvery }
        let look = seenAt + DrivenOutput.lookEvery
        return level != plan.safe || seen != level ? min(toldAt + plan.renewEvery, look) : look
    }

    /// A refused write is tried again no faster than it is renewed.
    private func isPaced(_ now: Instant) -> Bool { now - toldAt >= plan.renewEvery }

    mutating func wrote(_ level: OutputLevel, at now: Instant) {
        told = level
        toldAt = now
        mustLook = true
        if level == plan.safe { mustBeSafeFirst = false }
    }

    mutating func writeRefused(at now: Instant) {
        told = nil
        toldAt = now
        seen = nil
    }

    /// - Parameter value: the coil (0 or 1) or register as read; `nil` when the device refuses to show it.
    mutating func readBack(_ value: UInt16?, at now: Instant) -> OutputLevel? {
        mustLook = false
        seenAt = now
        seen = value.flatMap { value in
            if plan.table == .coil { return (value != 0) == (plan.on != 0) ? .on : .off }
            return value == plan.on ? .on : value == plan.off ? .off : nil
        }
        return seen
    }

    /// The device was lost: what it was told may be gone.
    mutating func forget() {
        told = nil
        seen = nil
        toldAt = .never
        seenAt = .never
        mustBeSafeFirst = true
    }

    func request(_ task: Task) -> ModbusRequest? {
        switch task {
        case .readBack: return RegisterSpan(address: plan.address, count: 1).map { .read(plan.table, $0) }
        case .write(let level):
            let value = level == .on ? plan.on : plan.off
            return plan.table == .coil ? .writeCoil(address: plan.address, isOn: value != 0)
                : .writeRegister(address: plan.address, value: value)
        }
    }
}
