import Bytes
public import Quantities

/// Values of one element over a time, as a center asked for them.
public struct HistoryQuestion: Hashable, Sendable {
    /// Index of the point in the plan.
    public let point: Int
    /// The moment of the first value.
    public let fromUnixSeconds: Int64
    public let step: TimeStep
    /// 1 … `Limits.historyAtMost`.
    public let count: Int

    let element: ElementHeader
}

extension Station {
    /// Answers what only asks. Everything else meets silence and a note.
    mutating func answer(_ frame: Frame, _ wall: WallTime, _ input: StationInput) -> [StationAction] {
        switch frame.function.kind {
        case .query: break
        case .setting, .control, .report: return [.note(.refused(frame.function, .changesSomething))]
        case .unknown: return [.note(.refused(frame.function, .notHere))]
        }
        guard wall.isTrusted else { return [.note(.clockUnset)] }
        do throws(Flaw) {
            let question = try Message(frame)
            if frame.function == .queryPeriod { return lookUp(question) }
            guard let parts = parts(of: frame.function, question, wall, input) else {
                return [.note(.refused(frame.function, .notHere))]
            }
            return send(frame.function, parts, wall)
        } catch {
            return [.note(.refused(frame.function, .unreadable(error)))]
        }
    }

    private func parts(of function: Function, _ question: Message, _ wall: WallTime, _ input: StationInput) -> [Part]? {
        let lead = composer.lead(stamp(wall.unixSeconds))
        let station = Part.station(plan.identity.station)
        switch function {
        case .queryNow: return lead + everything(input)
        case .queryElements: return lead + question.parts.compactMap { wanted($0, input) }
        case .queryPump:
            let mains = plan.points.indices.filter { (0x70...0x75).contains(plan.points[$0].element.rawValue) }
            return mains.isEmpty ? nil : lead + mains.compactMap { composer.element($0, input) }
        case .queryVersion: return [station, .bytes(version())]
        case .queryState: return [station, Composer.state(input.state)]
        case .queryClock: return [station]
        case .readBasics, .readRunning: return [station] + question.parts.compactMap { setting($0, function) }
        default: return nil
        }
    }

    /// An element that this station does not have is answered as missing.
    private func wanted(_ part: Part, _ input: StationInput) -> Part? {
        guard case .wanted(let header) = part else { return nil }
        if let index = plan.points.firstIndex(where: { $0.element == header.id }) { return composer.element(index, input) }
        return composer.element(header.id, nil)
    }

    private func version() -> [UInt8] {
        let text = Array(plan.identity.version.utf8)
        return plan.line.form == .hex ? [UInt8(text.count)] + text : hexText([UInt8(text.count)]) + text
    }

    /// Settings that are the station's to tell, in the HEX/BCD form. The password is none of them.
    private func setting(_ part: Part, _ function: Function) -> Part? {
        guard case .wanted(let header) = part else { return nil }
        let data: [UInt8]? = switch (function, header.id.rawValue) {
        case (.readBasics, 0x01): [plan.identity.center, 0, 0, 0]
        case (.readBasics, 0x02): plan.identity.station.bytes
        case (.readBasics, 0x0C): [plan.line.answerWithin == nil ? 1 : 2]
        case (.readRunning, 0x20): packed(Int64(plan.timedHours ?? 0), size: 1)
        default: nil
        }
        guard let data else { return nil }
        return .element(Element(ElementHeader(header.id, size: data.count, decimals: 0), .bytes(data)))
    }

    private func lookUp(_ question: Message) -> [StationAction] {
        guard case .span(let from, let through)? = question.parts.first,
              case .step(let step)? = question.parts.dropFirst().first,
              case .wanted(let header)? = question.parts.dropFirst(2).first,
              let point = plan.points.firstIndex(where: { $0.element == header.id }),
              let row = ElementHeader(header.id) else {
            return [.note(.refused(.queryPeriod, .notHere))]
        }
        let element = ElementHeader(header.id, size: row.size, decimals: plan.points[point].decimals ?? row.decimals)
        let first = plan.clock.unixSeconds(date: from.date, time: from.time)
        let last = plan.clock.unixSeconds(date: through.date, time: through.time)
        let every = Int64(step.duration.seconds)
        guard every > 0, last >= first, (last - first) / every < Int64(Limits.historyAtMost) else {
            return [.note(.refused(.queryPeriod, .tooMuch))]
        }
        let count = Int((last - first) / every) + 1
        return [.lookUp(HistoryQuestion(point: point, fromUnixSeconds: first, step: step, count: count, element: element))]
    }

    /// Sends what was found, in the base unit of the element's dimension; `nil` where there was no good reading. Values too many
    /// are left out, values too few are missing.
    public mutating func answer(_ question: HistoryQuestion, values: [Double?], wall: WallTime) -> [StationAction] {
        guard wall.isTrusted else { return [.note(.clockUnset)] }
        let padded = (values + [Double?](repeating: nil, count: max(question.count - values.count, 0))).prefix(question.count)
        let row = padded.map { composer.element(question.element.id, $0, decimals: question.element.decimals) }.map { part -> Value in
            guard case .element(let element)? = part else { return .missing }
            return element.value
        }
        let size = row.contains { if case .number(let number) = $0 { number.digits < 0 } else { false } } ? 1 : 0
        let header = ElementHeader(question.element.id, size: question.element.size + size, decimals: question.element.decimals)
        let parts = composer.lead(stamp(question.fromUnixSeconds)) + [.step(question.step), .series(header, row)]
        return send(.queryPeriod, parts, wall)
    }

    /// In one frame, or in packets where it is too long for one (M3).
    private mutating func send(_ function: Function, _ parts: [Part], _ wall: WallTime) -> [StationAction] {
        let form = plan.line.form
        let text = Message(serial: memory.nextSerial(), sent: stamp(wall.unixSeconds), parts: parts).body(in: form)
        let room = plan.line.frameAtMost - form.headLength - 2 - 2 * form.width
        if text.count <= room { return [frame(function, text)].compactMap { $0.map { .send($0.bytes) } } }
        guard let pieces = PacketJoiner.cut(text, every: room - 3 * form.width) else {
            return [.note(.refused(function, .tooMuch))]
        }
        packets = pieces.compactMap { frame(function, $0.body, packet: $0.packet, end: $0.end) }
        packetRepeats = 2 * packets.count
        return packets.map { .send($0.bytes) }
    }

    /// A packet that the center misses, by its number; twice for each at most.
    mutating func sendAgain(_ frame: Frame) -> [StationAction] {
        guard let number = frame.packet?.number, packets.indices.contains(number - 1), packetRepeats > 0,
              case let packet = packets[number - 1], packet.function == frame.function,
              let again = self.frame(packet.function, packet.body, packet: packet.packet) else {
            return [.note(.refused(frame.function, .notHere))]
        }
        packetRepeats -= 1
        return [.send(again.bytes)]
    }
}
