// swift-tools-version:6.2
import PackageDescription

// How plug-ins of this repository reach the world: spool folders, bureaus, court folders. Linked statically into each plug-in
// that wants it, so that host and other plug-ins know nothing of it and each may be built with another state of it. A
// package of its own: the kit stays all that a plug-in's author must have.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let kit: Target.Dependency = .product(name: "FordringKit", package: "FordringKit")

func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, packageAccess: false, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
    name: "FordringTransports",
    products: [
        .library(name: "SpoolFiles", type: .static, targets: ["SpoolFiles"]),
        .library(name: "BureauExchange", type: .static, targets: ["BureauExchange"]),
        .library(name: "CourtExchange", type: .static, targets: ["CourtExchange"]),
        .library(name: "CourtPapers", type: .static, targets: ["CourtPapers"]),
        .library(name: "TransportsTesting", type: .static, targets: ["TransportsTesting"]),
    ],
    dependencies: [
        .package(path: "../FordringKit")
    ],
    targets: [
        module("SpoolFiles", [kit]),
        module("WebExchange", [kit]),
        module("BureauExchange", [kit, "SpoolFiles", "WebExchange"]),
        module("CourtExchange", [kit, "SpoolFiles", "WebExchange"]),
        module("CourtPapers", [kit]),
        module("TransportsTesting", []),
        .target(name: "TestAuthority", dependencies: [kit], path: "Tests/TestAuthority", swiftSettings: settings),
        tests("SpoolFilesTests", [kit, "SpoolFiles", "TransportsTesting"]),
        tests(
            "BureauExchangeTests",
            [kit, "BureauExchange", "SpoolFiles", "WebExchange", "TransportsTesting", "TestAuthority"]),
        tests("CourtExchangeTests", [kit, "CourtExchange", "TransportsTesting", "TestAuthority"]),
        tests("CourtPapersTests", [kit, "CourtPapers"]),
    ]
)
