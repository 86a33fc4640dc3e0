// swift-tools-version: 6.2
import PackageDescription

/// As strict as the gateway's own targets. BridgeCore is compiled unchanged for the host and for the microcontroller:
/// what Embedded Swift cannot do is an error on the host already.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "firmware-bridge",
    products: [
        .library(name: "BridgeCore", targets: ["BridgeCore"]),
        .executable(name: "bridge-sim", targets: ["BridgeSim"]),
        .executable(name: "Firmware", targets: ["Firmware"]),
    ],
    targets: [
        .target(name: "BridgeCore", swiftSettings: strict + [.treatWarning("EmbeddedRestrictions", as: .error)]),
        .executableTarget(name: "BridgeSim", dependencies: ["BridgeCore"], swiftSettings: strict),
        .target(name: "CBoard"),
        .executableTarget(name: "Firmware", dependencies: ["BridgeCore", "CBoard"], swiftSettings: strict),
        .testTarget(name: "BridgeCoreTests", dependencies: ["BridgeCore", "BridgeSim"], resources: [.copy("golden.txt")], swiftSettings: strict),
    ]
)
