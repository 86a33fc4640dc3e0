import CRealtime
import Synchronization

/// What a link's connections have cost, both ways, as a carrier counts: TLS, heads of TCP and IP and what was sent again are in it; the
/// name's look-up and the closing of a connection are not.
final class WireMeter: Sendable {
    private let count = Atomic<Int>(0)

    var bytes: Int { count.load(ordering: .relaxed) }

    /// - Parameter counted: of this connection so far; is brought up to date.
    func read(_ socket: Int32, counted: inout Int) {
        let total = Int(tg_tcp_bytes(socket))
        guard total > counted else { return }
        count.add(total - counted, ordering: .relaxed)
        counted = total
    }
}
