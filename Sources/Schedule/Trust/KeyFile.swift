import Foundation
public import Language
import Site

/// A key on the desk's disk: one line of text for its owner's eyes alone.
public enum KeyFile {
    public enum Fault: Error, Sendable, Hashable {
        /// There is one already; a key is never written over.
        case exists
        case notReadable
        case notWritable
        /// Somebody else than its owner may read it.
        case open
        case noKey
    }

    private static let opening = "tidegate key ed25519 "

    /// Writes a key into a new file of mode 0600.
    public static func write(_ key: SigningKey, to path: String) throws(Fault) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw errno == EEXIST ? .exists : .notWritable }
        defer { close(descriptor) }
        let bytes = Array("\(opening)\(Data(key.secret).base64EncodedString())\n".utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else { throw .notWritable }
    }

    public static func read(_ path: String) throws(Fault) -> SigningKey {
        var status = stat()
        guard stat(path, &status) == 0, case .success(let bytes) = BoundedFile.read(path) else { throw .notReadable }
        guard status.st_mode & 0o077 == 0 else { throw .open }
        let line = String(decoding: bytes.prefix(200), as: UTF8.self).split(separator: "\n").first ?? ""
        guard line.hasPrefix(opening), let secret = Data(base64Encoded: String(line.dropFirst(opening.count))),
              let key = SigningKey(secret: Array(secret)) else { throw .noKey }
        return key
    }
}

extension KeyFile.Fault {
    public var what: Phrase {
        switch self {
        case .exists: Phrase(zh: "文件已存在，不会覆盖钥匙。", en: "the file exists, and a key is never written over.")
        case .notReadable: Phrase(zh: "读不出来。", en: "it cannot be read.")
        case .notWritable: Phrase(zh: "写不进去。", en: "it cannot be written.")
        case .open: Phrase(zh: "别人也能读这把私钥。", en: "others may read this secret key.")
        case .noKey: Phrase(zh: "不是钥匙文件。", en: "it is not a key file.")
        }
    }

    public var remedy: Phrase {
        switch self {
        case .exists: Phrase(zh: "换一个文件名；看公钥加 --show。", en: "Choose another name; --show tells its public key.")
        case .notReadable: Phrase(zh: "请检查路径与权限。", en: "Check the path and who may read it.")
        case .notWritable: Phrase(zh: "请检查目录与空间。", en: "Check the folder and its space.")
        case .open: Phrase(zh: "chmod 600 后再用；若可能已外泄，请换钥匙并吊销它。", en: "chmod 600 it; if it may have leaked, make another and have this one revoked.")
        case .noKey: Phrase(zh: "用 tidegate schedule key 生成。", en: "Make one with tidegate schedule key.")
        }
    }
}
