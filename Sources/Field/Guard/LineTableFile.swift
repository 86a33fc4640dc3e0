import Glibc

extension LineTable {
    /// Writes the table into a directory so that a reader sees the old one or the new one, never a part.
    /// - Returns: `false` when the file cannot be written; errno says why.
    func write(toDirectory directory: String) -> Bool {
        let path = directory + "/" + LineTable.fileName
        let fresh = path + ".new"
        let file = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard file >= 0 else { return false }
        let bytes = Array(text.utf8)
        let isWritten = Glibc.write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
        close(file)
        return isWritten && rename(fresh, path) == 0
    }

    /// Reads the table of a directory.
    /// - Throws: when it is missing, too long, or not exactly a table.
    static func read(fromDirectory directory: String) throws(LineTableFault) -> LineTable {
        let file = open(directory + "/" + fileName, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw LineTableFault(line: 0, what: "cannot be opened") }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while bytes.count <= bytesMax {
            let count = Glibc.read(file, &chunk, chunk.count)
            guard count >= 0 else { throw LineTableFault(line: 0, what: "cannot be read") }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw LineTableFault(line: 0, what: "not UTF-8") }
        return try LineTable(text: text)
    }
}
