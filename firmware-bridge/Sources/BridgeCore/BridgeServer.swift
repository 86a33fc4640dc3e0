/// The bridge without a line: a request in, a reply out, `tick` every millisecond, `relays` to the pins after each.
///
/// A request takes effect wholly or not at all, except that configuration words written together with a wrong seal stay.
public struct BridgeServer: Sendable {
    public internal(set) var safety: Safety
    /// Filled in by the shell before it asks for an answer.
    public var inputs = FieldInputs()
    /// Frames the receiver threw away.
    public var lineErrors: UInt16 = 0
    public private(set) var clock: UInt32

    let identity: BoardIdentity
    let boot: Boot
    private(set) var uptime: UInt32 = 0
    private var secondBegan: UInt32

    public init(identity: BoardIdentity, boot: Boot, clock: UInt32 = 0) {
        self.identity = identity
        self.boot = boot
        self.clock = clock
        secondBegan = clock
        safety = Safety(relays: identity.relays, boot: boot)
    }

    /// Levels every relay must have now.
    public var relays: UInt16 { safety.relays }

    /// From the tick interrupt, each millisecond. Leases and times are reckoned by `now`; seconds missed by late calls are
    /// caught up one a call.
    public mutating func tick(at now: UInt32) {
        clock = now
        safety.tick(at: now)
        guard now &- secondBegan >= 1000 else { return }
        secondBegan &+= 1000
        uptime &+= 1
        safety.checkMemory(at: now)
    }

    /// Serves one intact request (`Frame.isIntact`) at `clock`; the reply lacks its checksum (`Frame.finish`).
    public mutating func answer(_ request: inout Frame, into reply: inout Frame) {
        reply.clear()
        reply.append(request[0])
        reply.append(request[1])
        let refused = switch request[1] {
        case 1: readBits(safety.relays, of: identity.relays, &request, &reply)
        case 2: readBits(inputs.digital, of: identity.inputs, &request, &reply)
        case 3: readRegisters(&request, &reply, input: false)
        case 4: readRegisters(&request, &reply, input: true)
        case 5: writeCoil(&request, &reply)
        case 6: writeRegister(&request, &reply)
        case 15: writeCoils(&request, &reply)
        case 16: writeRegisters(&request, &reply)
        default: Refusal.illegalFunction
        }
        guard let refused else { return }
        reply.clear()
        reply.append(request[0])
        reply.append(request[1] | 0x80)
        reply.append(refused.rawValue)
    }

    // MARK: reading

    private func readBits(_ bits: UInt16, of count: Int, _ request: inout Frame, _ reply: inout Frame) -> Refusal? {
        let first = Int(request.word(at: 2)), wanted = Int(request.word(at: 4))
        guard wanted >= 1, wanted <= 2000 else { return .illegalValue }
        guard first + wanted <= count else { return .illegalAddress }
        let cut = bits >> UInt16(first) & BoardIdentity.mask(wanted)
        reply.append(UInt8(wanted > 8 ? 2 : 1))
        reply.append(UInt8(truncatingIfNeeded: cut))
        if wanted > 8 { reply.append(UInt8(truncatingIfNeeded: cut >> 8)) }
        return nil
    }

    private func readRegisters(_ request: inout Frame, _ reply: inout Frame, input: Bool) -> Refusal? {
        let first = request.word(at: 2), wanted = request.word(at: 4)
        guard wanted >= 1, wanted <= 125 else { return .illegalValue }
        let end = input ? InputRegister.end : HoldingRegister.end
        guard UInt32(first) + UInt32(wanted) <= UInt32(end) else { return .illegalAddress }
        reply.append(UInt8(wanted * 2))
        for address in first..<first + wanted {
            reply.append(input ? inputWord(address) : holdingWord(address))
        }
        return nil
    }

    // MARK: writing

    private mutating func writeCoil(_ request: inout Frame, _ reply: inout Frame) -> Refusal? {
        let value = request.word(at: 4)
        guard value == 0xFF00 || value == 0 else { return .illegalValue }
        return writeRelays(first: Int(request.word(at: 2)), count: 1, bits: value == 0 ? 0 : 1, &request, &reply)
    }

    private mutating func writeCoils(_ request: inout Frame, _ reply: inout Frame) -> Refusal? {
        let count = Int(request.word(at: 4))
        guard count >= 1, count <= 1968, Int(request[6]) == (count + 7) / 8 else { return .illegalValue }
        let bits = UInt16(request[7]) | (count > 8 ? UInt16(request[8]) << 8 : 0)
        return writeRelays(first: Int(request.word(at: 2)), count: count, bits: bits, &request, &reply)
    }

    private mutating func writeRelays(first: Int, count: Int, bits: UInt16,
                                      _ request: inout Frame, _ reply: inout Frame) -> Refusal? {
        guard first + count <= identity.relays else { return .illegalAddress }
        let touched = BoardIdentity.mask(count) << UInt16(first)
        let levels = safety.relays & ~touched | bits << UInt16(first) & touched
        if let refused = safety.drive(levels, at: clock) { return refused }
        reply.append(request.word(at: 2))
        reply.append(request.word(at: 4))
        return nil
    }

    private mutating func writeRegister(_ request: inout Frame, _ reply: inout Frame) -> Refusal? {
        if let refused = write(first: request.word(at: 2), count: 1, &request, valuesAt: 4) { return refused }
        reply.append(request.word(at: 2))
        reply.append(request.word(at: 4))
        return nil
    }

    private mutating func writeRegisters(_ request: inout Frame, _ reply: inout Frame) -> Refusal? {
        let count = request.word(at: 4)
        guard count >= 1, count <= 123, UInt16(request[6]) == count * 2 else { return .illegalValue }
        if let refused = write(first: request.word(at: 2), count: count, &request, valuesAt: 7) { return refused }
        reply.append(request.word(at: 2))
        reply.append(count)
        return nil
    }
}
