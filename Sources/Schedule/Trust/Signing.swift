public import Site
import Language

extension Envelope {
    /// A document of an author's, to be signed: its first key tells its kind, and it is read as a gateway will read it.
    /// - Parameters:
    ///   - file: what it is called in its refusals.
    ///   - issued: seconds since 1970.
    public init(of payload: [UInt8], file: String, issued: Int64) throws(SiteRefused) {
        let lines = String(decoding: payload, as: UTF8.self).split(separator: "\n")
        let kind = Kind.allCases.first { kind in lines.contains { $0.hasPrefix("\(kind.rawValue):") } } ?? .schedule
        switch kind {
        case .schedule: _ = try ScheduleHead.read(payload, file: file)
        case .trust: _ = try TrustSheet.read(payload, file: file)
        case .fresh: _ = try FreshWord.read(payload, file: file)
        }
        self.init(kind, issued: issued, payload: payload)
    }

    /// Whether these bytes mean to be an envelope.
    public static func isMeant(by bytes: [UInt8]) -> Bool { bytes.starts(with: Array("tidegate ".utf8)) }
}
