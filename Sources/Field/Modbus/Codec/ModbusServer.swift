/// The registers and coils of a device, as whoever plays the device keeps them.
///
/// Spans are never empty and never reach past address 65 535. A call refuses with the exception the client shall see.
public protocol RegisterBank {
    mutating func readBits(_ table: RegisterTable, _ span: RegisterSpan) -> Result<[Bool], BankRefusal>
    mutating func readRegisters(_ table: RegisterTable, _ span: RegisterSpan) -> Result<[UInt16], BankRefusal>
    mutating func writeCoils(at address: UInt16, _ values: [Bool]) -> Result<Void, BankRefusal>
    mutating func writeRegisters(at address: UInt16, _ values: [UInt16]) -> Result<Void, BankRefusal>
}

public struct BankRefusal: Error, Hashable, Sendable {
    public let exception: ModbusException
    public init(_ exception: ModbusException) { self.exception = exception }
    public static let noSuchAddress = BankRefusal(.illegalAddress)
}

/// The device's side of the protocol: any bytes in, an answer out.
public enum ModbusServer {
    /// Answers one request PDU from a bank. Malformed requests are answered with the exception the specification wants.
    public static func answer(pdu: ArraySlice<UInt8>, from bank: inout some RegisterBank) -> [UInt8] {
        switch ModbusRequest.decode(pdu: pdu) {
        case .failure(let refused): refused.pdu
        case .success(let request): answer(request, from: &bank).pdu(to: request)
        }
    }

    private static func answer(_ request: ModbusRequest, from bank: inout some RegisterBank) -> ModbusAnswer {
        switch request {
        case .read(let table, let span) where table.isBits: answer(bank.readBits(table, span)) { .bits($0) }
        case .read(let table, let span): answer(bank.readRegisters(table, span)) { .registers($0) }
        case .writeCoil(let address, let isOn): answer(bank.writeCoils(at: address, [isOn])) { .written }
        case .writeRegister(let address, let value): answer(bank.writeRegisters(at: address, [value])) { .written }
        case .writeCoils(let address, let values): answer(bank.writeCoils(at: address, values)) { .written }
        case .writeRegisters(let address, let values): answer(bank.writeRegisters(at: address, values)) { .written }
        case .readWrite(let span, let address, let values):
            switch bank.writeRegisters(at: address, values) {
            case .failure(let refusal): .refused(refusal.exception)
            case .success: answer(bank.readRegisters(.holding, span)) { .registers($0) }
            }
        }
    }

    private static func answer<Value>(_ result: Result<Value, BankRefusal>,
                                      _ make: (Value) -> ModbusAnswer) -> ModbusAnswer {
        switch result {
        case .success(let value): make(value)
        case .failure(let refusal): .refused(refusal.exception)
        }
    }
}
