import Crypto
import Foundation

/// A key that signs. It stays at the desk; a gateway knows public keys only.
public struct SigningKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    /// A new key from the system's random numbers.
    public init() { key = Curve25519.Signing.PrivateKey() }

    /// `nil` unless these are the 32 bytes of a private key.
    public init?(secret: [UInt8]) {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: secret) else { return nil }
        self.key = key
    }

    /// The 32 bytes nobody else may see.
    public var secret: [UInt8] { Array(key.rawRepresentation) }
    public var publicBytes: [UInt8] { Array(key.publicKey.rawRepresentation) }
    public var id: KeyID { KeyID(of: publicBytes) }

    /// Adds this key's signature. Signing twice adds nothing.
    public func sign(_ envelope: inout Envelope) {
        guard !envelope.signatures.contains(where: { $0.key == id }),
              let signature = try? key.signature(for: envelope.signedBytes) else { return }
        envelope.add(Envelope.Signature(key: id, bytes: Array(signature)))
    }
}

/// Whether a signature is this key's over these bytes. A key that is no point of the curve has signed nothing.
func isSigned(_ bytes: [UInt8], _ signature: [UInt8], by key: [UInt8]) -> Bool {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: key) else { return false }
    return key.isValidSignature(signature, for: bytes)
}

/// SHA-256 of exact bytes in hexadecimal digits: names a document in answers and on the disk, and tells two of one version apart.
public func fingerprint(of bytes: [UInt8]) -> String {
    Crypto.SHA256.hash(data: bytes).map { $0.hexadecimal }.joined()
}
