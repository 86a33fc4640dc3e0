@testable import Field
import ProcessImage
import Quantities
import Testing

private func at(_ milliseconds: Int) -> Instant { .start + .milliseconds(milliseconds) }

@Suite struct `Modbus outputs` {
    private static func valve(_ table: RegisterTable = .coil, on: UInt16 = 1, off: UInt16 = 0) -> DrivenRegister {
        DrivenRegister(.output(RegisterOutput(output: OutputIndex(0), table: table, address: 3, on: on, off: off, safe: .off)))
    }

    @Test func `the safe value goes first, then the order, and each is read back`() {
        var valve = Self.valve()
        #expect(valve.task(ordered: 1, at: at(0)) == .write(0))
        valve.wrote(0, at: at(1))
        #expect(valve.task(ordered: 1, at: at(1)) == .write(1))
        valve.wrote(1, at: at(2))
        #expect(valve.task(ordered: 1, at: at(2)) == .readBack)
        valve.readBack(1, at: at(3))
        #expect(valve.agrees == true)
        #expect(valve.task(ordered: 1, at: at(4)) == nil)
    }

    @Test func `away from safe it is renewed, at rest it is only looked at`() {
        var valve = Self.valve()
        valve.wrote(0, at: at(0))
        valve.readBack(0, at: at(0))
        #expect(valve.task(ordered: 0, at: at(4999)) == nil)
        #expect(valve.nextTask(ordered: 0) == at(5000))
        #expect(valve.task(ordered: 0, at: at(5000)) == .readBack)
        valve.wrote(1, at: at(5000))
        valve.readBack(1, at: at(5000))
        #expect(valve.task(ordered: 1, at: at(5999)) == nil)
        #expect(valve.nextTask(ordered: 1) == at(6000))
        #expect(valve.task(ordered: 1, at: at(6000)) == .write(1))
    }

    @Test func `a relay that is not what it was told is told again, no faster than it is renewed`() {
        var valve = Self.valve()
        valve.wrote(0, at: at(0))
        valve.readBack(1, at: at(1))
        #expect(valve.agrees == false)
        #expect(valve.task(ordered: 0, at: at(2)) == nil)
        #expect(valve.task(ordered: 0, at: at(1000)) == .write(0))
    }

    @Test func `a refused write is tried again, paced`() {
        var valve = Self.valve()
        valve.writeRefused(at: at(0))
        #expect(valve.task(ordered: 1, at: at(999)) == nil)
        #expect(valve.task(ordered: 1, at: at(1000)) == .write(0))
    }

    @Test func `a register output knows its two words and nothing else`() {
        let drive = Self.valve(.holding, on: 0x12, off: 1).plan
        #expect(drive.request(.write(0x12)) == .writeRegister(address: 3, value: 0x12))
        #expect([0x12, 1, 7].map { drive.level(of: $0) } == [.on, .off, nil])
        #expect(drive.value(of: 7) == nil)
    }

    @Test func `a coil wired the other way round`() {
        let drive = Self.valve(.coil, on: 0, off: 1).plan
        #expect(drive.safe == 1 && drive.request(.write(drive.safe)) == .writeCoil(address: 3, isOn: true))
        #expect(drive.level(of: 1) == .off)
    }
}

@Suite struct `Modbus set-points` {
    private static func plan(_ kind: RegisterType.Kind = .unsigned(bits: 16), _ order: RegisterType.Order = .abcd, scale: Double = 0.01,
                             isReadable: Bool = true) -> RegisterSetpoint {
        RegisterSetpoint(setpoint: SetpointIndex(0), address: 3, type: RegisterType(kind, order: order), scale: scale, safe: 0,
                         isReadable: isReadable)
    }

    private static func speed(isReadable: Bool = true) -> DrivenRegister { DrivenRegister(.setpoint(plan(isReadable: isReadable))) }

    @Test func `a value is scaled into the registers of every type and read back as it was written`() {
        let kinds: [RegisterType.Kind] = [.unsigned(bits: 16), .signed(bits: 16), .unsigned(bits: 32), .signed(bits: 32), .float(bits: 32)]
        for kind in kinds {
            for order in RegisterType.Order.allCases {
                let plan = Self.plan(kind, order), drive = Drive.setpoint(plan)
                #expect(abs((drive.value(of: plan.word(of: 37.25)) ?? 0) - 37.25) < 1e-9)
            }
        }
        let drive = Drive.setpoint(Self.plan())
        #expect(drive.request(.write(Self.plan().word(of: 37.25))) == .writeRegister(address: 3, value: 3725))
        let wide = Self.plan(.float(bits: 32), .cdab, scale: 1)
        #expect(Drive.setpoint(wide).request(.write(wide.word(of: 50))) == .writeRegisters(address: 3, values: [0x0000, 0x4248]))
    }

    @Test func `a value that the register cannot hold is the safe one`() {
        for value in [700.0, -1, .nan, .infinity, -.infinity, 1e300] { #expect(Self.plan().word(of: value) == 0) }
        #expect(Self.plan(.signed(bits: 16)).word(of: -1) == 0xFF9C)
    }

    @Test func `on its way it is written four times a second at most, and safe at once`() {
        var speed = Self.speed()
        speed.wrote(0, at: at(0))
        speed.readBack(0, at: at(0))
        #expect(speed.task(ordered: 10, at: at(249)) == nil)
        #expect(speed.nextTask(ordered: 10) == at(250))
        #expect(speed.task(ordered: 20, at: at(250)) == .write(20))
        speed.wrote(20, at: at(250))
        #expect(speed.task(ordered: 0, at: at(251)) == .write(0))
    }

    @Test func `a ramp of ten seconds leaves the line to others: at most 41 writes and 11 looks`() {
        var speed = Self.speed(), writes = 0, looks = 0
        speed.wrote(0, at: at(0))
        for turn in 1...1000 {
            let now = at(10 * turn)
            switch speed.task(ordered: UInt64(turn), at: now) {
            case .write(let word):
                speed.wrote(word, at: now)
                writes += 1
            case .readBack:
                speed.readBack(UInt64(turn), at: now)
                looks += 1
            case nil: break
            }
        }
        #expect((39...41).contains(writes) && (9...11).contains(looks))
    }

    @Test func `at its value it is renewed each second, and what is not held is seen`() {
        var speed = Self.speed()
        speed.wrote(0, at: at(0))
        speed.wrote(500, at: at(300))
        #expect(speed.task(ordered: 500, at: at(1300)) == .readBack)
        speed.readBack(500, at: at(1300))
        #expect(speed.agrees == true)
        #expect(speed.task(ordered: 500, at: at(1300)) == .write(500))
        speed.wrote(500, at: at(1300))
        speed.readBack(499, at: at(2300))
        #expect(speed.agrees == false)
    }

    @Test func `a drive that cannot be read back is never looked at, and is neither held nor lost`() {
        var speed = Self.speed(isReadable: false)
        #expect(speed.task(ordered: 500, at: at(0)) == .write(0))
        speed.wrote(0, at: at(0))
        #expect(speed.task(ordered: 0, at: at(100_000)) == nil && speed.nextTask(ordered: 0) == .notDue)
        speed.wrote(500, at: at(100_000))
        #expect(speed.agrees == nil)
        #expect(speed.task(ordered: 500, at: at(100_999)) == nil && speed.nextTask(ordered: 500) == at(101_000))
        #expect(speed.task(ordered: 500, at: at(101_000)) == .write(500))
    }

    @Test func `a device that came back gets the safe value first`() {
        var speed = Self.speed()
        speed.wrote(0, at: at(0))
        speed.wrote(500, at: at(300))
        speed.forget()
        #expect(speed.task(ordered: 500, at: at(400)) == .write(0))
    }
}
