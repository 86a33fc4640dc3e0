import Foundation
import Quantities
import Testing
@testable import Schedule
@testable import Site

/// People with keys, and what they write.
struct Desk {
    static let site = "shouguang-07"
    /// 2026-03-01T04:00:00Z: noon in Shouguang.
    static let noon: Int64 = 1_772_337_600

    let wang = SigningKey()
    let zhao = SigningKey()
    let li = SigningKey()
    let sun = SigningKey()
    let clerk = SigningKey()

    static func now(_ days: Int64 = 0, _ trust: ClockTrust = .synced) -> WallTime {
        WallTime(unixSeconds: noon + days * 86_400, trust: trust)
    }

    func key(_ tag: String, _ role: TrustRole, _ key: SigningKey, zones: [String]? = nil, revoked: Bool = false) -> TrustSheet.Key {
        TrustSheet.Key(tag: tag, role: role, bytes: key.publicBytes, zones: zones, revoked: revoked ? CivilDate(daysSinceEpoch: 20_000) : nil)
    }

    /// Two installers, li for all zones, sun for the east alone, a clerk who says what is the newest.
    func sheet(agronomists: Int = 1, liRevoked: Bool = false, liZones: [String]? = nil, expires: Int32 = 20_800) -> TrustSheet {
        TrustSheet(site: Desk.site, version: 3, expires: CivilDate(daysSinceEpoch: expires),
                   needs: [.installer: 2, .agronomist: agronomists, .operator: 1],
                   keys: [key("wang", .installer, wang), key("zhao", .installer, zhao),
                          key("li", .agronomist, li, zones: liZones, revoked: liRevoked), key("sun", .agronomist, sun, zones: ["east-1"]),
                          key("clerk", .operator, clerk)])
    }

    func judge(_ sheet: TrustSheet? = nil, newest: Trusted.Newest? = nil, lastTrusted: Int64 = 0) -> Judge {
        Judge(Trusted(sheet: sheet ?? self.sheet(), newest: newest, lastTrusted: lastTrusted), clock: .shanghai)
    }

    static func document(_ version: Int = 12, site: String = Desk.site, zones: String = "[east-1, east-2]", give: String = "20 min",
                         valid: String = "2026-03-01 .. 2026-06-30") -> String {
        """
        schedule: tomato-spring
        site: \(site)
        version: \(version)
        valid: \(valid)
        programs:
          morning: { zones: \(zones), give: \(give), start: "06:00" }

        """
    }

    func signed(_ text: String = Desk.document(), by keys: [SigningKey]? = nil, issued: Int64 = Desk.noon - 3600,
                _ kind: Envelope.Kind = .schedule) -> [UInt8] {
        var envelope = Envelope(kind, issued: issued, payload: Array(text.utf8))
        for key in keys ?? [li] { key.sign(&envelope) }
        return envelope.bytes
    }

    /// A trust file as an installer would write it.
    func trustFile(_ version: Int, installers: [(String, SigningKey)], needed: Int = 2, site: String = Desk.site, expires: String = "2027-03-01") -> String {
        let lines = installers.map { "  \($0.0): { role: installer, key: \(Data($0.1.publicBytes).base64EncodedString()) }" }
        return """
            trust: \(site)
            version: \(version)
            expires: \(expires)
            needs: { installer: \(needed), agronomist: 1, operator: 1 }
            keys:
            \(lines.joined(separator: "\n"))
              li: { name: 李农艺, role: agronomist, key: \(Data(li.publicBytes).base64EncodedString()), zones: all }

            """
    }
}

/// Why a document was refused; `nil` when it was not.
func reason(_ body: () throws -> Void) -> Refusal.Reason? {
    do {
        try body()
        return nil
    } catch {
        return (error as? Refusal)?.reason
    }
}
