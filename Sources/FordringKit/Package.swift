// swift-tools-version:6.2
import PackageDescription

// The one module that host and plug-ins share. It is a package and a dynamic library of its own, so that a process
// holds one copy of each type; library evolution lets a plug-in that was built against an older kit go on working.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "FordringKit",
    products: [
        .library(name: "FordringKit", type: .dynamic, targets: ["FordringKit"])
    ],
    targets: [
        .target(
            name: "FordringKit", swiftSettings: settings + [.unsafeFlags(["-enable-library-evolution"])])
    ]
)
