// swift-tools-version:6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

// Built as a partner's plug-in would be: a dynamic library that depends on the kit alone.
let package = Package(
    name: "EmailChannel",
    products: [
        .library(name: "EmailChannel", type: .dynamic, targets: ["EmailChannel"])
    ],
    dependencies: [
        .package(path: "../../Sources/FordringKit")
    ],
    targets: [
        .target(
            name: "EmailChannel",
            dependencies: [.product(name: "FordringKit", package: "FordringKit")],
            swiftSettings: settings),
        .testTarget(
            name: "EmailChannelTests",
            dependencies: ["EmailChannel", .product(name: "FordringKit", package: "FordringKit")],
            swiftSettings: settings),
    ]
)
