import Foundation
import Testing

/// The arrows of the design. SwiftPM lets a file import what another target depends on; this does not.
@Suite struct ArrowTests {
    static let core = ["Language", "Quantities", "Bytes", "ProcessImage", "Agronomy", "Control", "Interlocks", "Scan", "Simulator"]

    /// Ours that a module may import.
    static let allowed: [String: Set<String>] = [
        "Language": [],
        "Quantities": [],
        "Bytes": [],
        "ProcessImage": ["Language", "Quantities"],
        "Agronomy": ["Quantities"],
        "Control": ["Agronomy", "ProcessImage", "Quantities"],
        "Interlocks": ["ProcessImage", "Quantities"],
        "Scan": ["Control", "Interlocks", "ProcessImage", "Quantities"],
        "Field": ["Scan", "Interlocks", "ProcessImage", "Quantities", "Bytes", "CModbus", "CGPIODShim", "CRealtime"],
        "Journal": ["Scan", "ProcessImage", "Quantities", "Language", "CRealtime"],
        "Site": ["Agronomy", "Scan", "Control", "Interlocks", "Field", "ProcessImage", "Quantities", "Language"],
        "Schedule": ["Site", "Scan", "Control", "ProcessImage", "Quantities", "Language"],
        "LocalAPI": ["Journal", "ProcessImage", "Quantities", "Language"],
        "Sparkplug": ["Quantities"],
        "Uplink": ["Journal", "Sparkplug", "ProcessImage", "Quantities", "Language", "CMosquitto", "CRealtime"],
        "Simulator": ["Scan", "Interlocks", "Control", "ProcessImage", "Quantities", "Language"],
        "SL651": ["Language", "Quantities", "Bytes"],
        "BeiDou": ["Language", "Quantities", "Bytes"],
        "tidegate-guard": ["Field", "ProcessImage", "Quantities", "CRealtime"],
    ]

    /// Not ours, by module; what is missing here is allowed nowhere.
    static let outside: [String: Set<String>] = [
        // The C library's mathematics alone.
        "Agronomy": ["Glibc"],
        "Field": ["Glibc", "Synchronization", "BridgeCore"],
        "ProcessImage": ["Synchronization"],
        "Journal": ["Foundation", "Dispatch", "GRDB", "GRDBSQLite", "Synchronization", "Glibc"],
        "Site": ["Foundation", "Yams", "Glibc"],
        "Schedule": ["Foundation", "Crypto", "Glibc"],
        "LocalAPI": ["Foundation", "Synchronization", "Glibc"],
        "Uplink": ["Foundation", "Dispatch", "Glibc", "Synchronization"],
        "tidegate-guard": ["Glibc", "Synchronization"],
    ]

    @Test(arguments: allowed.keys.sorted())
    func `a module imports only what the design lets it`(module: String) {
        let may = (Self.allowed[module] ?? []).union(Self.outside[module] ?? [])
        let files = Tree.swiftFiles(below: "Sources/\(module)")
        #expect(!files.isEmpty, "Sources/\(module) has no Swift file")
        for file in files {
            for imported in file.imports {
                #expect(may.contains(imported), "\(file.path) imports \(imported)")
            }
        }
    }

    @Test func `what is kept for upstream and how it is written knows no network, clock or disk`() {
        for file in Tree.swiftFiles(below: "Sources/Uplink/Sync") { #expect(Set(file.imports).isSubset(of: ["Quantities"]), "\(file.path)") }
    }

    @Test func `the package declares the same arrows`() throws {
        for (module, dependencies) in try declaredDependencies() {
            guard let may = Self.allowed[module] else { continue }
            let ours = dependencies.filter { Self.allowed[$0] != nil || $0.hasPrefix("C") }
            #expect(Set(ours).isSubset(of: may), "\(module) depends on \(ours)")
        }
    }

    /// Reads `swift package dump-package` with a scratch path of its own: the usual one is locked while tests run.
    private func declaredDependencies() throws -> [String: [String]] {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("tidegate-tidy-\(getpid())")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["swift", "package", "--scratch-path", scratch.path, "dump-package"]
        process.currentDirectoryURL = Tree.root
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let package = try JSONDecoder().decode(DumpedPackage.self, from: data)
        return Dictionary(uniqueKeysWithValues: package.targets.map { ($0.name, $0.dependencies.compactMap(\.name)) })
    }
}

private struct DumpedPackage: Decodable {
    struct Target: Decodable {
        let name: String
        let dependencies: [Dependency]
    }

    /// `{"byName": ["Scan", null]}`: the name is the first element.
    struct Dependency: Decodable {
        let name: String?

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            let value = try container.decode([String: [String?]].self)
            name = value["byName"]?.first ?? nil
        }
    }

    let targets: [Target]
}
