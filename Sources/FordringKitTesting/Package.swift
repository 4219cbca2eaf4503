// swift-tools-version:6.2
import PackageDescription

// The promises of the kit's protocols as a suite that a plug-in's tests run. A package of its own: inside the kit's it would
// be linked with the kit's objects instead of the kit's library, and a process would hold two copies of each type.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "FordringKitTesting",
    products: [
        .library(name: "FordringKitTesting", targets: ["FordringKitTesting"])
    ],
    dependencies: [
        .package(path: "../FordringKit")
    ],
    targets: [
        .target(
            name: "FordringKitTesting",
            dependencies: [.product(name: "FordringKit", package: "FordringKit")],
            swiftSettings: settings)
    ]
)
