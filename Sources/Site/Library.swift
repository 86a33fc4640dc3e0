import Foundation
import Language

/// The boards, profiles and crops a site may name: files of three folders, each read once.
///
/// A file that a link leads out of its folder is refused: a site copied from a stranger reads nothing else of the machine.
final class Library {
    let boardsFolder: String
    let profilesFolder: String
    /// Beside the profiles.
    let cropsFolder: String
    let speciesFolder: String
    let tidesFolder: String
    private let report: Report
    private var profiles: [String: Profile?] = [:]
    private var crops: [String: CropFile?] = [:]
    private var species: [String: SpeciesFile?] = [:]

    /// - Parameter site: the site file's path. Profiles lie in `profiles` beside it; boards in `boards` beside it or,
    ///   failing that, beside its folder.
    init(site: String, boards: String?, profiles: String?, report: Report) {
        let folder = Library.folder(of: site)
        let beside = Library.join(folder, "boards")
        let isBeside = FileManager.default.fileExists(atPath: beside)
        boardsFolder = boards ?? (isBeside ? beside : Library.join(Library.parent(of: folder), "boards"))
        profilesFolder = profiles ?? Library.join(folder, "profiles")
        let configs = profiles.map { Library.parent(of: $0) } ?? folder
        cropsFolder = Library.join(configs, "crops")
        speciesFolder = Library.join(configs, "species")
        tidesFolder = Library.join(configs, "tides")
        self.report = report
    }

    func board(_ entry: Entry) -> Board? {
        guard let tag = entry.fileName(in: boardsFolder) else { return nil }
        return root(tag, in: boardsFolder, namedBy: entry, zh: "板", en: "boards").flatMap { Board($0, tag: tag) }
    }

    func profile(_ entry: Entry) -> Profile? {
        guard let tag = entry.fileName(in: profilesFolder) else { return nil }
        if let known = profiles[tag] { return known }
        let profile = root(tag, in: profilesFolder, namedBy: entry, zh: "型号", en: "profiles").flatMap { Profile($0, tag: tag) }
        profiles[tag] = profile
        return profile
    }

    func crop(_ entry: Entry) -> CropFile? {
        guard let tag = entry.fileName(in: cropsFolder) else { return nil }
        if let known = crops[tag] { return known }
        let crop = root(tag, in: cropsFolder, namedBy: entry, zh: "作物", en: "crops").flatMap { CropFile($0, tag: tag) }
        crops[tag] = crop
        return crop
    }

    func species(_ entry: Entry) -> SpeciesFile? {
        guard let tag = entry.fileName(in: speciesFolder) else { return nil }
        if let known = species[tag] { return known }
        let found = root(tag, in: speciesFolder, namedBy: entry, zh: "鱼种", en: "species").flatMap { SpeciesFile($0, tag: tag) }
        species[tag] = found
        return found
    }

    /// A tide table's bytes and its path.
    func tides(_ entry: Entry) -> (bytes: [UInt8], file: String)? {
        guard let tag = entry.fileName(in: tidesFolder) else { return nil }
        return bytes("\(tag).csv", in: tidesFolder, namedBy: entry, zh: "潮汐表", en: "tide tables")
    }

    private func root(_ tag: String, in folder: String, namedBy entry: Entry, zh: String, en: String) -> Entry? {
        guard let found = bytes("\(tag).yaml", in: folder, namedBy: entry, zh: zh, en: en) else { return nil }
        return Entry.root(of: found.bytes, file: found.file, report: report)
    }

    private func bytes(_ name: String, in folder: String, namedBy entry: Entry, zh: String, en: String) -> (bytes: [UInt8], file: String)? {
        let path = Library.join(folder, name)
        switch BoundedFile.read(path) {
        case .failure(.missing):
            let suffix = String(name.drop { $0 != "." })
            entry.refuse(Phrase(zh: "\(folder) 里没有 \(name)。", en: "there is no \(name) in \(folder)."),
                         choices(Library.names(in: folder, suffix), insteadOf: String(name.dropLast(suffix.count)), zh: zh, en: en))
        case .failure(let failure):
            report.add(Problem(file: path, line: 0, key: "", what: failure.what, remedy: failure.remedy))
        case .success(let bytes):
            if BoundedFile.isInside(path, folder: folder) { return (bytes, path) }
            entry.refuse(Phrase(zh: "\(name) 是指向 \(folder) 之外的链接。", en: "\(name) is a link out of \(folder)."),
                         Phrase(zh: "请把文件本身放进该目录。", en: "Put the file itself into the folder."))
        }
        return nil
    }

    private static func names(in folder: String, _ suffix: String) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }.sorted()
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func parent(of folder: String) -> String {
        let last = folder.split(separator: "/").last
        if last == nil || last == "." || last == ".." { return join(folder, "..") }
        return Library.folder(of: folder)
    }

    static func join(_ folder: String, _ name: String) -> String {
        if folder == "." { return name }
        return folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }
}

extension Entry {
    /// The name of a file of a library: no folder, no suffix.
    fileprivate func fileName(in folder: String) -> String? {
        guard let word = text() else { return nil }
        if Entry.isTag(word) { return word }
        refuse(Phrase(zh: "“\(quoted(word))”不是 \(folder) 里的文件名。", en: "\"\(quoted(word))\" is not the name of a file in \(folder)."),
               Phrase(zh: "只写名称，不带目录与 .yaml。", en: "Write the name alone, without folder and .yaml."))
        return nil
    }
}
