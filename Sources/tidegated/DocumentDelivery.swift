import Field
import Foundation
import Language
import Quantities
import Schedule
import Site
import Sparkplug
import Uplink

/// Signed documents by the broker of `uplink:`. They are judged by the acceptance that those from a stick and the command line go to.
extension DocumentLink {
    /// - Returns: `nil`: the site listens for none, or for none here.
    static func of(_ site: UplinkSheet?, _ intake: Intake, clock: SystemClock, onPlant: Bool, account: LinkAccount?,
                   note: @escaping @Sendable (Answer) -> Void) -> DocumentLink? {
        guard let site, site.takesSchedules, let gateway = TopicName(site.gateway) else { return nil }
        let brokers = site.reached(onPlant: onPlant)
        guard !brokers.isEmpty else { return nil }
        var settings = DialSettings()
        (settings.firstRest, settings.longestRest) = (site.link.firstRest, site.link.longestRest)
        settings.seed = UInt64.random(in: .min ... .max)
        let seconds = { @Sendable in clock.wall().unixSeconds }
        let ports = Ports(
            recognise: { DocumentAnswer(received: $0, at: seconds()) },
            judge: { bytes in
                let answer = intake.take(bytes)
                complain(answer.text[.ofProcess])
                note(answer)
                return DocumentAnswer(answer, of: fingerprint(of: bytes), at: seconds())
            },
            standing: { DocumentStanding(intake.standing, at: seconds()) },
            report: { report in
                if case .failed(_, .subscriptionRefused) = report { complain("the broker does not let us listen for schedules") }
            },
            wall: { clock.wall() })
        return DocumentLink(gateway: gateway, settings, brokers: brokers, clientName: "\(site.gateway)-documents",
                            keepAlive: Int(site.link.keepAlive.components.seconds), account: account, ports)
    }

    /// What became, at the start of this life, of what was waiting.
    func tell(_ answers: [Answer], standing: Standing?, at seconds: Int64) {
        for answer in answers {
            let slots = [standing?.active, standing?.staged, standing?.lastGood].compactMap(\.self)
            tell(DocumentAnswer(answer, of: slots.first { $0.version == answer.version }?.document, at: seconds))
        }
    }
}

extension DocumentAnswer {
    init(_ answer: Answer, of document: String?, at seconds: Int64) {
        self.init(answer.step, document: document, version: answer.version, at: seconds, answer.text)
    }

    /// Nothing of a document is read before its signatures are judged but what kind it says it is.
    init(received bytes: [UInt8], at seconds: Int64) {
        let kind = Envelope(bytes)?.kind.rawValue ?? "?"
        self.init(.received, document: fingerprint(of: bytes), version: nil, at: seconds,
                  Phrase(zh: "收到一份 \(kind)，\(bytes.count) 字节，正在查。", en: "A document of kind \(kind) is here, \(bytes.count) bytes, and is being judged."))
    }
}

extension Answer {
    fileprivate var step: DocumentAnswer.Step {
        switch self {
        case .refused, .nothingWaits, .nothingToReturnTo, .nobodyTrusted: .refused
        case .staged(_, _, let waits): waits ? .waits : .staged
        case .returning: .staged
        case .approved: .approved
        case .declined: .declined
        case .active: .active
        case .cameBack: .cameBack
        case .ended, .returningToBase: .ended
        case .keys: .keys
        case .noted: .noted
        case .damaged: .damaged
        }
    }

    fileprivate var version: Int? {
        switch self {
        case .staged(let version, _, _), .approved(let version), .declined(let version), .active(let version), .cameBack(let version, _),
             .ended(let version), .returning(let version), .keys(let version), .noted(let version): version
        case .refused, .returningToBase, .nothingWaits, .nothingToReturnTo, .nobodyTrusted, .damaged: nil
        }
    }
}

extension DocumentStanding {
    init(_ standing: Standing?, at seconds: Int64) {
        self.init(at: seconds)
        guard let standing else { return }
        (keys, keysEnd, newest) = (standing.keys, standing.keysEnd, standing.newest)
        (staged, active, lastGood) = (standing.staged.map(Slot.init), standing.active.map(Slot.init), standing.lastGood.map(Slot.init))
    }
}

extension DocumentStanding.Slot {
    fileprivate init(_ document: Standing.Document) {
        self.init(version: document.version, first: document.first, last: document.last, waitsForApproval: document.waitsForApproval,
                  document: document.document)
    }
}
