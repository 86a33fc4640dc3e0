import CMosquitto
import CRealtime
import Glibc
import Sparkplug

/// One connection to one broker by libmosquitto (MQTT 3.1.1, clean session), for one thread: nothing happens but in its calls.
///
/// Without `disconnect` its end is a broken connection to the broker, which then tells of the will.
final class MosquittoLine {
    /// What the library calls back with, collected.
    private final class Ear {
        var news: [News] = []
    }

    /// Longer messages are cut, so that whoever reads them sees that they are too large.
    private static let longestPayload = 65_537
    /// How long a goodbye may take.
    private static let goodbye: Int32 = 1000
    private static let isReady = mosquitto_lib_init() == MOSQ_ERR_SUCCESS.rawValue

    private let client: OpaquePointer
    private let ear = Ear()
    private let broker: Broker
    private let checksDates: Bool
    private let meter: WireMeter?
    private var measured = 0

    /// `nil`: the library does not take it, such as a file that is not there.
    /// - Parameters:
    ///   - name: of the client; two of one name drive each other out of a broker.
    ///   - checksDates: whether a certificate has to be of today. Where the clock is not trusted it cannot be asked for, or a gateway that
    ///     wakes in 1970 would be locked out for good; authority and name are verified all the same.
    init?(_ broker: Broker, name: String, will: Publication?, checksDates: Bool = true, meter: WireMeter? = nil) {
        guard Self.isReady, let client = mosquitto_new(name, true, Unmanaged.passUnretained(ear).toOpaque()) else { return nil }
        self.client = client
        self.broker = broker
        self.checksDates = checksDates
        self.meter = meter
        guard setUp(will) else { return nil }
        listen()
    }

    deinit {
        measure()
        mosquitto_destroy(client)
    }

    private func measure() { meter?.read(mosquitto_socket(client), counted: &measured) }

    private func setUp(_ will: Publication?) -> Bool {
        // A birth is several short messages: none of them waits for the answer to the one before.
        var results = [mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1)]
        if let will {
            let quality = Int32(will.qualityOfService)
            results.append(mosquitto_will_set(client, will.topic, Int32(will.payload.count), will.payload, quality, false))
        }
        if let login = broker.login { results.append(mosquitto_username_pw_set(client, login.name, login.password)) }
        if case .tls(let authority, let own) = broker.security { results += secure(authority, own) }
        return results.allSatisfy { $0 == MOSQ_ERR_SUCCESS.rawValue }
    }

    /// Apart from `setUp`: written into it, it stops the optimizer of Swift 6.3.1 with an "ownership error".
    private func secure(_ authority: String?, _ own: Broker.Certificate?) -> [Int32] {
        let verifies = mosquitto_tls_opts_set(client, 1, nil, nil)
        if !checksDates, tg_tls_without_dates(client) != MOSQ_ERR_SUCCESS.rawValue { return [MOSQ_ERR_TLS.rawValue] }
        if let authority { return [verifies, mosquitto_tls_set(client, authority, nil, own?.file, own?.key, nil)] }
        let trusts = mosquitto_int_option(client, MOSQ_OPT_TLS_USE_OS_CERTS, 1)
        guard let own else { return [verifies, trusts] }
        return [verifies, trusts, mosquitto_tls_set(client, nil, "/etc/ssl/certs", own.file, own.key, nil)]
    }

    private func listen() {
        mosquitto_connect_callback_set(client) { _, ear, code in
            MosquittoLine.tell(ear, code == 0 ? .connected : .refused(code: UInt8(clamping: code)))
        }
        mosquitto_subscribe_callback_set(client) { _, ear, _, count, granted in
            let isGranted = (0..<Int(count)).allSatisfy { (granted?[$0] ?? 128) < 128 }
            MosquittoLine.tell(ear, .subscribed(isGranted: isGranted))
        }
        mosquitto_message_callback_set(client) { _, ear, message in
            guard let message = message?.pointee, let topic = message.topic else { return }
            let length = min(Int(message.payloadlen), MosquittoLine.longestPayload)
            let payload = message.payload.map { Array(UnsafeRawBufferPointer(start: $0, count: max(0, length))) } ?? []
            MosquittoLine.tell(ear, .message(topic: String(cString: topic), payload: payload, isRetained: message.retain))
        }
    }

    private static func tell(_ ear: UnsafeMutableRawPointer?, _ news: News) {
        guard let ear else { return }
        Unmanaged<Ear>.fromOpaque(ear).takeUnretainedValue().news.append(news)
    }

    /// Looks the name up, connects and sends CONNECT. May take as long as the machine's own time limit for a connection, about two
    /// minutes, when nobody answers at all.
    /// - Parameter keepAlive: seconds; a broker that is silent for so long after a ping is lost.
    /// - Returns: `nil`: sent; `connected` or `refused` follows.
    func open(keepAlive: Int) -> News? {
        switch mosquitto_connect(client, broker.host, Int32(broker.port), Int32(keepAlive)) {
        case MOSQ_ERR_SUCCESS.rawValue: nil
        // Something of CONNECT may have gone out.
        case MOSQ_ERR_CONN_LOST.rawValue, MOSQ_ERR_PROTOCOL.rawValue, MOSQ_ERR_NO_CONN.rawValue: .lost
        default: .unreachable
        }
    }

    /// - Returns: `false`: the connection is over.
    func subscribe(_ topics: [String]) -> Bool {
        var copies = topics.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return mosquitto_subscribe_multiple(client, nil, Int32(topics.count), &copies, 1, 0, nil) == MOSQ_ERR_SUCCESS.rawValue
    }

    /// Takes a message only when all before it have left the process: nothing piles up before a link that has gone silent.
    func publish(_ publication: Publication) -> Bool {
        guard !mosquitto_want_write(client) else { return false }
        return mosquitto_publish(client, nil, publication.topic, Int32(publication.payload.count), publication.payload,
                                 Int32(publication.qualityOfService), false) == MOSQ_ERR_SUCCESS.rawValue
    }

    /// Waits for the broker or the bell, and does what the protocol needs.
    /// - Returns: what there is to tell; with `lost` at its end the connection is over.
    func turn(atMost milliseconds: Int32, bell: Int32) -> [News] {
        let socket = mosquitto_socket(client)
        guard socket >= 0 else { return take(isOver: true) }
        let wantsToWrite = mosquitto_want_write(client)
        var waited = [
            pollfd(fd: socket, events: Int16(POLLIN) | (wantsToWrite ? Int16(POLLOUT) : 0), revents: 0),
            pollfd(fd: bell, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&waited, 2, milliseconds)
        // Before the library sees that the connection is over.
        measure()
        if waited[1].revents != 0 { _ = tg_bell_wait(bell, 0) }
        var results = [mosquitto_loop_misc(client)]
        if waited[0].revents & ~Int16(POLLOUT) != 0 { results.append(mosquitto_loop_read(client, 1)) }
        if wantsToWrite { results.append(mosquitto_loop_write(client, 1)) }
        return take(isOver: !results.allSatisfy { $0 == MOSQ_ERR_SUCCESS.rawValue })
    }

    private func take(isOver: Bool) -> [News] {
        defer { ear.news = [] }
        return ear.news + (isOver ? [.lost] : [])
    }

    /// Sends what waits, then DISCONNECT: the broker forgets the will.
    func disconnect() {
        flush()
        mosquitto_disconnect(client)
        flush()
    }

    private func flush() {
        var turns = Self.goodbye / 10
        while turns > 0, mosquitto_want_write(client), mosquitto_socket(client) >= 0 {
            var waited = pollfd(fd: mosquitto_socket(client), events: Int16(POLLOUT), revents: 0)
            _ = poll(&waited, 1, 10)
            _ = mosquitto_loop_write(client, 1)
            turns -= 1
        }
    }
}
