import Crypto
import Foundation

/// Names a public key: the first 16 bytes of a SHA-256 over it, in hexadecimal digits.
public struct KeyID: Sendable, Hashable {
    public let text: String
    static let digits = 32

    /// - Parameter key: the 32 bytes of an Ed25519 public key.
    public init(of key: [UInt8]) {
        let hash = Crypto.SHA256.hash(data: Array("tidegate key ed25519\n".utf8) + key)
        text = hash.prefix(KeyID.digits / 2).map { $0.hexadecimal }.joined()
    }

    /// Reads 32 hexadecimal digits, small letters only.
    init?(text: some StringProtocol) {
        guard text.utf8.count == KeyID.digits, text.utf8.allSatisfy(isHexadecimal) else { return nil }
        self.text = String(text)
    }
}

extension UInt8 {
    var hexadecimal: String { self < 16 ? "0" + String(self, radix: 16) : String(self, radix: 16) }
}

func isHexadecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
    default: false
    }
}
