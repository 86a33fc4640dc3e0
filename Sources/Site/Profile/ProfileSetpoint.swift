import Field
import Language
import Quantities

extension Profile {
    /// A value of the device that may be written over and over: never a parameter that wears out memory.
    struct Setpoint {
        let address: UInt16
        let type: RegisterType
        let scale: Double
        let offset: Double
        let unit: Unit
        /// What the device takes, in its unit; `nil`: whatever the register holds.
        let range: ClosedRange<Double>?
        let isReadable: Bool
        let decimals: Int

        init?(_ entry: Entry) {
            guard let register = Register(entry, table: .holding, beside: ["read"]), register.table == .holding, !register.isDigital,
                  !register.isText, let unit = register.unit, let scale = register.scale, scale != 0 else {
                if entry.report.isClean { entry.refuseAsSetpoint() }
                return nil
            }
            address = register.address
            type = register.type
            self.scale = scale
            offset = register.offset
            self.unit = unit
            range = register.range
            decimals = register.decimals(scale: scale)
            isReadable = entry.isReadable
        }
    }
}

extension Entry {
    fileprivate func refuseAsSetpoint() {
        refuse(Phrase(zh: "给定量须是写明单位与比例的保持寄存器。", en: "a set-point is a holding register with a unit and a scale."),
               Phrase(zh: "写成 { register: 8193, as: u16, scale: 0.01, unit: Hz }。", en: "Write { register: 8193, as: u16, scale: 0.01, unit: Hz }."))
    }

    /// `read: no`: it can only be written.
    fileprivate var isReadable: Bool {
        guard case .map(let pairs) = value, let read = pairs.first(where: { $0.key == "read" }) else { return true }
        return read.entry.yesNo() ?? true
    }
}
