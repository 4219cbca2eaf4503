// swift-tools-version:6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

// Built as a partner's plug-in would be: a dynamic library that depends on the kit, and takes what it
// shares with others from a static one.
let package = Package(
    name: "PostChannel",
    products: [
        .library(name: "PostChannel", type: .dynamic, targets: ["PostChannel"])
    ],
    dependencies: [
        .package(path: "../../Sources/FordringKit"),
        .package(path: "../../Sources/FordringTransports"),
    ],
    targets: [
        .systemLibrary(
            name: "CPango", pkgConfig: "pangocairo", providers: [.apt(["libpango1.0-dev", "libcairo2-dev"])]),
        .target(
            name: "PostChannel",
            dependencies: [
                .product(name: "FordringKit", package: "FordringKit"),
                .product(name: "SpoolFiles", package: "FordringTransports"),
                "CPango",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "PostChannelTests",
            dependencies: [
                "PostChannel", .product(name: "FordringKit", package: "FordringKit"),
                .product(name: "SpoolFiles", package: "FordringTransports"),
                .product(name: "TransportsTesting", package: "FordringTransports"),
            ],
            swiftSettings: settings),
    ]
)
