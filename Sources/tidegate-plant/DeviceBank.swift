import Field
import ProcessImage
import Simulator

/// The registers and coils of one simulated device, as the site's plan places them.
///
/// A register nobody defines is refused with exception 2. What is written into a register that is not an output stays
/// there until it is written again.
struct DeviceBank: RegisterBank {
    private struct Address: Hashable {
        let table: RegisterTable
        let number: UInt16
    }

    private enum Cell {
        /// A word of a point's value.
        case point(Int, word: Int)
        /// Bits of several points in one register.
        case packed([Int])
        case output(Int)
        /// A word of a set-point's value.
        case setpoint(Int, word: Int)
        /// Answers with what was last written, at first 0.
        case kept
    }

    private let device: DevicePlan
    private let farm: Farm
    private var cells: [Address: Cell] = [:]
    private var written: [Address: UInt16] = [:]

    init(_ device: DevicePlan, of farm: Farm) {
        self.device = device
        self.farm = farm
        if let wake = device.wakeRead { keep(wake.table, Int(wake.address), wake.count) }
        for (index, point) in device.points.enumerated() { place(point, index) }
        for (index, output) in device.outputs.enumerated() {
            cells[Address(table: output.table, number: output.address)] = .output(index)
        }
        for (index, setpoint) in device.setpoints.enumerated() {
            for word in 0..<setpoint.type.registers {
                guard let number = UInt16(exactly: Int(setpoint.address) + word) else { continue }
                cells[Address(table: .holding, number: number)] = .setpoint(index, word: word)
            }
        }
    }

    private mutating func keep(_ table: RegisterTable, _ start: Int, _ count: Int) {
        for number in start..<(start + max(count, 0)) {
            guard let number = UInt16(exactly: number) else { return }
            cells[Address(table: table, number: number)] = .kept
        }
    }

    private mutating func place(_ point: RegisterPoint, _ index: Int) {
        let first = Address(table: point.table, number: point.address)
        if point.bit != nil || point.mask != nil {
            if case .packed(let others) = cells[first] { cells[first] = .packed(others + [index]) }
            else { cells[first] = .packed([index]) }
            return
        }
        for word in 0..<point.registers {
            guard let number = UInt16(exactly: Int(point.address) + word) else { return }
            cells[Address(table: point.table, number: number)] = .point(index, word: word)
        }
    }

    // MARK: Reading

    mutating func readBits(_ table: RegisterTable, _ span: RegisterSpan) -> Result<[Bool], BankRefusal> {
        readRegisters(table, span).map { words in words.map { $0 != 0 } }
    }

    mutating func readRegisters(_ table: RegisterTable, _ span: RegisterSpan) -> Result<[UInt16], BankRefusal> {
        var words: [UInt16] = []
        for number in span.range {
            guard let word = UInt16(exactly: number).flatMap({ word(at: Address(table: table, number: $0)) }) else {
                return .failure(.noSuchAddress)
            }
            words.append(word)
        }
        return .success(words)
    }

    private func word(at address: Address) -> UInt16? {
        if let kept = written[address] { return kept }
        return switch cells[address] {
        case nil: nil
        case .kept: 0
        case .output(let index):
            farm.plant.levels[device.outputs[index].output.offset].isOn ? device.outputs[index].on : device.outputs[index].off
        case .setpoint(let index, let word): registers(of: device.setpoints[index])[word]
        case .packed(let points): UInt16(truncatingIfNeeded: points.reduce(0) { $0 | packed(device.points[$1]) })
        case .point(let index, let word): registers(of: device.points[index])[word]
        }
    }

    private func registers(of setpoint: RegisterSetpoint) -> [UInt16] {
        let number = (farm.plant.held(setpoint.setpoint) - setpoint.offset) / setpoint.scale
        return setpoint.type.raw(of: number).map { setpoint.type.registers(of: $0) }
            ?? Array(repeating: 0, count: setpoint.type.registers)
    }

    private func registers(of point: RegisterPoint) -> [UInt16] {
        let value = shown(point)
        if point.table.isBits { return [value == 0 ? 0 : 1] }
        return point.encode(value) ?? point.encode(max(value, 0)) ?? Array(repeating: 0, count: point.registers)
    }

    private func packed(_ point: RegisterPoint) -> UInt64 {
        let value = shown(point)
        if let bit = point.bit { return value == 0 ? 0 : 1 << UInt64(min(max(bit, 0), 15)) }
        let mask = point.mask ?? 0
        let raw = UInt64(exactly: ((value - point.offset) / point.scale).rounded()) ?? 0
        return mask == 0 ? 0 : raw << UInt64(mask.trailingZeroBitCount) & mask
    }

    /// A sensor shows nothing beyond its own range.
    private func shown(_ point: RegisterPoint) -> Double {
        let value = farm.plant.value(of: point.point)
        guard let range = point.range else { return value }
        return min(max(value, range.lowerBound), range.upperBound)
    }

    // MARK: Writing

    mutating func writeCoils(at address: UInt16, _ values: [Bool]) -> Result<Void, BankRefusal> {
        write(.coil, address, values.map { $0 ? 1 : 0 })
    }

    mutating func writeRegisters(at address: UInt16, _ values: [UInt16]) -> Result<Void, BankRefusal> {
        write(.holding, address, values)
    }

    private mutating func write(_ table: RegisterTable, _ start: UInt16, _ values: [UInt16]) -> Result<Void, BankRefusal> {
        let addresses = values.indices.compactMap { offset in
            UInt16(exactly: Int(start) + offset).map { Address(table: table, number: $0) }
        }
        guard addresses.count == values.count, addresses.allSatisfy({ cells[$0] != nil }) else {
            return .failure(.noSuchAddress)
        }
        for (address, value) in zip(addresses, values) {
            guard put(value, at: address) else { return .failure(BankRefusal(.illegalValue)) }
        }
        return .success(())
    }

    private mutating func put(_ value: UInt16, at address: Address) -> Bool {
        if case .setpoint(let index, let word) = cells[address] { return put(value, in: device.setpoints[index], word: word) }
        guard case .output(let index) = cells[address] else {
            written[address] = value
            return true
        }
        let output = device.outputs[index]
        guard value == output.on || value == output.off else { return false }
        farm.plant.set(value == output.on ? .on : .off, of: output.output)
        return true
    }

    /// A value of several registers is the plant's word by word, as they come.
    private func put(_ value: UInt16, in setpoint: RegisterSetpoint, word: Int) -> Bool {
        var words = registers(of: setpoint)
        words[word] = value
        let raw = setpoint.type.raw(of: words)
        guard let number = setpoint.type.number(of: raw, width: setpoint.type.bits), number.isFinite else { return false }
        farm.plant.set(number * setpoint.scale + setpoint.offset, of: setpoint.setpoint)
        return true
    }
}
