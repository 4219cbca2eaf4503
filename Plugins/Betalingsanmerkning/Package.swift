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
    name: "Betalingsanmerkning",
    products: [
        .library(name: "Betalingsanmerkning", type: .dynamic, targets: ["Betalingsanmerkning"])
    ],
    dependencies: [
        .package(path: "../../Sources/FordringKit"),
        .package(path: "../../Sources/FordringTransports"),
    ],
    targets: [
        .target(
            name: "Betalingsanmerkning",
            dependencies: [
                .product(name: "FordringKit", package: "FordringKit"),
                .product(name: "BureauExchange", package: "FordringTransports"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "BetalingsanmerkningTests",
            dependencies: [
                "Betalingsanmerkning", .product(name: "FordringKit", package: "FordringKit"),
                .product(name: "BureauExchange", package: "FordringTransports"),
                .product(name: "TransportsTesting", package: "FordringTransports"),
            ],
            swiftSettings: settings),
    ]
)
