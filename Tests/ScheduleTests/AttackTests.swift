import Foundation
import Language
import Quantities
import Testing
@testable import Schedule
@testable import Site

/// What somebody may try with a schedule. Each ends in a refusal with its reason, and a `Judge` is a value: nothing is remembered.
@Suite struct AttackTests {
    let desk = Desk()

    private func refused(_ bytes: [UInt8], by judge: Judge? = nil, now: WallTime = Desk.now()) -> Refusal.Reason? {
        reason { _ = try (judge ?? desk.judge()).schedule(bytes, now: now) }
    }

    private func taken(_ text: String = Desk.document()) throws -> Judge {
        try Judge(desk.judge().schedule(desk.signed(text), now: Desk.now()).next, clock: .shanghai)
    }

    @Test func `a document that is right is taken, and only then is anything remembered`() throws {
        let verified = try desk.judge().schedule(desk.signed(), now: Desk.now())
        #expect(verified.head.version == 12)
        #expect(verified.signers == ["li"])
        #expect(verified.isTimeJudged)
        #expect(verified.next.newest?.version == 12)
        #expect(verified.head.zones == ["east-1", "east-2"])
        #expect(verified.next.lastTrusted == Desk.noon)
    }

    @Test func `replay: the same document again is known`() throws {
        #expect(refused(desk.signed(), by: try taken()) == .alreadyThere(12))
    }

    @Test func `rollback: an older version is refused, signed as it is`() throws {
        #expect(refused(desk.signed(Desk.document(11)), by: try taken()) == .older(11, newest: 12))
    }

    @Test func `fast-forward: a thousand versions at a time and no more`() throws {
        let judge = try taken()
        #expect(refused(desk.signed(Desk.document(1013)), by: judge) == .tooFarAhead(1013, newest: 12))
        #expect(refused(desk.signed(Desk.document(1012)), by: judge) == nil)
        #expect(refused(desk.signed(Desk.document(1001))) == .tooFarAhead(1001, newest: 0))
        #expect(refused(desk.signed(Desk.document(1000))) == nil)
    }

    @Test func `the same version with other content is an alarm`() throws {
        let other = desk.signed(Desk.document(give: "21 min"))
        #expect(refused(other, by: try taken()) == .sameVersionOtherContent(12))
        #expect(Refusal(.sameVersionOtherContent(12)).isAlarm)
        #expect(!Refusal(.alreadyThere(12)).isAlarm)
    }

    @Test func `the same document signed by one more is no other content`() throws {
        #expect(refused(desk.signed(by: [desk.li, desk.sun]), by: try taken()) == .alreadyThere(12))
    }

    @Test func `freeze: who keeps newer documents back is told of`() throws {
        let judge = try taken()
        #expect(judge.freshness(now: Desk.now()) == .neverTold)
        let word = desk.signed("fresh: \(Desk.site)\nnewest: 12\n", by: [desk.clerk], .fresh)
        let told = try Judge(judge.fresh(word, now: Desk.now()), clock: .shanghai)
        #expect(told.freshness(now: Desk.now(14)) == .fresh)
        #expect(told.freshness(now: Desk.now(15)) == .silent(days: 15))
        #expect(told.freshness(now: Desk.now(15, .unset)) == .clockNotTrusted)
        let newer = desk.signed("fresh: \(Desk.site)\nnewest: 14\n", by: [desk.clerk], issued: Desk.noon + 60, .fresh)
        #expect(try Judge(told.fresh(newer, now: Desk.now()), clock: .shanghai).freshness(now: Desk.now()) == .newerExists(14))
        #expect(reason { _ = try told.fresh(word, now: Desk.now(1)) } == .olderWord("2026-03-01T03:00:00Z"))
        let future = desk.signed("fresh: \(Desk.site)\nnewest: 12\n", by: [desk.clerk], issued: Desk.noon + 86_400 * 300, .fresh)
        #expect(reason { _ = try told.fresh(future, now: Desk.now()) } == .issuedInFuture("2026-12-26T04:00:00Z"))
        #expect(reason { _ = try told.fresh(future, now: Desk.now(0, .unset)) } == .clockNotTrusted)
    }

    @Test(arguments: ["shouguang-08", "Shouguang-07", "shouguang-007", "shouguang-0"])
    func `another site's document is refused`(site: String) {
        #expect(refused(desk.signed(Desk.document(site: site))) == .otherSite(site, own: Desk.site))
    }

    @Test func `other zones: a key speaks for its own zones only`() {
        #expect(refused(desk.signed(by: [desk.sun])) == .zone("east-2", there: 0, needed: 1))
        #expect(refused(desk.signed(Desk.document(zones: "{ east-1: 5 min, east-2: 5 min }", give: "5 min"), by: [desk.sun]))
                == .zone("east-2", there: 0, needed: 1))
        #expect(refused(desk.signed(Desk.document(zones: "[east-1]"), by: [desk.sun])) == nil)
        let shifts = Desk.document(zones: "[east-1]").replacing("zones: [east-1]", with: "shifts: [[east-1], [east-2]]")
        #expect(refused(desk.signed(shifts, by: [desk.sun])) == .zone("east-2", there: 0, needed: 1))
    }

    @Test func `other zones: leaving a zone out changes it too`() {
        let east = Desk.document(zones: "[east-1]")
        let judge = Judge(desk.judge().trusted, clock: .shanghai, zonesNow: ["east-1", "east-2"])
        #expect(refused(desk.signed(east, by: [desk.sun]), by: judge) == .zone("east-2", there: 0, needed: 1))
        #expect(refused(desk.signed(east), by: judge) == nil)
    }

    @Test func `wrong role: an installer or the clerk signs no schedule`() {
        #expect(refused(desk.signed(by: [desk.wang])) == .wrongRole(key: "wang", .installer, due: .agronomist))
        #expect(refused(desk.signed(by: [desk.clerk])) == .wrongRole(key: "clerk", .operator, due: .agronomist))
        #expect(refused(desk.signed(by: [desk.li, desk.clerk])) == .wrongRole(key: "clerk", .operator, due: .agronomist))
    }

    @Test func `a signature over one kind of document counts for no other`() {
        let trust = desk.signed(by: [desk.li], .trust)
        #expect(refused(trust) == .otherKind(.trust, due: .schedule))
        let renamed = Array(String(decoding: trust, as: UTF8.self).replacing("tidegate trust 1", with: "tidegate schedule 1").utf8)
        #expect(refused(renamed) == .badSignature(key: "li"))
    }

    @Test func `threshold not met: nobody, or too few`() {
        let judge = desk.judge(desk.sheet(agronomists: 2))
        #expect(refused(desk.signed(by: [])) == .tooFew(there: 0, needed: 1, .agronomist))
        #expect(refused(desk.signed(), by: judge) == .tooFew(there: 1, needed: 2, .agronomist))
        #expect(refused(desk.signed(by: [desk.li, desk.sun]), by: judge) == .zone("east-2", there: 1, needed: 2))
        #expect(refused(desk.signed(Desk.document(zones: "[east-1]"), by: [desk.li, desk.sun]), by: judge) == nil)
    }

    @Test func `one key twice is one key`() {
        let once = String(decoding: desk.signed(), as: UTF8.self)
        let line = once.split(separator: "\n").first { $0.hasPrefix("signature:") }.map { "\($0)\n" } ?? ""
        let twice = Array(once.replacing(line, with: line + line).utf8)
        #expect(refused(twice, by: desk.judge(desk.sheet(agronomists: 2))) == .keyTwice(desk.li.id))
    }

    @Test func `one key under two names is refused where it is listed`() {
        let text = desk.trustFile(4, installers: [("wang", desk.wang), ("double", desk.wang)])
        let refusal = #expect(throws: SiteRefused.self) { try TrustSheet.read(Array(text.utf8), file: "trust.yaml") }
        #expect(refusal?.text(in: .english).contains("is the same key as wang") == true)
    }

    @Test func `a stranger's key and a revoked one count for nothing, and spoil what others signed`() {
        let stranger = SigningKey()
        #expect(refused(desk.signed(by: [stranger])) == .unknownKey(stranger.id))
        #expect(refused(desk.signed(by: [desk.li, stranger])) == .unknownKey(stranger.id))
        #expect(refused(desk.signed(), by: desk.judge(desk.sheet(liRevoked: true))) == .revoked(key: "li"))
    }

    @Test func `expired: the last day counts to its end, by the site's clock`() {
        let document = desk.signed(Desk.document(valid: "2026-02-01 .. 2026-03-01"))
        #expect(refused(document) == nil)
        // Noon and 12 h: midnight in Shouguang.
        let midnight = Desk.noon + 12 * 3600
        #expect(refused(document, now: WallTime(unixSeconds: midnight - 1, trust: .synced)) == nil)
        #expect(refused(document, now: WallTime(unixSeconds: midnight, trust: .synced)) == .expired("2026-03-01"))
    }

    @Test func `expired: keys whose file is over sign nothing new`() {
        #expect(refused(desk.signed(), by: desk.judge(desk.sheet(expires: 20_512))) == .keysExpired("2026-02-28"))
        #expect(refused(desk.signed(), by: desk.judge(desk.sheet(expires: 20_513))) == nil)
    }

    @Test func `bad clock: what is over stays over by the last trusted moment`() throws {
        let document = desk.signed(Desk.document(valid: "2026-02-01 .. 2026-03-01"))
        let later = desk.judge(lastTrusted: Desk.noon + 86_400)
        #expect(refused(document, by: later, now: WallTime(unixSeconds: 0, trust: .unset)) == .expired("2026-03-01"))
        #expect(refused(document, by: desk.judge(lastTrusted: Desk.noon), now: WallTime(unixSeconds: 0, trust: .unset)) == nil)
    }

    @Test func `bad clock: a document may be taken but is not said to be timely, and the last trusted moment stays`() throws {
        let future = desk.signed(issued: Desk.noon + 86_400 * 30)
        let judge = desk.judge(lastTrusted: Desk.noon - 5)
        let verified = try judge.schedule(future, now: WallTime(unixSeconds: 0, trust: .unset))
        #expect(!verified.isTimeJudged)
        #expect(verified.next.lastTrusted == Desk.noon - 5)
        #expect(reason { _ = try judge.still(future, now: WallTime(unixSeconds: 0, trust: .unset)) } == .clockNotTrusted)
        #expect(reason { _ = try judge.still(future, now: Desk.now()) } == .issuedInFuture("2026-03-31T04:00:00Z"))
        #expect(reason { _ = try judge.still(future, now: Desk.now(31)) } == nil)
    }

    @Test func `bad clock: a trusted clock that once ran ahead locks nobody out for ever`() throws {
        let ahead = try desk.judge().schedule(desk.signed(Desk.document(12)), now: Desk.now(100)).next
        #expect(ahead.lastTrusted == Desk.noon + 100 * 86_400)
        let mended = Judge(ahead, clock: .shanghai)
        #expect(refused(desk.signed(Desk.document(13, valid: "2026-03-01 .. 2026-03-20")), by: mended) == nil)
    }

    @Test func `a desk's clock may be ten minutes ahead and no more`() {
        #expect(refused(desk.signed(issued: Desk.noon + 600)) == nil)
        #expect(refused(desk.signed(issued: Desk.noon + 601)) == .issuedInFuture("2026-03-01T04:10:01Z"))
    }

    @Test func `truncated: no beginning of a document is taken`() {
        let whole = desk.signed()
        let judge = desk.judge()
        for length in 0..<whole.count {
            #expect(refused(Array(whole[..<length]), by: judge) == .notAnEnvelope, "\(length) of \(whole.count) bytes")
        }
    }

    @Test func `a byte more is another document`() {
        #expect(refused(desk.signed() + [0x0A]) == .notAnEnvelope)
        #expect(refused([0x0A] + desk.signed()) == .notAnEnvelope)
    }

    @Test func `bit flip anywhere: every single bit of a document that two have signed`() {
        let whole = desk.signed(Desk.document(zones: "[east-1]"), by: [desk.li, desk.sun])
        let judge = desk.judge()
        #expect(refused(whole, by: judge) == nil)
        for index in whole.indices {
            for bit in 0..<8 {
                var flipped = whole
                flipped[index] ^= 1 << UInt8(bit)
                #expect(refused(flipped, by: judge) != nil, "bit \(bit) of byte \(index) was not seen")
            }
        }
    }

    @Test func `100 MB are refused by their number, unread`() {
        #expect(refused([UInt8](repeating: 0x41, count: 100_000_000)) == .tooLarge(bytes: 100_000_000))
        #expect(refused(Array(desk.signed().prefix(60)) + [UInt8](repeating: 0x41, count: Envelope.bytesMax)) == .tooLarge(bytes: 60 + Envelope.bytesMax))
    }

    @Test("what a signer should not have signed is refused by its form", arguments: [
        ("alias bomb", "remarks: &a [x, x]\nauthor: [*a, *a, *a]\n"),
        ("duplicate keys", "version: 13\n"),
        ("unknown key", "outputs: { V-1: { at-most: 99 h } }\n"),
        ("merge key", "<<: { version: 13 }\n"),
        ("second document", "---\nversion: 13\n"),
        ("invisible character", "author: li\u{200B}\n"),
        ("right to left", "author: \u{202E}il\n"),
        ("tag", "author: !!python/object x\n"),
    ])
    func badForm(_ name: String, _ lines: String) {
        guard case .notReadable = refused(desk.signed(Desk.document() + lines)) else {
            Issue.record("\(name) was not refused as unreadable")
            return
        }
    }

    /// Cyrillic е, fullwidth digits, a letter with its accent apart, an en dash.
    @Test("unicode look-alikes are no tags", arguments: ["shouguаng-07", "shouguang-０７", "shouguang–07", "shouguáng-07", "shouguang-07 ️"])
    func lookAlikes(_ site: String) {
        guard case .notReadable = refused(desk.signed(Desk.document(site: site))) else {
            Issue.record("\(site) was taken for a tag")
            return
        }
        guard case .notReadable = refused(desk.signed(Desk.document(zones: "[еast-1]"))) else {
            Issue.record("a Cyrillic zone was taken for a tag")
            return
        }
    }

    @Test func `texts that Swift calls equal are told apart`() {
        let composed = TrustSheet(site: "caf\u{E9}", version: 1, expires: CivilDate(daysSinceEpoch: 30_000), needs: [:], keys: [])
        let judge = Judge(Trusted(sheet: composed), clock: .shanghai)
        #expect("caf\u{E9}" == "cafe\u{301}")
        #expect(reason { try judge.checkSite("cafe\u{301}") } == .otherSite("cafe\u{301}", own: "caf\u{E9}"))
    }

    @Test func `no random change to a document ends the process or is taken`() {
        let whole = desk.signed()
        let judge = desk.judge()
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
                default: bytes.remove(at: index)
                }
            }
            if bytes != whole { #expect(refused(bytes, by: judge) != nil) }
        }
    }

    @Test func `every reason has its words in both languages`() {
        let key = KeyID(of: [1])
        let reasons: [Refusal.Reason] = [
            .tooLarge(bytes: 1), .notAnEnvelope, .otherKind(.fresh, due: .trust), .unknownKey(key), .keyTwice(key), .revoked(key: "a"),
            .wrongRole(key: "a", .installer, due: .operator), .badSignature(key: "a"), .tooFew(there: 1, needed: 2, .installer),
            .keysExpired("2026-01-01"), .zone("a", there: 0, needed: 1), .otherSite("a", own: "b"), .older(1, newest: 2),
            .tooFarAhead(2000, newest: 1), .alreadyThere(1), .sameVersionOtherContent(1), .notNext(1, due: 2), .olderWord("t"),
            .issuedInFuture("t"), .expired("d"), .clockNotTrusted, .disk("full"),
        ]
        for language in [Language.chinese, .english] {
            let texts = reasons.map { Refusal($0).text(in: language) }
            #expect(Set(texts).count == reasons.count)
            #expect(texts.allSatisfy { $0.split(separator: "\n").count == 2 })
        }
    }
}
