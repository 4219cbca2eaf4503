// swift-tools-version:6.2
import PackageDescription

// Built exactly as a partner's courts would be: a package of its own that knows the kit and nothing else.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "DanishCourts",
    products: [
        .library(name: "DanishCourts", type: .dynamic, targets: ["DanishCourts"])
    ],
    dependencies: [
        .package(path: "../../Sources/FordringKit")
    ],
    targets: [
        .target(
            name: "DanishCourts",
            dependencies: [.product(name: "FordringKit", package: "FordringKit")],
            packageAccess: false,
            swiftSettings: settings),
        .testTarget(
            name: "DanishCourtsTests",
            dependencies: ["DanishCourts", .product(name: "FordringKit", package: "FordringKit")],
            swiftSettings: settings),
    ]
)
