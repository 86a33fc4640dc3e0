import Foundation
import Language
import Site

/// The bytes of a user's file, at most 1 MiB; refused with what is wrong with it.
func bytes(ofFile path: String) throws -> [UInt8] {
    switch BoundedFile.read(path) {
    case .success(let bytes): return bytes
    case .failure(let failure):
        throw Refused(.wrongUse, code: "file", Phrase(zh: "\(path)：\(failure.what.zh)", en: "\(path): \(failure.what.en)"), remedy: failure.remedy)
    }
}

/// Writes a file whole or not at all.
func write(_ bytes: [UInt8], toFile path: String) throws {
    do {
        try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
        throw Refused(.failed, code: "file", Phrase(zh: "\(path) 写不进去", en: "\(path) cannot be written"),
                      remedy: Phrase(zh: "请检查目录与空间。", en: "Check the folder and its space."))
    }
}

/// Seconds since 1970 by the clock of this machine, which a desk believes.
var unixNow: Int64 { Int64(Date().timeIntervalSince1970) }
