/// Where a broker is and how to come in.
public struct Broker: Hashable, Sendable {
    public var host: String
    /// Range: 1 … 65 535; 8883 is usual with TLS, 1883 without.
    public var port: UInt16
    public var login: Login?
    public var security: Security
    public var version: Version

    public struct Login: Hashable, Sendable {
        public var name: String
        /// Empty: none.
        public var password: String

        public init(name: String, password: String) {
            self.name = name
            self.password = password
        }
    }

    /// Of MQTT.
    public enum Version: Hashable, Sendable {
        /// 3.1.1
        case three
        /// A broker of MQTT 5 says why it refuses, and is told how large a message we take.
        case five
    }

    public enum Security: Hashable, Sendable {
        /// For a broker on the same machine, or behind a tunnel that is secured by others.
        case none
        /// TLS 1.2 or later; the broker's certificate and name are always verified.
        /// - `authority`: a file of certificates that are trusted; `nil`: those of the machine.
        /// - `own`: files of the gateway's certificate and its key.
        case tls(authority: String?, own: Certificate?)
    }

    public struct Certificate: Hashable, Sendable {
        public var file: String
        public var key: String

        public init(file: String, key: String) {
            self.file = file
            self.key = key
        }
    }

    public init(host: String, port: UInt16, login: Login? = nil, security: Security = .none, version: Version = .three) {
        self.host = host
        self.port = port
        self.login = login
        self.security = security
        self.version = version
    }
}
