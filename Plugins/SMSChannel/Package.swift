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
    name: "SMSChannel",
    products: [
        .library(name: "SMSChannel", type: .dynamic, targets: ["SMSChannel"])
    ],
    dependencies: [
        .package(path: "../../Sources/FordringKit")
    ],
    targets: [
        .target(
            name: "SMSChannel",
            dependencies: [.product(name: "FordringKit", package: "FordringKit")],
            swiftSettings: settings),
        .testTarget(
            name: "SMSChannelTests",
            dependencies: ["SMSChannel", .product(name: "FordringKit", package: "FordringKit")],
            swiftSettings: settings),
    ]
)
