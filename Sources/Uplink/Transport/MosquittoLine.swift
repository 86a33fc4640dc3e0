import CMosquitto
import CRealtime
import Glibc
import Sparkplug

/// One connection to one broker by libmosquitto (MQTT 3.1.1 or 5, clean session), for one thread: nothing happens but in its calls.
///
/// Without `disconnect` its end is a broken connection to the broker, which then tells of the will.
final class MosquittoLine {
    /// What the library calls back with, collected.
    private final class Ear {
        var news: [News] = []
        /// A packet has come to its end: the library tells of each in its log.
        var heardWhole = false
        /// Numbers of messages with QoS 1 that the broker has not answered yet.
        var awaited: Set<Int32> = []
    }

    /// A longer payload is not asked for; where one comes all the same it is cut, so that whoever reads it sees that it is too large.
    static let longestPayload = 65_536
    /// Bytes of one packet: a payload, a topic and what stands around them. A connection with a longer one is cut.
    static let longestPacket = longestPayload + 65_536
    /// How long a goodbye may take.
    private static let goodbye: Int32 = 1000
    private static let isReady = mosquitto_lib_init() == MOSQ_ERR_SUCCESS.rawValue

    private let client: OpaquePointer
    private let ear = Ear()
    private let broker: Broker
    private let checksDates: Bool
    private let meter: WireMeter?
    private var measured = 0
    private var sluice: Sluice?
    /// Bytes that came since a packet came to its end.
    private var unfinished = 0

    /// Messages with QoS 1 that the broker has not answered yet.
    var unacknowledged: Int { ear.awaited.count }

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

    private func measure() {
        if let sluice { meter?.read(sluice.outside, counted: &measured) }
    }

    private func setUp(_ will: Publication?) -> Bool {
        // A birth is several short messages: none of them waits for the answer to the one before.
        var results = [mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1)]
        if broker.version == .five { results.append(mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION, Int32(MQTT_PROTOCOL_V5))) }
        if let will {
            let quality = Int32(will.qualityOfService)
            results.append(mosquitto_will_set(client, will.topic, Int32(will.payload.count), will.payload, quality, false))
        }
        if let login = broker.login {
            results.append(mosquitto_username_pw_set(client, login.name, login.password.isEmpty ? nil : login.password))
        }
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
        // A broker of MQTT 5 says why it ends a connection; below 128 it is the library that speaks.
        mosquitto_disconnect_callback_set(client) { _, ear, code in
            if code >= 128 { MosquittoLine.tell(ear, .refused(code: UInt8(clamping: code))) }
        }
        mosquitto_subscribe_callback_set(client) { _, ear, _, count, granted in
            let isGranted = (0..<Int(count)).allSatisfy { (granted?[$0] ?? 128) < 128 }
            MosquittoLine.tell(ear, .subscribed(isGranted: isGranted))
        }
        // A broker of MQTT 5 may acknowledge that it does not take a message.
        mosquitto_publish_v5_callback_set(client) { _, ear, message, code, _ in
            guard let ear else { return }
            let listener = Unmanaged<Ear>.fromOpaque(ear).takeUnretainedValue()
            if listener.awaited.remove(message) != nil, code < 128 { listener.news.append(.taken(message: message)) }
        }
        mosquitto_message_callback_set(client) { _, ear, message in
            guard let message = message?.pointee, let topic = message.topic else { return }
            let length = min(Int(message.payloadlen), MosquittoLine.longestPayload + 1)
            let payload = message.payload.map { Array(UnsafeRawBufferPointer(start: $0, count: max(0, length))) } ?? []
            MosquittoLine.tell(ear, .message(topic: String(cString: topic), payload: payload, isRetained: message.retain))
        }
        mosquitto_log_callback_set(client) { _, ear, _, text in
            guard let ear, let text, strstr(text, " received ") != nil else { return }
            Unmanaged<Ear>.fromOpaque(ear).takeUnretainedValue().heardWhole = true
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
        switch connect(keepAlive) {
        case MOSQ_ERR_SUCCESS.rawValue:
            sluice = Sluice(under: mosquitto_socket(client))
            return sluice == nil ? .lost : nil
        // Something of CONNECT may have gone out.
        case MOSQ_ERR_CONN_LOST.rawValue, MOSQ_ERR_PROTOCOL.rawValue, MOSQ_ERR_NO_CONN.rawValue: return .lost
        default: return .unreachable
        }
    }

    /// A broker of MQTT 5 is told how much we take; without a session expiry it forgets us with the connection.
    private func connect(_ keepAlive: Int) -> Int32 {
        var wishes: OpaquePointer?
        defer { mosquitto_property_free_all(&wishes) }
        if broker.version == .five {
            let isAdded = mosquitto_property_add_int32(&wishes, Int32(MQTT_PROP_MAXIMUM_PACKET_SIZE.rawValue), UInt32(Self.longestPacket))
            guard isAdded == MOSQ_ERR_SUCCESS.rawValue else { return isAdded }
        }
        return mosquitto_connect_bind_v5(client, broker.host, Int32(broker.port), Int32(keepAlive), nil, wishes)
    }

    /// - Returns: `false`: the connection is over.
    func subscribe(_ topics: [String]) -> Bool {
        var copies = topics.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        let isTaken = mosquitto_subscribe_multiple(client, nil, Int32(topics.count), &copies, 1, 0, nil) == MOSQ_ERR_SUCCESS.rawValue
        return isTaken && letOut()
    }

    /// Takes a message only when all before it have left the process: nothing piles up before a link that has gone silent.
    /// - Returns: its number, for `News.taken` where it goes with QoS 1; `nil`: it was not taken.
    func send(_ publication: Publication) -> Int32? {
        guard isEmpty else { return nil }
        var number: Int32 = 0
        let answer = mosquitto_publish(client, &number, publication.topic, Int32(publication.payload.count), publication.payload,
                                       Int32(publication.qualityOfService), publication.isRetained)
        guard answer == MOSQ_ERR_SUCCESS.rawValue else { return nil }
        if publication.qualityOfService > 0 { ear.awaited.insert(number) }
        return letOut() ? number : nil
    }

    func publish(_ publication: Publication) -> Bool { send(publication) != nil }

    /// All that was published has left the process.
    var isEmpty: Bool { !mosquitto_want_write(client) && sluice?.isEmpty ?? true }

    /// Waits for the broker or the bell, and does what the protocol needs.
    /// - Returns: what there is to tell; with `lost` or `tooLarge` at its end the connection is over.
    func turn(atMost milliseconds: Int32, bell: Int32) -> [News] {
        guard let sluice, mosquitto_socket(client) >= 0 else { return take(end: .lost) }
        var waited = [sluice.waited(wantsToWrite: mosquitto_want_write(client)), pollfd(fd: bell, events: Int16(POLLIN), revents: 0)]
        _ = poll(&waited, 2, milliseconds)
        measure()
        if waited[1].revents != 0 { _ = tg_bell_wait(bell, 0) }
        let isWell = mosquitto_loop_misc(client) == MOSQ_ERR_SUCCESS.rawValue
        let end = waited[0].revents & ~Int16(POLLOUT) != 0 ? listenOnce(sluice) : nil
        return take(end: end ?? (letOut() && isWell ? nil : .lost))
    }

    /// Gives the library what has come, a gulp at a time, so that what it makes of it is seen in between.
    /// - Returns: how the connection ended, if it did.
    private func listenOnce(_ sluice: Sluice) -> News? {
        for _ in 0..<Self.gulpsAtOnce {
            switch sluice.takeIn() {
            case .nothing: return nil
            case .ended: return .lost
            case .bytes(let count): unfinished += count
            }
            guard digest() else { return .lost }
            if ear.heardWhole { unfinished = 0 }
            ear.heardWhole = false
            if unfinished > Self.longestPacket { return .tooLarge }
        }
        return nil
    }

    /// So that whoever floods us keeps nobody from what else there is to do.
    private static let gulpsAtOnce = 64

    /// - Returns: `false`: the connection is over.
    private func digest() -> Bool {
        var before = Int.max
        while mosquitto_socket(client) >= 0 {
            let now = unread(mosquitto_socket(client))
            // One that leaves it unread will not read it either when asked again at once.
            guard now > 0, now < before else { return true }
            before = now
            guard mosquitto_loop_read(client, 1) == MOSQ_ERR_SUCCESS.rawValue else { return false }
        }
        return false
    }

    /// Moves what the library wrote towards the broker.
    /// - Returns: `false`: the connection is over.
    private func letOut() -> Bool {
        guard let sluice else { return false }
        var hasMoved = true
        while true {
            let passed = sluice.letOut()
            if passed == .ended { return false }
            // What the library keeps back waits until the machine takes more.
            guard hasMoved || passed != .nothing, sluice.isEmpty, mosquitto_want_write(client) else { return true }
            hasMoved = false
            guard mosquitto_loop_write(client, 1) == MOSQ_ERR_SUCCESS.rawValue else { return false }
        }
    }

    private func take(end: News?) -> [News] {
        defer { ear.news = [] }
        return ear.news + [end].compactMap(\.self)
    }

    /// Sends what waits, then DISCONNECT: the broker forgets the will.
    func disconnect() {
        flush()
        mosquitto_disconnect(client)
        flush()
    }

    private func flush() {
        var turns = Self.goodbye / 10
        while turns > 0, letOut(), let sluice, mosquitto_want_write(client) || !sluice.isEmpty {
            var waited = sluice.waited(wantsToWrite: true)
            _ = poll(&waited, 1, 10)
            turns -= 1
        }
    }
}
