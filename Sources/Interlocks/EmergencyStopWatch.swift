import ProcessImage
import Quantities

struct EmergencyStopWatch: BitwiseCopyable {
    /// The first scan of this life.
    var begun = Instant.start
    /// Whether the line has been read once in this life.
    var wasKnown = false
    /// The line is not known to be released.
    var holdsAll = false
}

extension Interlocks {
    /// A line that has not been read yet may take this long after the start; until then everything is held, but no trip
    /// latches: nothing was let on, so there is nothing a person has to look after.
    private static var firstReadWithin: Duration { .seconds(10) }

    /// Pressed, unreadable or stale: the trip latches in this scan.
    mutating func watchEmergencyStop(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard let emergencyStop else { return }
        switch image.isOn(emergencyStop.pressed, noOlderThan: emergencyStop.noOlderThan) {
        case .known(let pressed):
            stop.wasKnown = true
            stop.holdsAll = pressed
            if pressed { latch(.emergencyStop, .site, &records) }
        case .unknown:
            stop.holdsAll = true
            let isStarting = !stop.wasKnown && image.now - stop.begun < Self.firstReadWithin
            if !isStarting { latch(.emergencyStop, .site, &records) }
        }
    }
}
