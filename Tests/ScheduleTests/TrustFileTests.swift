import Foundation
import Language
import Quantities
import Testing
@testable import Schedule
@testable import Site

/// Whose keys count, and how that changes.
@Suite struct TrustFileTests {
    let desk = Desk()
    let chen = SigningKey()

    private func change(_ version: Int = 4, _ installers: [(String, SigningKey)]? = nil, needed: Int = 2, by keys: [SigningKey], site: String = Desk.site,
                        expires: String = "2027-03-01", _ arrival: Arrival = .remote, now: WallTime = Desk.now()) throws -> VerifiedTrust {
        let text = desk.trustFile(version, installers: installers ?? [("wang", desk.wang), ("chen", chen)], needed: needed, site: site, expires: expires)
        return try desk.judge().trust(desk.signed(text, by: keys, .trust), arrival, now: now)
    }

    @Test func `a new file needs enough installers of the old one and of the new one`() throws {
        #expect(try change(by: [desk.wang, desk.zhao, chen]).next.sheet.version == 4)
        #expect(reason { _ = try change(by: [desk.wang, desk.zhao]) } == .tooFew(there: 1, needed: 2, .installer))
        #expect(reason { _ = try change(by: [desk.wang, chen]) } == .tooFew(there: 1, needed: 2, .installer))
        #expect(reason { _ = try change(by: [chen]) } == .tooFew(there: 0, needed: 2, .installer))
    }

    @Test func `a file follows the one before it, none left out`() {
        for version in [1, 3, 5] {
            #expect(reason { _ = try change(version, by: [desk.wang, desk.zhao, chen]) } == .notNext(version, due: 4))
        }
    }

    @Test func `an agronomist, a stranger and another site change no keys`() {
        let everybody = [desk.wang, desk.zhao, chen]
        #expect(reason { _ = try change(by: everybody + [desk.li]) } == .wrongRole(key: "li", .agronomist, due: .installer))
        let stranger = SigningKey()
        #expect(reason { _ = try change(by: everybody + [stranger]) } == .unknownKey(stranger.id))
        #expect(reason { _ = try change(by: everybody, site: "shouguang-08") } == .otherSite("shouguang-08", own: Desk.site))
        #expect(reason { _ = try change(by: everybody, expires: "2026-02-28") } == .expired("2026-02-28"))
    }

    @Test func `one installer is enough only for who stands before the box`() throws {
        let sheet = TrustSheet(site: Desk.site, version: 3, expires: CivilDate(daysSinceEpoch: 20_800), needs: [.installer: 1],
                               keys: [desk.key("wang", .installer, desk.wang)])
        let text = desk.trustFile(4, installers: [("wang", desk.wang)], needed: 1)
        let bytes = desk.signed(text, by: [desk.wang], .trust)
        #expect(reason { _ = try desk.judge(sheet).trust(bytes, .remote, now: Desk.now()) } == .tooFew(there: 1, needed: 2, .installer))
        #expect(try desk.judge(sheet).trust(bytes, .onTheSpot, now: Desk.now()).next.sheet.version == 4)
    }

    @Test func `revocation: a key that is gone from the file signs no more, and numbers stay used`() throws {
        let taken = try desk.judge().schedule(desk.signed(by: [desk.li]), now: Desk.now()).next
        let text = desk.trustFile(4, installers: [("wang", desk.wang), ("zhao", desk.zhao)]).replacing("li: {", with: "li: { revoked: 2026-03-01,")
        let after = try Judge(taken, clock: .shanghai)
            .trust(desk.signed(text, by: [desk.wang, desk.zhao], .trust), .remote, now: Desk.now())
        let judge = Judge(after.next, clock: .shanghai)
        #expect(after.next.newest?.version == 12)
        #expect(reason { _ = try judge.schedule(desk.signed(Desk.document(13)), now: Desk.now()) } == .revoked(key: "li"))
        #expect(reason { _ = try judge.still(desk.signed(), now: Desk.now()) } == .revoked(key: "li"))
    }

    @Test func `the first file of a gateway is vouched for by its own installers and is this gateway's`() throws {
        let text = desk.trustFile(1, installers: [("wang", desk.wang), ("zhao", desk.zhao)])
        let bytes = desk.signed(text, by: [desk.wang, desk.zhao], .trust)
        let first = try Judge.firstTrust(bytes, site: Desk.site, clock: .shanghai, now: Desk.now())
        #expect(first.next.sheet.keys.count == 3)
        #expect(reason { _ = try Judge.firstTrust(bytes, site: "other", clock: .shanghai, now: Desk.now()) } == .otherSite(Desk.site, own: "other"))
        let one = desk.signed(text, by: [desk.wang], .trust)
        #expect(reason { _ = try Judge.firstTrust(one, site: Desk.site, clock: .shanghai, now: Desk.now()) } == .tooFew(there: 1, needed: 2, .installer))
    }

    @Test func `a file that could never be replaced, and keys that are none, are refused`() {
        func said(_ text: String) -> String {
            do {
                _ = try TrustSheet.read(Array(text.utf8), file: "trust.yaml")
                return ""
            } catch {
                return error.text(in: .english)
            }
        }
        let text = desk.trustFile(4, installers: [("wang", desk.wang)])
        #expect(said(text).contains("2 keys of role installer must sign, but only 1 in force are listed"))
        let whole = desk.trustFile(4, installers: [("wang", desk.wang)], needed: 1)
        #expect(said(whole).isEmpty)
        #expect(said(whole.replacing("=, zones: all", with: ", zones: all")).contains("is not a public key"))
        #expect(said(whole.replacing(", zones: all", with: "")).contains("zones: is missing"))
    }

    @Test func `a moment is read in one way only`() {
        #expect(Moment.unixSeconds("2026-03-01T04:00:00Z") == Desk.noon)
        #expect(Moment.text(Desk.noon) == "2026-03-01T04:00:00Z")
        for wrong in ["2026-03-01 04:00:00Z", "2026-3-01T04:00:00Z0", "2026-02-30T04:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T04:00:00z", ""] {
            #expect(Moment.unixSeconds(wrong) == nil)
        }
    }
}
