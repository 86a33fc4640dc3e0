import Foundation
public import Language

/// Reads a file a stranger may have written: regular files only, at most so many bytes, never waiting.
public enum BoundedFile {
    /// The longest site known is a few thousand lines; this is a hundred times more.
    static let bytesMax = 1_048_576

    public enum Failure: Error {
        case missing, notReadable, notRegular, tooLarge
    }

    public static func read(_ path: String) -> Result<[UInt8], Failure> {
        // O_NONBLOCK: opening a pipe nobody writes to must not wait. O_NOCTTY: nor may a terminal become ours.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            return .failure(errno == ENOENT || errno == ENOTDIR ? .missing : .notReadable)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return .failure(.notRegular) }
        guard status.st_size <= bytesMax else { return .failure(.tooLarge) }
        return drain(descriptor)
    }

    /// The size a file claims may be wrong (`/proc`) or change: what counts is what comes.
    private static func drain(_ descriptor: Int32) -> Result<[UInt8], Failure> {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return .failure(.notReadable) }
            if count == 0 { return .success(bytes) }
            bytes.append(contentsOf: chunk[..<count])
            if bytes.count > bytesMax { return .failure(.tooLarge) }
        }
    }

    /// The one line of a file that holds a secret, without its end.
    public static func firstLine(of bytes: [UInt8]) -> String { String(decoding: bytes.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self) }

    /// Whether the file a path leads to, all links followed, lies inside a folder.
    static func isInside(_ path: String, folder: String) -> Bool {
        guard let file = canonical(path), let root = canonical(folder) else { return false }
        return file.hasPrefix(root == "/" ? root : root + "/")
    }

    private static func canonical(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

extension BoundedFile.Failure {
    public var what: Phrase {
        switch self {
        case .missing: Phrase(zh: "没有这个文件。", en: "there is no such file.")
        case .notReadable: Phrase(zh: "文件读不出来。", en: "the file cannot be read.")
        case .notRegular: Phrase(zh: "这不是普通文件（是目录、管道或设备）。", en: "this is not a regular file but a folder, pipe or device.")
        case .tooLarge: Phrase(zh: "文件超过 1 MiB。", en: "the file is larger than 1 MiB.")
        }
    }

    public var remedy: Phrase {
        switch self {
        case .missing: Phrase(zh: "请检查路径与文件名。", en: "Check the path and the name.")
        case .notReadable: Phrase(zh: "请检查文件权限。", en: "Check who may read it (ls -l).")
        case .notRegular: Phrase(zh: "请给出 YAML 文件本身。", en: "Name the YAML file itself.")
        case .tooLarge: Phrase(zh: "站点文件一般只有几百行；请确认没有拿错文件。", en: "A site has a few hundred lines; make sure this is the right file.")
        }
    }
}
