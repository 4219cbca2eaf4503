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
    name: "NorwegianCourts",
    products: [
        .library(name: "NorwegianCourts", type: .dynamic, targets: ["NorwegianCourts"])
    ],
    dependencies: [
        .package(path: "../../Sources/FordringKit")
    ],
    targets: [
        .target(
            name: "NorwegianCourts",
            dependencies: [.product(name: "FordringKit", package: "FordringKit")],
            packageAccess: false,
            swiftSettings: settings),
        .testTarget(
            name: "NorwegianCourtsTests",
            dependencies: ["NorwegianCourts", .product(name: "FordringKit", package: "FordringKit")],
            swiftSettings: settings),
    ]
)
