import Sparkplug
import Testing

/// A host that believes nothing: it hears all that a broker got from one node in one connection and says what is wrong.
struct Witness {
    struct Known {
        var type: UInt32
        var value: WireValue?
        var quality: MetricQuality?
        var at: UInt64
        var name: String
    }

    let will: Publication
    private(set) var born: [String: [UInt64: Known]] = [:]
    private(set) var wrongs: [String] = []
    private(set) var births: [UInt64] = []
    private(set) var messages = 0
    private(set) var historical = 0
    private var sequence: UInt64?
    private var isSaidDead = false

    init(will: Publication) { self.will = will }

    /// By device, "" is the node.
    func value(of device: String, _ name: String) -> Known? { born[device]?.values.first { $0.name == name } }

    /// - Parameter now: milliseconds of a clock that never steps.
    mutating func hear(_ publication: Publication, now: UInt64) {
        messages += 1
        let levels = publication.topic.split(separator: "/").map(String.init)
        guard levels.count >= 4, levels[0] == "spBv1.0", levels[1] == "farm", levels[3] == "gate-7" else {
            return wrongs.append("topic \(publication.topic)")
        }
        guard let payload = try? Payload(decoding: publication.payload, within: PayloadLimits(bytes: 1 << 20, metrics: 10_000)) else {
            return wrongs.append("payload of \(publication.topic)")
        }
        let device = levels.count > 4 ? levels[4] : ""
        check(isSaidDead == false, "nothing follows a death")
        check(publication.qualityOfService == (levels[2] == "NDEATH" ? 1 : 0), "quality of service of \(levels[2])")
        if levels[2] != "NDEATH" { count(payload, levels[2]) }
        hear(levels[2], device, payload, now)
    }

    private mutating func hear(_ kind: String, _ device: String, _ payload: Payload, _ now: UInt64) {
        switch kind {
        case "NBIRTH":
            check(device.isEmpty, "NBIRTH has no device")
            births.append(now)
            born = [:]
            bear(device, payload)
            checkNodeBirth(payload)
        case "DBIRTH":
            check(born[""] != nil, "the node is born before its devices")
            bear(device, payload)
        case "NDATA", "DDATA": learn(device, payload)
        case "DDEATH":
            check(born[device] != nil, "only what was born dies")
            born[device] = nil
        case "NDEATH":
            isSaidDead = true
            check(born[""] != nil, "a birth is the first of all")
            check((try? Payload(decoding: will.payload, within: .command)) == payload, "own death as the will")
        default: wrongs.append("kind \(kind)")
        }
    }

    private mutating func count(_ payload: Payload, _ kind: String) {
        check(payload.timestamp != nil, "\(kind) has a time")
        if kind == "NBIRTH" { check(payload.sequence == 0, "NBIRTH counts from 0") }
        else { check(payload.sequence == sequence.map { ($0 + 1) % 256 }, "\(kind) follows \(sequence ?? 999) with \(payload.sequence ?? 999)") }
        sequence = payload.sequence
        let current = payload.metrics.filter { !$0.isHistorical }.map { $0.timestamp ?? 0 }
        check(current == current.sorted(), "\(kind) is in order of time")
    }

    private mutating func bear(_ device: String, _ payload: Payload) {
        var known: [UInt64: Known] = [:]
        for metric in payload.metrics where metric.name != "Node Control/Rebirth" {
            guard let alias = metric.alias, let type = metric.datatype, let name = metric.name, let at = metric.timestamp else {
                wrongs.append("a birth states name, alias, type and time of \(metric)")
                continue
            }
            check(known[alias] == nil && born.values.allSatisfy { $0[alias] == nil } || born[device] != nil, "alias \(alias) is unique")
            known[alias] = Known(type: type, value: metric.value, quality: metric.properties.quality, at: at, name: name)
        }
        born[device] = known
    }

    private mutating func checkNodeBirth(_ payload: Payload) {
        let rebirth = payload.metrics.first { $0.name == "Node Control/Rebirth" }
        check(rebirth?.value == .boolean(false) && rebirth?.alias == nil && rebirth?.datatype == 11, "Rebirth is false, without alias")
        let number = payload.metrics.first { $0.name == "bdSeq" }
        let willed = (try? Payload(decoding: will.payload, within: .command))?.metrics.first
        check(number?.value != nil && number?.value == willed?.value && number?.datatype == 4, "birth and will bear one number")
    }

    private mutating func learn(_ device: String, _ payload: Payload) {
        check(born[""] != nil && born[device] != nil, "data of \(device) without its birth")
        check(!payload.metrics.isEmpty, "data that tell nothing")
        for metric in payload.metrics {
            guard let alias = metric.alias, metric.name == nil, metric.datatype == nil, let at = metric.timestamp,
                  var known = born[device]?[alias] else {
                wrongs.append("data say what no birth stated: \(metric)")
                continue
            }
            let type = MetricType(rawValue: known.type)
            check(metric.value == nil || type.flatMap { MetricValue(metric.value ?? .unread, as: $0) } != nil, "\(known.name) kept its type")
            check(metric.isHistorical == isPast(metric.value), "what is past is told as past")
            guard !metric.isHistorical else { historical += 1; continue }
            check(at >= known.at, "\(known.name) went back in time")
            known.value = metric.value
            known.quality = metric.properties.quality ?? known.quality
            known.at = at
            born[device]?[alias] = known
        }
    }

    /// The world tells numbers below zero as history only.
    private func isPast(_ value: WireValue?) -> Bool {
        if case .double(let number)? = value { return number < 0 }
        return false
    }

    private mutating func check(_ holds: Bool, _ what: String) { if !holds { wrongs.append(what) } }
}
