/// The number of the newest birth, on disk before it is used (`tck-id-topics-nbirth-bdseq-increment`).
struct BirthFile: Sendable {
    private let file: MemoryFile

    init(folder: String) { file = MemoryFile(folder: folder, name: "sparkplug-birth") }

    /// `nil`: there is none, or it cannot be read; births then begin with 0.
    var number: UInt8? {
        file.read().flatMap { UInt8(String(decoding: $0.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)) }
    }

    /// Puts a number in the place of the old, so that a power cut leaves one of the two.
    /// - Returns: `false`: the disk did not take it.
    func keep(_ number: UInt8) -> Bool { file.write(Array("\(number)\n".utf8)) }
}
