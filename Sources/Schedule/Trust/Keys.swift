public import Quantities
import Site

/// How a new trust file has come.
public enum Arrival: Sendable {
    /// By the network or by a stick: two installers must have signed, whatever the file asks for.
    case remote
    /// By somebody who stands before the box.
    case onTheSpot
}

/// A trust file that passed every check.
public struct VerifiedTrust: Sendable {
    public let envelope: Envelope
    public let next: Trusted
}

extension Judge {
    /// A trust file that is to follow the one in force: signed by enough installers of the old one and of the new one.
    public func trust(_ bytes: [UInt8], _ arrival: Arrival, now: WallTime) throws(Refusal) -> VerifiedTrust {
        let envelope = try open(bytes, .trust)
        let least = arrival == .remote ? 2 : 1
        try checkInstallers(of: trusted.sheet, envelope, atLeast: least, mayHoldOthers: true)
        let sheet = try Judge.sheet(in: envelope)
        try checkSite(sheet.site)
        guard sheet.version == trusted.sheet.version + 1 else { throw Refusal(.notNext(sheet.version, due: trusted.sheet.version + 1)) }
        try checkInstallers(of: sheet, envelope, atLeast: least, mayHoldOthers: true)
        try checkNobodyElse(envelope, [trusted.sheet, sheet])
        try checkIssued(envelope, now)
        guard trusted.atLeast(now) < end(of: sheet.expires) else { throw Refusal(.expired(sheet.expires.text)) }
        var next = trusted
        next.sheet = sheet
        next.see(now)
        return VerifiedTrust(envelope: envelope, next: next)
    }

    /// The first trust file of a gateway: there is nobody to vouch for it but the person who stands before the box, so it is signed
    /// by its own installers, and its site is the gateway's.
    public static func firstTrust(_ bytes: [UInt8], site: String, clock: LocalClock, now: WallTime) throws(Refusal) -> VerifiedTrust {
        let nobody = TrustSheet(site: site, version: 0, expires: CivilDate(daysSinceEpoch: 0), needs: [:], keys: [])
        let judge = Judge(Trusted(sheet: nobody), clock: clock)
        let envelope = try judge.open(bytes, .trust)
        let sheet = try sheet(in: envelope)
        try judge.checkInstallers(of: sheet, envelope, atLeast: 1, mayHoldOthers: false)
        try judge.checkSite(sheet.site)
        try judge.checkIssued(envelope, now)
        guard !now.isTrusted || now.unixSeconds < judge.end(of: sheet.expires) else { throw Refusal(.expired(sheet.expires.text)) }
        var next = Trusted(sheet: sheet)
        next.see(now)
        return VerifiedTrust(envelope: envelope, next: next)
    }

    private static func sheet(in envelope: Envelope) throws(Refusal) -> TrustSheet {
        try readable { () throws(SiteRefused) in try TrustSheet.read(envelope.payload, file: "trust.yaml") }
    }

    /// - Parameter mayHoldOthers: keys that this sheet does not know belong to the other one.
    private func checkInstallers(of sheet: TrustSheet, _ envelope: Envelope, atLeast least: Int, mayHoldOthers: Bool) throws(Refusal) {
        var signers: [TrustSheet.Key] = []
        for signature in envelope.signatures {
            if mayHoldOthers, !sheet.keys.contains(where: { KeyID(of: $0.bytes) == signature.key && $0.revoked == nil }) { continue }
            let key = try key(of: signature, in: sheet, .installer, after: signers)
            guard isSigned(envelope.signedBytes, signature.bytes, by: key.bytes) else { throw Refusal(.badSignature(key: key.tag)) }
            signers.append(key)
        }
        let needed = max(least, sheet.needed(.installer))
        guard signers.count >= needed else { throw Refusal(.tooFew(there: signers.count, needed: needed, .installer)) }
    }

    private func checkNobodyElse(_ envelope: Envelope, _ sheets: [TrustSheet]) throws(Refusal) {
        for signature in envelope.signatures {
            let isKnown = sheets.contains { $0.keys.contains { KeyID(of: $0.bytes) == signature.key && $0.revoked == nil } }
            guard isKnown else { throw Refusal(.unknownKey(signature.key)) }
        }
    }
}
