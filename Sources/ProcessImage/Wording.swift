public import Language

/// Names and sentences for what the core only knows by index.
extension SiteTables {
    public func name(of subject: Subject) -> Phrase {
        switch subject {
        case .site: site.name
        case .zone(let zone): zones[zone.offset].name
        case .source(let source): sources[source.offset].name
        case .output(let output): outputs[output.offset].label.name
        case .point(let point): points[point.offset].label.name
        case .program(let program): programs[program.offset].name
        case .device(let device): devices[device.offset].name
        }
    }

    /// A cause as people say it, such as "program morning-drip" or "no flow in east-1".
    public func text(of cause: Cause) -> Phrase {
        Phrase(verbatim: "\(cause)")
    }

    /// The catalogue's sentence with its names and numbers, units included.
    public func text(of event: Event) -> Phrase {
        event.kind.text.filled(["subject": name(of: event.subject), "cause": text(of: event.cause)])
    }
}
