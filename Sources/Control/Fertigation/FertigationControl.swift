public import ProcessImage
import Quantities

/// Stock into the water of the irrigation's runs: image and runs in, demands of the dosing channels out.
///
/// It reads what the irrigation does and never tells it anything, but for one thing: clear water for lines that hold fertiliser is
/// asked for as any run is. The steps of a scan, each in a file of its own: what people want (`DosingOrders`), what each channel really
/// gave (`DoseCredit`), what flows where (`DosingView`), whether stock may go in (`DoseSequence`), how much (`DosingLoops`, `DoseAmounts`),
/// what is on disk of it (`DoseLedger`), what the pipes are owed (`FlushDebts`). All memory is taken at `init`.
public struct FertigationControl: ~Copyable {
    let book: DosingBook
    var states: Dense<DosingUnitIndex, UnitState>
    var channels: Dense<ChannelIndex, ChannelState>
    var tanks: Dense<TankIndex, TankBook>
    var zones: Dense<ZoneIndex, ZoneDosing>
    var doses: Dense<DoseSlot, Dose>

    /// The process died in these: they are closed in the first scan.
    private var openDoses: [DoseSoFar]
    private var doseHours: [DoseHour]
    private var hasBegun = false
    var begun = Instant.start
    var lastScan = Instant.start

    public init(plan: ControlPlan, restored: Restored) {
        let dosing = plan.fertigation
        book = DosingBook(dosing)
        states = Dense(dosing.units.enumerated().map { number, unit in
            var state = UnitState(unit)
            for (of, loop, model) in restored.loopModels where of.offset == number { state.set(model, of: loop) }
            state.isDisabled = restored.isDosingOff(.dosingUnit(DosingUnitIndex(number)))
            return state
        })
        var turns: [Double] = []
        for number in dosing.channels.indices { turns.append(book.turn(of: ChannelIndex(number))) }
        channels = Dense(dosing.channels.enumerated().map { number, channel in
            let calibrated = restored.calibrations.last { $0.channel.offset == number }?.calibration.rate
            var state = ChannelState(channel, calibrated.flatMap { channel.takes($0) ? $0 : nil } ?? channel.rate,
                                     turn: turns[number])
            state.isDisabled = restored.isDosingOff(.channel(ChannelIndex(number)))
            return state
        })
        tanks = Dense(dosing.tanks.indices.map { number in
            let state = restored.tanks.last { $0.tank.offset == number }?.state
            return TankBook(left: state?.left, batch: state?.batch ?? 0)
        })
        zones = Dense(plan.zones.indices.map { number in
            var zone = ZoneDosing()
            zone.debt = restored.flushDebts.last { $0.zone.offset == number }
            zone.owed = zone.debt?.volume ?? .zero
            return zone
        })
        doses = Dense(repeating: Dose(), count: plan.zones.count * Limits.channelsPerUnitMax)
        openDoses = restored.openDoses
        doseHours = restored.doseHours
    }

    /// One scan, after the irrigation's.
    public mutating func step(_ irrigation: inout IrrigationControl, _ image: borrowing InputImage, _ demands: inout Demands,
                              _ records: inout RecordBuffer) {
        guard states.count > 0 else { return }
        beginIfFirst(image, &records)
        let elapsed = image.now - lastScan
        for number in 0..<channels.count { hear(ChannelIndex(number), image, over: elapsed) }
        obey(&irrigation, image, &records)
        for number in 0..<states.count {
            let unit = DosingUnitIndex(number)
            credit(unit, irrigation, &records)
            look(unit, irrigation, image)
            decide(unit, irrigation, image, over: elapsed, &records)
            give(unit, over: elapsed, &demands)
            closeDoses(unit, irrigation, image, &records)
        }
        for number in 0..<tanks.count { watch(TankIndex(number), image, &records) }
        payDebts(&irrigation, image, &records)
        lastScan = image.now
    }

    /// An orderly end of the program, after the irrigation's: what was given is told, what is owed stands.
    public mutating func interrupt(_ irrigation: borrowing IrrigationControl, _ image: borrowing InputImage,
                                   _ records: inout RecordBuffer) {
        for number in 0..<channels.count { hear(ChannelIndex(number), image, over: image.now - lastScan) }
        for number in 0..<states.count { credit(DosingUnitIndex(number), irrigation, &records) }
        for number in 0..<zones.count where zones[number].isPlanned {
            close(ZoneIndex(number), unit(of: ZoneIndex(number), irrigation), .interrupted, .idle, image, &records)
        }
        lastScan = image.now
    }

    private mutating func beginIfFirst(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard !hasBegun else { return }
        hasBegun = true
        begun = image.now
        lastScan = image.now
        for number in 0..<channels.count {
            channels[number].rolling.turn(to: image.now)
            restore(ChannelIndex(number), doseHours, image)
        }
        for dose in openDoses { closeOpen(dose, image, &records) }
        openDoses = []
        doseHours = []
    }

    func unit(of zone: ZoneIndex, _ irrigation: borrowing IrrigationControl) -> DosingUnitIndex? {
        for number in 0..<book.units.count where book.units[number].source == irrigation.zonePlans[zone].source {
            return DosingUnitIndex(number)
        }
        return nil
    }
}

extension Restored {
    fileprivate func isDosingOff(_ subject: Subject) -> Bool { standing.contains { $0.kind == .dosingOff && $0.subject == subject } }
}

extension UnitState {
    mutating func set(_ model: LoopModel, of loop: DosingLoop) {
        guard model.gain.isFinite, model.gain != 0 else { return }
        if loop == .ec { ec.model = model } else { ph.model = model }
    }
}

extension ChannelPlan {
    /// Whether a rate is of the kind that its drive gives.
    func takes(_ rate: ChannelRate) -> Bool {
        switch (self.rate, rate) {
        case (.flow, .flow(let flow)): flow > .zero && flow.base.isFinite
        case (.stroke, .stroke(let stroke)): stroke > .zero && stroke.base.isFinite
        default: false
        }
    }
}
