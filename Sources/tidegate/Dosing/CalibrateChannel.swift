import Foundation
import Language
import LocalAPI
import Quantities

/// `tidegate calibrate channel A`: a measuring cylinder says what a channel really gives.
///
/// The channel is moved for a bounded time, or by some strokes, into the cylinder; the person types what came; the new rate,
/// how far it is from the one before, and an alarm where it drifted are the controller's to keep.
struct CylinderTest {
    let channel: String
    let time: TimeSpan?
    let strokes: Int?
    let controller: ControllerOptions

    /// Beyond it the drift is told as a fault to look for.
    private static let muchDrift = 10.0
    private static let usualTime: Duration = .seconds(30)
    private static let usualStrokes = 100

    func run(json: Bool) throws {
        let before = try find()
        let cylinder = Phrase(zh: "把 \(before.channel.name.zh) 的出肥管放进量筒，清水要在流。现用 \(DosingScreen.calibrated(before))。",
                              en: "Put the outlet of \(before.channel.name.en) into a measuring cylinder; clear water must flow. In use: \(DosingScreen.calibrated(before)).")
        remark(cylinder.said, json: json)
        try confirm(Phrase(zh: "准备好了吗？[y/N] ", en: "Ready? [y/N] "),
                    remedy: Phrase(zh: "要有人在终端前看量筒", en: "Somebody has to be at a terminal and read the cylinder"))
        try giveStep(order(before), controller, json: json)
        let moved = try waitForEnd(json: json)
        let volume = try ask(moved, before, json: json)
        try giveStep(CommandRequest(.acceptCylinder, subject: channel, liters: volume.liters), controller, json: json)
        try tell(before, json: json)
    }

    private func find() throws -> ChannelReply {
        let reply: DosingReply = try controller.client.get("dosing")
        let channels = reply.units.flatMap(\.channels)
        if let found = channels.first(where: { $0.channel.isNamed(channel) }) { return found }
        throw Refused.unknown(Phrase(zh: "肥路", en: "channel"), code: "unknown-channel", channel, among: channels.map(\.channel.tag))
    }

    private func order(_ channel: ChannelReply) -> CommandRequest {
        channel.millilitersPerStroke == nil
            ? CommandRequest(.calibrateChannel, forSeconds: (time?.duration ?? Self.usualTime).seconds, subject: self.channel)
            : CommandRequest(.calibrateChannel, subject: self.channel, strokes: strokes ?? Self.usualStrokes)
    }

    /// Tells once a second how far it is.
    private func waitForEnd(json: Bool) throws -> ChannelReply.Cylinder {
        let deadline = Date().addingTimeInterval(900)
        while Date() < deadline {
            pause(.seconds(1))
            guard let moved = try find().cylinder else { continue }
            if moved.isOver { return moved }
            remark("  " + (moved.strokes > 0 ? Phrase(zh: "\(moved.strokes) 次", en: "\(moved.strokes) strokes").said : Format.span(moved.onSeconds)), json: json)
        }
        throw Refused(.failed, code: "too-long", Phrase(zh: "动作没有完成", en: "it did not end"), remedy: Phrase(zh: "看原因：tidegate dose why", en: "See why: tidegate dose why"))
    }

    private func ask(_ moved: ChannelReply.Cylinder, _ channel: ChannelReply, json: Bool) throws -> Volume {
        let expected = channel.millilitersPerStroke.map { $0 * Double(moved.strokes) / 1000 }
            ?? (channel.litersPerHour ?? 0) * moved.onSeconds / 3600
        let hint = Format.number(expected * 1000, decimals: 0)
        let question = Phrase(zh: "量筒里有多少？（按现用应有约 \(hint) mL）如 350mL：", en: "What does the cylinder show? (about \(hint) mL by what is in use) Such as 350mL: ")
        for _ in 0..<3 {
            guard let answer = Console.current.ask(question.said) else { break }
            if let volume = StockVolume(argument: answer.trimmingCharacters(in: .whitespaces))?.volume, volume > .zero { return volume }
            remark(Phrase(zh: "要写数和单位，如 350mL 或 0.35L", en: "Write a number and its unit, such as 350mL or 0.35L").said, json: json)
        }
        throw Refused(.failed, code: "not-measured", Phrase(zh: "没有读数，标定未改", en: "nothing was measured; the calibration stays as it was"))
    }

    private func tell(_ before: ChannelReply, json: Bool) throws {
        let after = try find()
        if json { return try say(json: after) }
        let (old, new) = (DosingScreen.calibrated(before), DosingScreen.calibrated(after))
        say(Phrase(zh: "\(after.channel.name.zh)：原 \(old)，现 \(new)", en: "\(after.channel.name.en): was \(old), is \(new)"))
        guard let drift = after.driftPercent else { return }
        let text = Phrase(zh: "与上次相差 \(Format.number(drift, decimals: 1)) %", en: "\(Format.number(drift, decimals: 1)) % from the time before").said
        let isMuch = abs(drift) > Self.muchDrift
        say("  " + painted(text, isMuch ? .warning : .good))
        if isMuch { say("  " + Phrase(zh: "差得多：看吸肥滤网、膜片、管路有无堵漏，再标定一次", en: "That is much: look at strainer, diaphragm and hoses for clogs and leaks, then calibrate again").said) }
    }
}
