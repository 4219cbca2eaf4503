// swift-tools-version:6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
]

let kit: Target.Dependency = .product(name: "FordringKit", package: "FordringKit")
let kitTesting: Target.Dependency = .product(name: "FordringKitTesting", package: "FordringKitTesting")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let metricsTestKit: Target.Dependency = .product(name: "MetricsTestKit", package: "swift-metrics")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

/// The targets of one folder below `Sources`: name and what it may import.
func layer(_ folder: String, _ modules: [(String, [Target.Dependency])]) -> [Target] {
    modules.map { name, dependencies in
        .target(
            name: name, dependencies: dependencies, path: "Sources/\(folder)/\(name)", swiftSettings: settings)
    }
}

func app(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: "Sources/Apps/\(name)", swiftSettings: settings,
        // The kit's library lies beside the executable, also where both are installed elsewhere.
        linkerSettings: [.unsafeFlags(["-Xlinker", "-rpath", "-Xlinker", "$ORIGIN"])])
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: exclude, swiftSettings: settings)
}

// Reads top to bottom: a layer may import only what stands above it. `.ci/run` checks it.
let core = layer(
    "Core",
    [
        ("Database", [kit]),
        ("AuditTrail", [kit, "Database", crypto]),
        ("JobQueue", [kit, "Database"]),
        ("Ledger", [kit, "Database"]),
        ("Tenancy", [kit, "JobQueue"]),
        ("Correspondence", [kit, "Tenancy", .product(name: "Mustache", package: "swift-mustache")]),
        ("Privacy", [kit, "Database", "AuditTrail", crypto]),
        (
            "Casework",
            [kit, "Database", "AuditTrail", "JobQueue", "Ledger", "Tenancy", "Correspondence", "Privacy", crypto]
        ),
        ("Intake", [kit, "Database", "AuditTrail", "Ledger", "Privacy", "Casework"]),
        ("Registrations", [kit, "Database", "AuditTrail", "JobQueue", "Casework"]),
        ("LegalTrack", [kit, "Database", "AuditTrail", "JobQueue", "Ledger", "Privacy", "Casework", crypto]),
    ])
let drivers =
    layer(
        "Drivers",
        [
            ("SQLiteDriver", ["Database", "CSQLite"]),
            ("TenantFiles", [kit, "JobQueue", "Tenancy", .product(name: "Yams", package: "Yams")]),
            ("ClaimFiles", [kit, "Intake", "CExpat"]),
            ("GzipFiles", ["CZlib"]),
            ("PrometheusFiles", [metrics]),
            ("ZipFiles", ["CZip"]),
        ]) + [
        .target(
            name: "CSQLite", path: "Sources/Drivers/CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
        .systemLibrary(
            name: "CExpat", path: "Sources/Drivers/CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(
            name: "CZlib", path: "Sources/Drivers/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(
            name: "CZip", path: "Sources/Drivers/CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    ]
let coreNames: [Target.Dependency] = [
    "Database", "AuditTrail", "JobQueue", "Ledger", "Tenancy", "Correspondence", "Privacy", "Casework", "Intake",
    "Registrations",
    "LegalTrack",
]
let host = layer(
    "",
    [
        (
            "Host",
            [
                kit, kitTesting, crypto, logging, metrics, lifecycle, "SQLiteDriver", "TenantFiles", "ClaimFiles",
                "GzipFiles", "ZipFiles",
            ]
                + coreNames
        )
    ])
let testSupport = layer(
    "TestSupport",
    [
        ("DatabaseTesting", [kit, "Database", "SQLiteDriver"]),
        (
            "CaseworkTesting",
            [
                kit, "DatabaseTesting", "Database", "AuditTrail", "JobQueue", "Ledger", "Correspondence", "Privacy",
                "Casework", "Intake", "Registrations",
            ]
        ),
        ("LegalTesting", [kit]),
    ])
let apps = [
    app(
        "fordring",
        [
            kit, kitTesting, "Host", "AuditTrail", "Casework", "Database", "Intake", "JobQueue", "Ledger", "LegalTrack",
            "PrometheusFiles", "Registrations", "Tenancy",
            arguments, logging, metrics, lifecycle, signals,
        ]),
    app(
        "fordring-bench",
        [kit, "Host", "AuditTrail", "Casework", "CSQLite", "Database", "JobQueue", "SQLiteDriver", arguments, logging]),
]

/// A worker that kills itself, for the tests; no product.
let queueTorture = Target.executableTarget(
    name: "queue-torture", dependencies: [kit, logging, "Host", "Database", "JobQueue"],
    path: "Sources/TestSupport/queue-torture", swiftSettings: settings)

let package = Package(
    name: "Fordring",
    products: [
        .executable(name: "fordring", targets: ["fordring"]),
        .executable(name: "fordring-bench", targets: ["fordring-bench"]),
    ],
    dependencies: [
        .package(path: "Sources/FordringKit"),
        .package(path: "Sources/FordringKitTesting"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: core + drivers + host + testSupport + apps + [
        queueTorture,
        tests(
            "EndToEndTests",
            [
                kit, crypto, logging, "fordring", "queue-torture", "Host", "Database", "JobQueue", "Ledger", "Tenancy",
                "Casework", "LegalTrack", "Registrations",
            ],
            exclude: ["Fixtures"]),
        tests("FordringKitTests", [kit, kitTesting]),
        tests(
            "HostTests",
            [
                kit, crypto, "Host", "Tenancy", "Database", "AuditTrail", "JobQueue", "Casework", "GzipFiles",
                "Ledger", "LegalTrack", "Registrations", "SQLiteDriver", "DatabaseTesting", "CaseworkTesting", logging,
                metrics,
                metricsTestKit, "ZipFiles",
            ],
            exclude: ["Fixtures"]),
        tests("DatabaseTests", [kit, "Database", "CSQLite", "SQLiteDriver", "DatabaseTesting"]),
        tests(
            "AuditTrailTests", [kit, "Database", "AuditTrail", "DatabaseTesting"],
            exclude: ["rfc6962_root.py", "rfc9162_verify.py", "pymerkle_compare.py"]),
        tests("LedgerTests", [kit, "Database", "Ledger", "DatabaseTesting"]),
        tests("JobQueueTests", [kit, "Database", "JobQueue", "DatabaseTesting"]),
        tests("CaseworkTests", [kit, "DatabaseTesting", "CaseworkTesting"] + coreNames),
        tests("IntakeTests", [kit, "DatabaseTesting", "CaseworkTesting"] + coreNames),
        tests("RegistrationsTests", [kit, "DatabaseTesting", "CaseworkTesting"] + coreNames),
        tests("CorrespondenceTests", [kit, "Tenancy", "Correspondence", "CaseworkTesting"]),
        tests("TenancyTests", [kit, "JobQueue", "Tenancy", "TenantFiles"]),
        tests("ClaimFilesTests", [kit, "Intake", "ClaimFiles"]),
        tests("GzipFilesTests", ["GzipFiles"]),
        tests("PrometheusFilesTests", ["PrometheusFiles", metrics]),
        tests("LegalTrackTests", [kit, "Host", "DatabaseTesting", "CaseworkTesting", "LegalTesting"] + coreNames),
        tests("ZipFilesTests", ["ZipFiles"]),
    ]
)
