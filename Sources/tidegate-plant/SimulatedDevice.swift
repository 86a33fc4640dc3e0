import Field
import ProcessImage
import Quantities
import Simulator

/// One device as it behaves on its line, faults included.
final class SimulatedDevice {
    struct Answer {
        let pdu: [UInt8]
        /// Thinking time before the first character.
        let after: Duration
        /// The frame is damaged on its way.
        let isGarbled: Bool
    }

    let plan: DevicePlan
    private var bank: DeviceBank
    private let farm: Farm

    /// What a small sensor takes to answer.
    private static let usualDelay: Duration = .milliseconds(8)
    /// Later than any time-out we know of.
    private static let slowDelay: Duration = .seconds(3)

    init(_ plan: DevicePlan, of farm: Farm) {
        self.plan = plan
        self.farm = farm
        bank = DeviceBank(plan, of: farm)
    }

    /// - Returns: `nil` when the device says nothing.
    func answer(to pdu: [UInt8]) -> Answer? {
        guard !farm.isAt(.deviceSilent(plan.index)) else { return nil }
        let isSlow = farm.isAt(.deviceSlow(plan.index))
        return Answer(pdu: ModbusServer.answer(pdu: pdu[...], from: &bank),
                      after: isSlow ? SimulatedDevice.slowDelay : SimulatedDevice.usualDelay,
                      isGarbled: farm.isAt(.deviceGarbage(plan.index)))
    }
}

/// Turns bits of an RTU frame over so that its CRC cannot fit, or those of a TCP header that only Modbus has.
func garbled(_ frame: [UInt8], _ framing: Framing) -> [UInt8] {
    var frame = frame
    switch framing {
    case .rtu: for index in stride(from: frame.count / 2, to: frame.count, by: 3) { frame[index] ^= 0x5A }
    case .tcp: for index in frame.indices where index == 2 || index == 7 { frame[index] ^= 0x5A }
    }
    return frame
}

enum Framing { case tcp, rtu }
