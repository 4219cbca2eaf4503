// swift-tools-version:6.2
import PackageDescription

// Built exactly as a partner's country would be: a package of its own that knows the kit and nothing else.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "Denmark",
    products: [
        .library(name: "Denmark", type: .dynamic, targets: ["Denmark"])
    ],
    dependencies: [
        .package(path: "../../Sources/FordringKit"),
        .package(path: "../../Sources/FordringKitTesting"),
    ],
    targets: [
        .target(
            name: "Denmark",
            dependencies: [.product(name: "FordringKit", package: "FordringKit")],
            packageAccess: false,
            swiftSettings: settings),
        .testTarget(
            name: "DenmarkTests",
            dependencies: [
                "Denmark", .product(name: "FordringKit", package: "FordringKit"),
                .product(name: "FordringKitTesting", package: "FordringKitTesting"),
            ],
            swiftSettings: settings),
    ]
)
