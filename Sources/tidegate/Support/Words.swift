import Language
import ProcessImage
import Quantities

/// Words and colours for the fixed names of the wire: the core's own words. A name of a newer controller is shown as it is.
enum Words {
    static func phase(_ name: String) -> Phrase { word(name, ZonePhase.self, \.text) }
    static func clock(_ name: String) -> Phrase { word(name, ClockTrust.self, \.text) }
    static func quality(_ name: String) -> Phrase { word(name, Quality.self, \.text) }
    static func alarmState(_ name: String) -> Phrase { word(name, AlarmState.self, \.text) }
    static func outputKind(_ name: String) -> Phrase { word(name, OutputKind.self, \.text) }

    /// A run that goes on has no outcome yet.
    static func outcome(_ name: String?) -> Phrase {
        name.map { word($0, RunOutcome.self, \.text) } ?? Phrase(zh: "进行中", en: "goes on")
    }

    /// A valve is open or closed, anything else on or off.
    static func level(_ isOn: Bool, of kind: String) -> Phrase {
        let kind = OutputKind.allCases.first { "\($0)" == kind } ?? .other
        return kind.text(of: isOn ? .on : .off)
    }

    static func setpointKind(_ name: String) -> Phrase {
        switch name {
        case "speed": Phrase(zh: "转速", en: "speed")
        case "rate": Phrase(zh: "流量", en: "rate")
        case "opening": Phrase(zh: "开度", en: "opening")
        default: Phrase(verbatim: name)
        }
    }

    static func leaseHolder(_ name: String) -> Phrase {
        switch name {
        case "guard": Phrase(zh: "守护", en: "guard")
        case "bridge": Phrase(zh: "安全桥", en: "bridge")
        case "device": Phrase(zh: "设备", en: "device")
        case "nobody": Phrase(zh: "无", en: "nobody")
        default: Phrase(verbatim: name)
        }
    }

    private static func word<Case: CaseIterable>(_ name: String, _ type: Case.Type, _ text: (Case) -> Phrase) -> Phrase {
        Case.allCases.first { "\($0)" == name }.map(text) ?? Phrase(verbatim: name)
    }
}

extension Colour {
    static func of(phase: String) -> Colour? {
        switch phase {
        case "watering", "starting", "stopping": .water
        case "queued", "resting": .warning
        case "tripped": .bad
        default: nil
        }
    }

    static func of(quality: String) -> Colour {
        switch quality {
        case "good": .good
        case "uncertain": .warning
        default: .bad
        }
    }

    static func of(severity: String) -> Colour? {
        switch severity {
        case "critical": .bad
        case "warning": .warning
        default: nil
        }
    }

    static func of(outcome: String?) -> Colour {
        switch outcome {
        case nil: .water
        case "completed": .good
        case "tripped", "interrupted", "notStarted": .bad
        default: .warning
        }
    }
}
