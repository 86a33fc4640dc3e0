/// What the registers hold, and what writing them does.
extension BridgeServer {
    func inputWord(_ address: UInt16) -> UInt16 {
        if address >= InputRegister.counters.rawValue { return counterWord(address - InputRegister.counters.rawValue) }
        if address >= InputRegister.analogues.rawValue {
            return inputs[analogue: Int(address - InputRegister.analogues.rawValue)]
        }
        if let register = InputRegister(rawValue: address) {
            return UInt16(truncatingIfNeeded: register.words == 2 ? value(of: register) >> 16 : value(of: register))
        }
        guard address > 0, let register = InputRegister(rawValue: address - 1), register.words == 2 else { return 0 }
        return UInt16(truncatingIfNeeded: value(of: register))
    }

    /// Shifts, as `InputRegister.counterWords` is 4: the smallest core cannot divide.
    private func counterWord(_ offset: UInt16) -> UInt16 {
        let counter = inputs.counter(Int(offset >> 2))
        return switch offset & 3 {
        case 0: UInt16(truncatingIfNeeded: counter.count >> 16)
        case 1: UInt16(truncatingIfNeeded: counter.count)
        case 2: UInt16(truncatingIfNeeded: counter.lastEdge >> 16)
        default: UInt16(truncatingIfNeeded: counter.lastEdge)
        }
    }

    private func value(of register: InputRegister) -> UInt32 {
        switch register {
        case .protocolVersion: UInt32(BridgeProtocol.version)
        case .firmwareVersion: UInt32(BridgeProtocol.firmware)
        case .board: UInt32(identity.kind.rawValue)
        case .relayCount: UInt32(truncatingIfNeeded: identity.relays)
        case .inputCount: UInt32(truncatingIfNeeded: identity.inputs)
        case .counterCount: UInt32(truncatingIfNeeded: identity.counters)
        case .analogueCount: UInt32(truncatingIfNeeded: identity.analogues)
        case .state: UInt32(safety.state.rawValue)
        case .bootCount: UInt32(boot.count)
        case .bootCause: UInt32(boot.cause.rawValue)
        case .tripCause: UInt32(safety.tripCause.rawValue)
        case .tripRelay: UInt32(safety.tripRelay)
        case .tripCount: UInt32(safety.tripCount)
        case .sealedCRC: UInt32(safety.sealedCRC)
        case .clock: clock
        case .tripClock: safety.tripClock
        case .relays: UInt32(safety.relays)
        case .digitalInputs: UInt32(inputs.digital & BoardIdentity.mask(identity.inputs))
        case .beatLeft: UInt32(safety.beatLeft(at: clock))
        case .lineErrors: UInt32(lineErrors)
        case .uptime: uptime
        case .analogues, .counters: 0
        }
    }

    func holdingWord(_ address: UInt16) -> UInt16 {
        switch address {
        case HoldingRegister.heartbeat.rawValue: safety.heartbeat
        case HoldingRegister.relays.rawValue: safety.relays
        case HoldingRegister.seal.rawValue: safety.sealedCRC
        default: safety.draft[word: Int(address) - Int(HoldingRegister.configuration.rawValue)]
        }
    }

    /// Writes `count` registers, whose values stand in `request` from byte `offset`.
    mutating func write(first: UInt16, count: UInt16, _ request: inout Frame, valuesAt offset: Int) -> Refusal? {
        let end = UInt32(first) + UInt32(count)
        switch first {
        case HoldingRegister.heartbeat.rawValue where end <= 2, HoldingRegister.relays.rawValue where end == 2:
            return writeBeat(first: first, end: end, &request, valuesAt: offset)
        case HoldingRegister.arm.rawValue where count == HoldingRegister.arm.words:
            return arm(&request, valuesAt: offset)
        case HoldingRegister.stop.rawValue where count == 1:
            safety.trip(.hostOrder, at: clock)
            return nil
        case HoldingRegister.configuration.rawValue...HoldingRegister.seal.rawValue where end <= UInt32(HoldingRegister.end):
            return writeConfiguration(first: first, count: count, &request, valuesAt: offset)
        default:
            return .illegalAddress
        }
    }

    private mutating func writeBeat(first: UInt16, end: UInt32, _ request: inout Frame, valuesAt offset: Int) -> Refusal? {
        let drives = end == 2
        let levels = request.word(at: offset + (first == 0 ? 2 : 0))
        if drives, let refused = safety.drive(levels, at: clock) { return refused }
        if first == 0 { safety.beat(request.word(at: offset), at: clock) }
        return nil
    }

    private mutating func arm(_ request: inout Frame, valuesAt offset: Int) -> Refusal? {
        guard request.word(at: offset) == ArmOrder.key else { return .illegalValue }
        return safety.arm(ArmOrder(bootCount: request.word(at: offset + 2), sealedCRC: request.word(at: offset + 4),
                                   tripCount: request.word(at: offset + 6)), at: clock)
    }

    private mutating func writeConfiguration(first: UInt16, count: UInt16,
                                             _ request: inout Frame, valuesAt offset: Int) -> Refusal? {
        if safety.state == .armed { return .notNow }
        var at = offset
        for address in first..<first + count {
            let value = request.word(at: at)
            at += 2
            if address == HoldingRegister.seal.rawValue { return safety.seal(value) }
            safety.configure(word: Int(address - HoldingRegister.configuration.rawValue), value)
        }
        return nil
    }
}
