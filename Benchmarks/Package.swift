// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who builds Tidegate fetches or builds what only measures it.
let package = Package(
    name: "TidegateBenchmarks",
    dependencies: [.package(name: "Tidegate", path: "..")],
    targets: [
        .target(name: "CSignals", linkerSettings: [.linkedLibrary("m")]),
        .executableTarget(
            name: "tidegate-bench",
            dependencies: ["CSignals", .product(name: "TidegateCore", package: "Tidegate"),
                           .product(name: "CAllocationCounter", package: "Tidegate")],
            path: "Sources/TidegateBench",
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error), .enableUpcomingFeature("ExistentialAny")]),
    ]
)
