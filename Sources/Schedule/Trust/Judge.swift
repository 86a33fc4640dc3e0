public import Quantities
public import Site

/// A schedule that passed every check of trust.
public struct Verified: Sendable {
    public let head: ScheduleHead
    public let envelope: Envelope
    public let fingerprint: String
    /// Tags of the keys that signed.
    public let signers: [String]
    /// Whether a trusted clock has said that it is neither of the future nor over. Before that it starts nothing.
    public let isTimeJudged: Bool
    /// What the gateway goes by from now on.
    public let next: Trusted
}

/// Judges signed documents: pure functions of the bytes, of what is trusted, and of the time with its trust.
///
/// The order is that of TUF's client, cheapest and safest first: size, form, signatures, content, zones, site, version, time.
/// The first failure ends it, and nothing is remembered of a document that failed.
public struct Judge: Sendable {
    /// How far one document may be ahead of the last, so that a stolen key cannot use up the numbers.
    static let versionStepMax = 1000
    /// Seconds a desk's clock may be ahead of the gateway's.
    static let deskAheadMax: Int64 = 600

    public let trusted: Trusted
    /// The clock of the site's place.
    public let clock: LocalClock
    /// Zones of what runs or waits now: a new document changes these too, if only by leaving them out.
    public let zonesNow: [String]

    public init(_ trusted: Trusted, clock: LocalClock, zonesNow: [String] = []) {
        self.trusted = trusted
        self.clock = clock
        self.zonesNow = zonesNow
    }

    public func schedule(_ bytes: [UInt8], now: WallTime) throws(Refusal) -> Verified {
        let envelope = try open(bytes, .schedule)
        let signers = try signers(of: envelope, .agronomist, now)
        let head = try Judge.head(in: envelope)
        try checkZones(head, signers)
        try checkSite(head.site)
        let fingerprint = Schedule.fingerprint(of: envelope.payload)
        try checkVersion(head.version, fingerprint)
        try checkIssued(envelope, now)
        try checkEnd(of: head, now)
        var next = trusted
        next.newest = Trusted.Newest(version: head.version, fingerprint: fingerprint)
        next.see(now)
        return Verified(head: head, envelope: envelope, fingerprint: fingerprint, signers: signers.map(\.tag),
                        isTimeJudged: now.isTrusted, next: next)
    }

    /// Judges once more a schedule that was taken before: its signers may be revoked since, and its time may be over.
    /// - Returns: the document. Needs a trusted clock.
    public func still(_ bytes: [UInt8], now: WallTime) throws(Refusal) -> ScheduleHead {
        guard now.isTrusted else { throw Refusal(.clockNotTrusted) }
        let envelope = try open(bytes, .schedule)
        _ = try signers(of: envelope, .agronomist, nil)
        let head = try Judge.head(in: envelope)
        try checkSite(head.site)
        try checkIssued(envelope, now)
        try checkEnd(of: head, now)
        return head
    }

    // MARK: The checks, in order

    func open(_ bytes: [UInt8], _ kind: Envelope.Kind) throws(Refusal) -> Envelope {
        guard bytes.count <= Envelope.bytesMax else { throw Refusal(.tooLarge(bytes: bytes.count)) }
        guard let envelope = Envelope(bytes) else { throw Refusal(.notAnEnvelope) }
        guard envelope.kind == kind else { throw Refusal(.otherKind(envelope.kind, due: kind)) }
        return envelope
    }

    /// The keys that signed: each known, in force, of the role, different, and right. One that is not spoils the document.
    /// - Parameter now: `nil` when the end of the trust file does not matter, since the document was taken before it.
    func signers(of envelope: Envelope, _ role: TrustRole, _ now: WallTime?) throws(Refusal) -> [TrustSheet.Key] {
        if let now { try checkKeysInForce(now) }
        var signers: [TrustSheet.Key] = []
        for signature in envelope.signatures {
            let key = try key(of: signature, in: trusted.sheet, role, after: signers)
            guard isSigned(envelope.signedBytes, signature.bytes, by: key.bytes) else { throw Refusal(.badSignature(key: key.tag)) }
            signers.append(key)
        }
        let needed = trusted.sheet.needed(role)
        guard signers.count >= needed else { throw Refusal(.tooFew(there: signers.count, needed: needed, role)) }
        return signers
    }

    func key(of signature: Envelope.Signature, in sheet: TrustSheet, _ role: TrustRole,
             after signers: [TrustSheet.Key]) throws(Refusal) -> TrustSheet.Key {
        guard let key = sheet.keys.first(where: { KeyID(of: $0.bytes) == signature.key }) else { throw Refusal(.unknownKey(signature.key)) }
        guard !signers.contains(where: { $0.bytes == key.bytes }) else { throw Refusal(.keyTwice(signature.key)) }
        guard key.revoked == nil else { throw Refusal(.revoked(key: key.tag)) }
        guard key.role == role else { throw Refusal(.wrongRole(key: key.tag, key.role, due: role)) }
        return key
    }

    private func checkKeysInForce(_ now: WallTime) throws(Refusal) {
        let last = trusted.sheet.expires
        if trusted.atLeast(now) >= end(of: last) { throw Refusal(.keysExpired(last.text)) }
    }

    private static func head(in envelope: Envelope) throws(Refusal) -> ScheduleHead {
        try readable { () throws(SiteRefused) in try ScheduleHead.read(envelope.payload, file: "schedule.yaml") }
    }

    /// What a signed document says; what cannot be read is refused as such.
    static func readable<Content>(_ read: () throws(SiteRefused) -> Content) throws(Refusal) -> Content {
        do {
            return try read()
        } catch {
            throw Refusal(.notReadable(error.problems))
        }
    }

    /// Every zone that changes, the ones left out as well, needs as many keys that answer for it as a schedule needs at all.
    private func checkZones(_ head: ScheduleHead, _ signers: [TrustSheet.Key]) throws(Refusal) {
        let needed = trusted.sheet.needed(.agronomist)
        for zone in head.zones + zonesNow {
            let there = signers.count { $0.answers(for: zone) }
            guard there >= needed else { throw Refusal(.zone(zone, there: there, needed: needed)) }
        }
    }

    /// Byte by byte: to Swift, texts that look alike may be equal.
    func checkSite(_ site: String) throws(Refusal) {
        guard site.utf8.elementsEqual(trusted.sheet.site.utf8) else { throw Refusal(.otherSite(site, own: trusted.sheet.site)) }
    }

    private func checkVersion(_ version: Int, _ fingerprint: String) throws(Refusal) {
        let newest = trusted.newest?.version ?? 0
        if version < newest { throw Refusal(.older(version, newest: newest)) }
        if version > newest + Judge.versionStepMax { throw Refusal(.tooFarAhead(version, newest: newest)) }
        guard version == newest else { return }
        throw Refusal(fingerprint == trusted.newest?.fingerprint ? .alreadyThere(version) : .sameVersionOtherContent(version))
    }

    /// While the clock is not trusted this cannot be judged, and need not be: nothing starts before it is.
    func checkIssued(_ envelope: Envelope, _ now: WallTime) throws(Refusal) {
        guard now.isTrusted, envelope.issued > now.unixSeconds + Judge.deskAheadMax else { return }
        throw Refusal(.issuedInFuture(Moment.text(envelope.issued)))
    }

    private func checkEnd(of head: ScheduleHead, _ now: WallTime) throws(Refusal) {
        let last = head.valid.upperBound
        if trusted.atLeast(now) >= end(of: last) { throw Refusal(.expired(last.text)) }
    }

    /// The first moment after a local day.
    func end(of day: CivilDate) -> Int64 { clock.unixSeconds(date: day.adding(days: 1), time: .midnight) }
}
