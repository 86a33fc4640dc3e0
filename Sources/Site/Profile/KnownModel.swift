public import Field
import Foundation
import ProcessImage

/// A model of device as a bus scan may compare with what answers: which registers it shows, and in what range.
///
/// A hint, never an identification: different models share addresses and ranges.
public struct KnownModel: Sendable {
    public let tag: String
    public let rules: ReadRules
    /// Those whose scale the profile knows. Their `point` means nothing.
    public let points: [RegisterPoint]

    /// The profiles of a folder that load, by name. A file that does not is left out: `tidegate check` says why.
    public static func all(in folder: String) -> [KnownModel] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.sorted().compactMap { model(folder + "/" + $0, tag: String($0.dropLast(5))) }
    }

    private static func model(_ path: String, tag: String) -> KnownModel? {
        let report = Report()
        guard case .success(let bytes) = BoundedFile.read(path), let root = Entry.root(of: bytes, file: path, report: report),
              let profile = Profile(root, tag: tag), report.isClean, profile.unusable == nil else { return nil }
        return KnownModel(tag: tag, rules: profile.rules, points: profile.points.compactMap { point($0.register) })
    }

    private static func point(_ register: Register) -> RegisterPoint? {
        guard let scale = register.scale else { return nil }
        return RegisterPoint(point: PointIndex(0), table: register.table, address: register.address, type: register.type,
                             bit: register.bit, mask: register.mask, scale: scale, offset: register.offset,
                             sentinels: register.sentinels, range: register.range, every: .seconds(1))
    }
}
