// swift-tools-version:6.2
import PackageDescription

// Built exactly as a partner's courts would be: a package of its own that knows the kit, and takes what it
// shares with others from static libraries.
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
        .package(path: "../../Sources/FordringKit"),
        .package(path: "../../Sources/FordringTransports"),
    ],
    targets: [
        .target(
            name: "DanishCourts",
            dependencies: [
                .product(name: "FordringKit", package: "FordringKit"),
                .product(name: "CourtExchange", package: "FordringTransports"),
                .product(name: "CourtPapers", package: "FordringTransports"),
            ],
            packageAccess: false,
            swiftSettings: settings),
        .testTarget(
            name: "DanishCourtsTests",
            dependencies: [
                "DanishCourts", .product(name: "FordringKit", package: "FordringKit"),
                .product(name: "TransportsTesting", package: "FordringTransports"),
            ],
            swiftSettings: settings),
    ]
)
