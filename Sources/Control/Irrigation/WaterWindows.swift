import ProcessImage
import Quantities

/// Whether a run may water now.
enum WaterPermission: BitwiseCopyable {
    case yes
    /// It rests, and goes on when it may again.
    case hold(Cause)
    /// It ends here with what is missing.
    case end(Cause)
}

struct WindowIndex: DenseIndex {
    let rawValue: UInt16
}

struct WindowState: BitwiseCopyable {
    var isOn = false
    /// When its condition held last.
    var heldLast = Instant.never
}

/// Times without water: a tariff, wind, frost, a person's pause or rain delay.
extension IrrigationControl {
    /// Asked each scan of every run that obeys windows. What a person ordered by hand does not.
    func mayWater(_ zone: ZoneIndex, _ cause: Cause, _ image: borrowing InputImage) -> WaterPermission {
        if case .dosing = cause, standing.site.stands || standing.isPaused(zone) { return .hold(.matter(.paused, 0)) }
        guard case .program(let program) = cause, program.offset < programs.count else { return .yes }
        if let against = standing.standsAgainst(program) { return .end(against.cause) }
        if standing.isPaused(zone) { return .end(.matter(.paused, 0)) }
        let on = windowsOn & book.rules[program].windows
        guard on != 0 else { return .yes }
        let number = on.trailingZeroBitCount
        let cause = Cause.matter(.window, UInt16(number))
        return windowPlans[number].endsRuns ? .end(cause) : .hold(cause)
    }

    mutating func watchWindows(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<windows.count {
            let isOn = isOn(windowPlans[number], number, image)
            guard isOn != windows[number].isOn else { continue }
            windows[number].isOn = isOn
            if isOn { windowsOn |= 1 << number } else { windowsOn &= ~(1 << number) }
            records.event(Event(isOn ? .windowBegan : .windowEnded, .site, because: .matter(.window, UInt16(number))))
        }
    }

    /// While the clock is not trusted, a window by the clock stays as it was: no program starts then anyway.
    private mutating func isOn(_ window: WaterWindow, _ number: Int, _ image: borrowing InputImage) -> Bool {
        switch window.kind {
        case .hours(let from, let until, let days):
            guard image.wall.isTrusted else { return windows[number].isOn }
            let (date, time) = book.local(image.wall.unixSeconds)
            if from < until { return time >= from && time < until && days.includes(date) }
            return time >= from ? days.includes(date) : time < until && days.includes(date.adding(days: -1))
        case .condition(let condition, let calm):
            let holds = switch measure(condition.measured, image) {
            case .known(let value): condition.holds(value)
            case .unknown: window.ifUnknown == .skip
            }
            if holds { windows[number].heldLast = image.now }
            return holds || (windows[number].isOn && image.now - windows[number].heldLast < calm)
        }
    }
}
