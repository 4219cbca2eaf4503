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
    name: "NorwegianCourts",
    products: [
        .library(name: "NorwegianCourts", type: .dynamic, targets: ["NorwegianCourts"])
    ],
    dependencies: [
        .package(path: "../../Sources/FordringKit"),
        .package(path: "../../Sources/FordringTransports"),
    ],
    targets: [
        .target(
            name: "NorwegianCourts",
            dependencies: [
                .product(name: "FordringKit", package: "FordringKit"),
                .product(name: "CourtExchange", package: "FordringTransports"),
                .product(name: "CourtPapers", package: "FordringTransports"),
            ],
            packageAccess: false,
            swiftSettings: settings),
        .testTarget(
            name: "NorwegianCourtsTests",
            dependencies: [
                "NorwegianCourts", .product(name: "FordringKit", package: "FordringKit"),
                .product(name: "TransportsTesting", package: "FordringTransports"),
            ],
            swiftSettings: settings),
    ]
)
