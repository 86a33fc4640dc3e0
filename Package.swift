// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours: Swift 6 mode, no warning left standing, existentials and imports spelled out.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let bridgeCore = Target.Dependency.product(name: "BridgeCore", package: "firmware-bridge")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// The arrows of the design (ARCHITECTURE.md); `Tests/TidyTests` holds the import lines against them.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

let package = Package(
    name: "Tidegate",
    products: [
        .executable(name: "tidegated", targets: ["tidegated"]),
        .executable(name: "tidegate-guard", targets: ["tidegate-guard"]),
        .executable(name: "tidegate", targets: ["tidegate"]),
        .executable(name: "tidegate-plant", targets: ["tidegate-plant"]),
        // What the package in Benchmarks/ measures, and what counts for it.
        .library(name: "TidegateCore", targets: ["Language", "Quantities", "ProcessImage", "Control", "Interlocks", "Scan", "Field",
                                               "Journal"]),
        .library(name: "CAllocationCounter", targets: ["CAllocationCounter"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(path: "firmware-bridge"),
    ],
    targets: [
        // The core: no Foundation, no clock, no I/O.
        module("Language"),
        module("Quantities"),
        module("Bytes"),
        module("ProcessImage", ["Language", "Quantities"]),
        module("Agronomy", ["Quantities"]),
        module("Control", ["Agronomy", "ProcessImage", "Quantities"]),
        module("Interlocks", ["ProcessImage", "Quantities"]),
        module("Scan", ["Control", "Interlocks", "ProcessImage", "Quantities"]),

        // The edges: field, disk, files, people.
        module("Field", ["Scan", "Interlocks", "ProcessImage", "Quantities", "Bytes", "CModbus", "CGPIODShim", "CRealtime", bridgeCore]),
        module("Journal", ["Scan", "ProcessImage", "Quantities", "Language", "CRealtime", grdb, sqlite]),
        module("Site", ["Agronomy", "Scan", "Control", "Interlocks", "Field", "ProcessImage", "Quantities", "Language", yams]),
        module("Schedule", ["Site", "Scan", "Control", "ProcessImage", "Quantities", "Language", crypto]),
        module("LocalAPI", ["Journal", "ProcessImage", "Quantities", "Language"]),
        module("Sparkplug", ["Quantities"]),
        module("Uplink", ["Journal", "Sparkplug", "ProcessImage", "Quantities", "Language", "CMosquitto", "CRealtime"]),
        module("Simulator", ["Scan", "Interlocks", "Control", "ProcessImage", "Quantities", "Language"]),

        // What speaks to others over thin links: pure codecs and state machines, no transport.
        module("SL651", ["Language", "Quantities", "Bytes"]),
        module("BeiDou", ["Language", "Quantities", "Bytes"]),

        // Programs: composition only.
        program("tidegated", ["Schedule", "Site", "LocalAPI", "Uplink", "Sparkplug", "Journal", "Field", "Scan", "Interlocks", "Control",
                              "ProcessImage", "Quantities", "Language", argumentParser]),
        program("tidegate-guard", ["Field", "ProcessImage"]),
        program("tidegate", ["Agronomy", "Schedule", "Site", "LocalAPI", "Field", "Simulator", "Scan", "Interlocks", "Control",
                             "ProcessImage", "Quantities", "Language", argumentParser]),
        program("tidegate-plant", ["Site", "Simulator", "Field", "Scan", "Control", "ProcessImage", "Quantities",
                                   "Language", argumentParser, bridgeCore]),

        // System libraries and the few C shims.
        .systemLibrary(name: "CModbus", pkgConfig: "libmodbus", providers: [.apt(["libmodbus-dev"])]),
        .systemLibrary(name: "CMosquitto", pkgConfig: "libmosquitto", providers: [.apt(["libmosquitto-dev", "libssl-dev"])]),
        .systemLibrary(name: "CGPIOD", pkgConfig: "libgpiod", providers: [.apt(["libgpiod-dev"])]),
        .target(name: "CGPIODShim", dependencies: ["CGPIOD"]),
        .target(name: "CRealtime"),

        tests("LanguageTests", ["Language"]),
        tests("QuantitiesTests", ["Quantities"]),
        tests("ProcessImageTests", ["ProcessImage", "Quantities", "Language"]),
        tests("AgronomyTests", ["Agronomy", "Quantities"], resources: [.copy("Cases")]),
        tests("ControlTests", ["Control", "Agronomy", "ProcessImage", "Quantities", "Language", "CAllocationCounter"], resources: [.copy("Cases")]),
        tests("InterlocksTests", ["Interlocks", "ProcessImage", "Quantities", "Language"]),
        .target(name: "CAllocationCounter", path: "Tests/Support/CAllocationCounter"),
        tests("ScanTests", ["Scan", "Agronomy", "Control", "Interlocks", "ProcessImage", "Quantities", "Language", "CAllocationCounter"]),
        tests("FieldTests", ["Field", "Scan", "Interlocks", "ProcessImage", "Quantities", "Bytes", "Language", "CRealtime",
                             "CAllocationCounter", bridgeCore], resources: [.copy("Fixtures")]),
        tests("JournalTests", ["Journal", "Scan", "ProcessImage", "Quantities", "Language", grdb]),
        tests("SiteTests", ["Site", "Agronomy", "Scan", "Control", "Interlocks", "Field", "ProcessImage", "Quantities", "Language"],
              resources: [.copy("Fixtures")]),
        tests("ScheduleTests", ["Schedule", "Site", "Scan", "Control", "ProcessImage", "Quantities", "Language", crypto]),
        tests("UplinkTests", ["Uplink", "Journal", "Scan", "Sparkplug", "ProcessImage", "Quantities", "Language", "CRealtime"],
              resources: [.copy("Fixtures")]),
        tests("SparkplugTests", ["Sparkplug", "Quantities"], resources: [.copy("Fixtures")]),
        // A small farm that lives, for the tests of the API and of the command line.
        .target(name: "LiveFarm",
                dependencies: ["LocalAPI", "Journal", "Scan", "Control", "Interlocks", "ProcessImage", "Quantities", "Language"],
                path: "Tests/Support/LiveFarm", swiftSettings: strict),
        tests("LocalAPITests", ["LocalAPI", "LiveFarm", "Journal", "ProcessImage", "Quantities", "Language", yams]),
        tests("SimulatorTests", ["Simulator", "Site", "Scan", "Interlocks", "Control", "Agronomy", "ProcessImage", "Quantities", "Language",
                                 "CAllocationCounter"]),
        tests("PlantTests", ["tidegate-plant", "Site", "Journal", "Simulator", "Field", "Scan", "Interlocks", "Control",
                             "ProcessImage", "Quantities", "Language", "CAllocationCounter"],
              resources: [.copy("Fixtures")]),
        tests("CommandLineTests", ["tidegate", "Schedule", "Site", "Simulator", "Field", "LocalAPI", "LiveFarm", "Scan", "Control", "Agronomy", "Language",
                                   "ProcessImage", "Quantities"],
              resources: [.copy("Fixtures")]),
        tests("BeiDouTests", ["BeiDou", "Quantities", "Language"]),
        tests("SL651Tests", ["SL651", "Quantities", "Language"], resources: [.copy("Fixtures")]),
        tests("TidyTests", []),
    ]
)
