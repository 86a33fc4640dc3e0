internal import ProcessImage
internal import Quantities

/// What a lane drives, as the words that its coil or registers hold: an output has two of them, a set-point one for each value.
enum Drive: Sendable {
    case output(RegisterOutput)
    case setpoint(RegisterSetpoint)

    enum Task: Hashable {
        case write(UInt64)
        case readBack
    }

    // MARK: Words

    var safe: UInt64 {
        switch self {
        case .output(let output): output.word(of: output.safe)
        case .setpoint(let setpoint): setpoint.safeWord
        }
    }

    /// The output's level that a word stands for; `nil`: neither of its two.
    func level(of word: UInt64) -> OutputLevel? {
        guard case .output(let output) = self else { return nil }
        return word == output.word(of: .on) ? .on : word == output.word(of: .off) ? .off : nil
    }

    /// The set-point's value that a word stands for, in its unit; `nil`: it is no number.
    func value(of word: UInt64) -> Double? {
        guard case .setpoint(let setpoint) = self else { return nil }
        return setpoint.type.number(of: word, width: setpoint.type.bits).map { $0 * setpoint.scale + setpoint.offset }
    }

    // MARK: Pace

    /// While away from its safe word it is written again this often.
    var renewEvery: Duration {
        switch self {
        case .output(let output): output.renewEvery
        case .setpoint(let setpoint): setpoint.renewEvery
        }
    }

    /// A word that is not the safe one is written no sooner than this after the one before, so that a value on its way leaves
    /// the line to others.
    var changeEvery: Duration {
        switch self {
        case .output: .zero
        case .setpoint(let setpoint): setpoint.changeEvery
        }
    }

    /// Read back after a write, but no more often than this; `nil`: it cannot be read.
    var lookAfter: Duration? {
        switch self {
        case .output: .zero
        case .setpoint(let setpoint): setpoint.isReadable ? setpoint.renewEvery : nil
        }
    }

    // MARK: Requests

    func request(_ task: Task) -> ModbusRequest? {
        switch (self, task) {
        case (.output(let output), .readBack): return RegisterSpan(address: output.address, count: 1).map { .read(output.table, $0) }
        case (.setpoint(let setpoint), .readBack):
            return RegisterSpan(address: setpoint.address, count: setpoint.type.registers).map { .read(.holding, $0) }
        case (.output(let output), .write(let word)):
            return output.table == .coil ? .writeCoil(address: output.address, isOn: word != 0)
                : .writeRegister(address: output.address, value: UInt16(truncatingIfNeeded: word))
        case (.setpoint(let setpoint), .write(let word)):
            let registers = setpoint.type.registers(of: word)
            return registers.count == 1 ? .writeRegister(address: setpoint.address, value: registers[0])
                : .writeRegisters(address: setpoint.address, values: registers)
        }
    }

    /// The word in the answer to a look; `nil` when the device refuses to show it.
    func word(in answer: ReceivedAnswer) -> UInt64? {
        switch (answer.kind, self) {
        case (.bits, _): answer.bit(0) ? 1 : 0
        case (.registers, .output): UInt64(answer.register(0))
        case (.registers, .setpoint(let setpoint)): setpoint.type.raw(count: setpoint.type.registers) { answer.register($0) }
        case (.written, _), (.refused, _): nil
        }
    }
}

extension RegisterOutput {
    /// A coil is on or off; a register holds what its plan says.
    func word(of level: OutputLevel) -> UInt64 {
        let word = level.isOn ? on : off
        return table == .coil ? (word == 0 ? 0 : 1) : UInt64(word)
    }
}

extension RegisterSetpoint {
    /// What its registers hold for a value; for one that they cannot hold, the safe word.
    func word(of value: Double) -> UInt64 { raw(of: value) ?? safeWord }

    /// The plan is only made with a safe value that its registers can hold.
    var safeWord: UInt64 { raw(of: safe) ?? 0 }

    private func raw(of value: Double) -> UInt64? { type.raw(of: (value - offset) / scale) }
}

/// What a lane tells the scan of one drive.
struct DriveFeedback: Mail, Equatable {
    /// As it was read back; `nil`: not known.
    let seen: UInt64?
    /// Whether that is what it was told; `nil`: not known.
    let agrees: Bool?
    let at: Instant
    let leaseExpired: Bool

    init(seen: UInt64?, agrees: Bool?, at: Instant, leaseExpired: Bool) {
        self.seen = seen
        self.agrees = agrees
        self.at = at
        self.leaseExpired = leaseExpired
    }

    init(words: MailWords) {
        seen = words.third & 1 == 0 ? nil : words.first
        agrees = words.third & 2 == 0 ? nil : words.third & 4 != 0
        leaseExpired = words.third & 8 != 0
        at = Instant(nanoseconds: Int64(bitPattern: words.second))
    }

    var words: MailWords {
        let flags: UInt64 = (seen == nil ? 0 : 1) | (agrees == nil ? 0 : 2) | (agrees == true ? 4 : 0) | (leaseExpired ? 8 : 0)
        return MailWords(first: seen ?? 0, second: UInt64(bitPattern: at.nanoseconds), third: flags)
    }
}
