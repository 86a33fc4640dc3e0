import Language
public import ProcessImage
import Quantities

/// Numbers of this site file into tags that outlive it, and back.
extension SiteTables {
    public func subjectTag(_ subject: Subject) -> SubjectTag {
        switch subject {
        case .site: SubjectTag(kind: "site", tag: site.tag)
        case .zone(let zone): SubjectTag(kind: "zone", tag: tag(zone.offset, zones))
        case .source(let source): SubjectTag(kind: "source", tag: tag(source.offset, sources))
        case .output(let output): SubjectTag(kind: "output", tag: tag(output.offset, outputs.map(\.label)))
        case .point(let point): SubjectTag(kind: "point", tag: tag(point.offset, points.map(\.label)))
        case .program(let program): SubjectTag(kind: "program", tag: tag(program.offset, programs))
        case .device(let device): SubjectTag(kind: "device", tag: tag(device.offset, devices))
        case .gate(let gate): SubjectTag(kind: "gate", tag: tag(gate.offset, gates))
        case .dosingUnit(let unit): SubjectTag(kind: "dosing", tag: tag(unit.offset, dosingUnits))
        case .channel(let channel): SubjectTag(kind: "channel", tag: tag(channel.offset, channels))
        case .tank(let tank): SubjectTag(kind: "tank", tag: tag(tank.offset, tanks))
        case .cage(let cage): SubjectTag(kind: "cage", tag: tag(cage.offset, cages))
        case .line(let line): SubjectTag(kind: "line", tag: tag(line.offset, feedLines))
        case .silo(let silo): SubjectTag(kind: "silo", tag: tag(silo.offset, silos))
        }
    }

    /// `nil` when the site has no such thing any more.
    public func subject(_ named: SubjectTag) -> Subject? {
        switch named.kind {
        case "site": .site
        case "zone": index(named.tag, zones).map { .zone(ZoneIndex($0)) }
        case "source": index(named.tag, sources).map { .source(SourceIndex($0)) }
        case "output": index(named.tag, outputs.map(\.label)).map { .output(OutputIndex($0)) }
        case "point": index(named.tag, points.map(\.label)).map { .point(PointIndex($0)) }
        case "program": index(named.tag, programs).map { .program(ProgramIndex($0)) }
        case "device": index(named.tag, devices).map { .device(DeviceIndex($0)) }
        case "gate": index(named.tag, gates).map { .gate(GateIndex($0)) }
        case "dosing": index(named.tag, dosingUnits).map { .dosingUnit(DosingUnitIndex($0)) }
        case "channel": index(named.tag, channels).map { .channel(ChannelIndex($0)) }
        case "tank": index(named.tag, tanks).map { .tank(TankIndex($0)) }
        case "cage": index(named.tag, cages).map { .cage(CageIndex($0)) }
        case "line": index(named.tag, feedLines).map { .line(FeedLineIndex($0)) }
        case "silo": index(named.tag, silos).map { .silo(SiloIndex($0)) }
        default: nil
        }
    }

    func causeText(_ cause: Cause) -> CauseText {
        CauseText(code: code(of: cause), text: text(of: cause))
    }

    private func code(of cause: Cause) -> String {
        switch cause {
        case .idle: return "idle"
        case .program(let program): return "program:\(tag(program.offset, programs))"
        case .manual(let command): return "manual:\(command)"
        case .needed(let zone): return "needed:\(tag(zone.offset, zones))"
        case .stopping: return "stopping"
        case .trip(let trip):
            let subject = subjectTag(trip.subject)
            return "trip:\(trip.kind):\(subject.kind):\(subject.tag)"
        case .interlock(let interlock): return "interlock:\(interlock)"
        case .matter(let matter, _): return "matter:\(matter)"
        case .gate(let reason): return "gate:\(reason)"
        case .dosing(let reason): return "dosing:\(reason)"
        case .feed(let reason): return "feed:\(reason)"
        case .schedule(let reason): return "schedule:\(reason)"
        }
    }

    private func tag(_ offset: Int, _ labels: [Label]) -> String {
        labels.indices.contains(offset) ? labels[offset].tag : "#\(offset)"
    }

    private func index(_ tag: String, _ labels: [Label]) -> Int? {
        labels.firstIndex { $0.tag == tag }
    }
}

extension WallTime {
    /// Milliseconds since 1970, rounded towards the past.
    var unixMilliseconds: Int64 {
        let (quotient, remainder) = unixNanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    init(unixMilliseconds: Int64, trust: Int) {
        self.init(unixNanoseconds: unixMilliseconds &* 1_000_000, trust: ClockTrust(rawValue: UInt8(clamping: trust)) ?? .unset)
    }
}

extension Duration {
    /// Whole milliseconds, rounded towards zero.
    var wholeMilliseconds: Int64 { nanoseconds / 1_000_000 }
}
