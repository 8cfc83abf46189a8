// swift-tools-version: 6.2
import PackageDescription

/// Strict from the start: Swift 6 mode, safe memory, explicit existentials and imports. Warnings are errors where CI is set, so that a
/// newer compiler's new warning never breaks a user's build.
let strict: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .strictMemorySafety(),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ] + (Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)])

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioConcurrencyHelpers = Target.Dependency.product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let nioWebSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let metricsTestKit = Target.Dependency.product(name: "MetricsTestKit", package: "swift-metrics")
// Compiled with the package trait RemoteJWKS only: async-http-client and what it needs take longer to build than all of Gatehouse.
let withRemoteJWKS = TargetDependencyCondition.when(traits: ["RemoteJWKS"])
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client", condition: withRemoteJWKS)
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl", condition: withRemoteJWKS)

/// The fuzzer, which only `.ci/fuzz` builds: it links libFuzzer and its code is instrumented.
let fuzzer: [Target] =
    Context.environment["GATEHOUSE_FUZZ"] == nil
    ? []
    : [
        .systemLibrary(name: "CLibFuzzer"),
        .executableTarget(name: "GatehouseFuzz", dependencies: ["CLibFuzzer", "GatehouseFuzzing"], swiftSettings: strict),
    ]

let package = Package(
    name: "gatehouse",
    platforms: [.macOS(.v26)],
    products: [
        .library(name: "Gatehouse", targets: ["Gatehouse", "GatehouseModeration"]),
        .library(name: "GatehouseTesting", targets: ["GatehouseTesting"]),
        .executable(name: "gatehouse", targets: ["GatehouseCLI"]),
        .executable(name: "gatehouse-bench", targets: ["GatehouseBench"]),
        .executable(name: "gatehouse-conformance", targets: ["GatehouseConformance"]),
    ],
    traits: [
        .trait(
            name: "RemoteJWKS",
            description: "Issuers may publish their keys over HTTPS (jwks_url). Off by default: its HTTP client triples the build.")
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CJWT", pkgConfig: "libjwt", providers: [.apt(["libjwt-dev"])]),
        .target(name: "GatehouseTLS", dependencies: ["COpenSSL", nioCore, nioConcurrencyHelpers], swiftSettings: strict),
        .target(name: "GatehouseJSON", dependencies: [nioCore], swiftSettings: strict),
        .target(
            name: "EngineIO",
            dependencies: ["GatehouseTLS", "GatehouseJSON", "COpenSSL", nioCore, nioPosix, nioConcurrencyHelpers],
            swiftSettings: strict
        ),
        .target(name: "SocketIO", dependencies: ["EngineIO", "GatehouseJSON", nioCore, nioConcurrencyHelpers], swiftSettings: strict),
        .target(
            name: "GatehouseTokens", dependencies: ["COpenSSL", "CJWT", "GatehouseJSON", nioCore, nioConcurrencyHelpers],
            swiftSettings: strict
        ),
        .target(name: "GatehousePolicy", dependencies: ["COpenSSL", "GatehouseJSON"], swiftSettings: strict),
        .target(name: "GatehouseAudit", dependencies: ["COpenSSL", "GatehouseJSON", nioConcurrencyHelpers], swiftSettings: strict),
        .target(
            name: "GatehouseRemoteKeys", dependencies: ["GatehouseTokens", nioCore, nioHTTP1, httpClient, nioSSL], swiftSettings: strict
        ),
        .target(
            name: "Gatehouse",
            dependencies: [
                .target(name: "GatehouseRemoteKeys", condition: withRemoteJWKS),
                "GatehouseTLS", "GatehouseJSON", "EngineIO", "SocketIO", "GatehouseTokens", "GatehousePolicy", "GatehouseAudit",
                nioCore, nioPosix, nioConcurrencyHelpers, logging, metrics, lifecycle,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "GatehouseModeration",
            dependencies: [
                "Gatehouse", "GatehouseJSON", "GatehouseTokens", "GatehouseAudit", "GatehousePolicy", "SocketIO", "EngineIO", nioCore,
                nioConcurrencyHelpers, .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "GatehouseTesting",
            dependencies: [
                "Gatehouse", "GatehouseTLS", "GatehouseTokens", "GatehousePolicy", "GatehouseAudit", "GatehouseJSON", "EngineIO", nioCore,
                nioPosix, nioHTTP1, nioWebSocket, logging,
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "GatehouseCLI",
            dependencies: [
                "Gatehouse", "GatehouseModeration", "GatehouseTLS", "GatehouseTokens", "GatehousePolicy", "GatehouseAudit", "GatehouseJSON",
                "GatehouseTesting", nioCore, nioConcurrencyHelpers, logging, lifecycle, signals,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "GatehouseBench",
            dependencies: [
                "Gatehouse", "GatehouseModeration", "GatehouseTLS", "GatehouseTokens", "GatehousePolicy", "GatehouseAudit", "GatehouseJSON",
                "GatehouseTesting", "EngineIO", "SocketIO", nioCore, nioPosix, logging, lifecycle, signals,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["Results"],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "GatehouseConformance",
            dependencies: [
                "EngineIO", "SocketIO", "GatehouseJSON", nioCore, nioPosix, signals,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "GatehouseFuzzing",
            dependencies: [
                "EngineIO", "SocketIO", "GatehouseJSON", "GatehouseTLS", "GatehouseTokens", "GatehousePolicy", "GatehouseAudit", "COpenSSL",
                nioCore, nioConcurrencyHelpers, nioHTTP1, nioWebSocket, nioEmbedded, .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "GatehouseTestSupport", dependencies: ["EngineIO", "Gatehouse", "GatehouseAudit", nioCore, nioConcurrencyHelpers],
            path: "Tests/GatehouseTestSupport", swiftSettings: strict,
            // Leads the allocations of the tests' program to AllocationCounter.
            linkerSettings: [.unsafeFlags(["-Xlinker", "--wrap=swift_allocObject"], .when(platforms: [.linux]))]
        ),
        .testTarget(
            name: "GatehouseTLSTests", dependencies: ["GatehouseTLS", "COpenSSL", nioCore, nioPosix, nioEmbedded], swiftSettings: strict
        ),
        .testTarget(name: "GatehouseJSONTests", dependencies: ["GatehouseJSON", "GatehouseTestSupport", nioCore], swiftSettings: strict),
        .testTarget(
            name: "EngineIOTests",
            dependencies: [
                "EngineIO", "GatehouseTLS", "GatehouseJSON", "GatehouseTestSupport", nioCore, nioPosix, nioHTTP1, nioEmbedded,
                nioConcurrencyHelpers,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SocketIOTests", dependencies: ["SocketIO", "EngineIO", "GatehouseJSON", nioCore, nioPosix, nioEmbedded],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GatehouseTokensTests", dependencies: ["GatehouseTokens", "GatehouseJSON", "GatehouseTestSupport", "COpenSSL", "CJWT"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GatehousePolicyTests",
            // Yams is a second reader of policy files, to compare ours with.
            dependencies: ["GatehousePolicy", "GatehouseJSON", "GatehouseTestSupport", .product(name: "Yams", package: "Yams")],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GatehouseAuditTests",
            dependencies: ["GatehouseAudit", "GatehouseJSON", "GatehouseTestSupport", nioConcurrencyHelpers], swiftSettings: strict
        ),
        .testTarget(
            name: "GatehouseTests",
            dependencies: [
                .target(name: "GatehouseRemoteKeys", condition: withRemoteJWKS),
                "Gatehouse", "GatehouseModeration", "GatehouseTesting", "GatehouseTLS", "GatehouseTokens", "GatehousePolicy",
                "GatehouseAudit", "GatehouseJSON", "GatehouseTestSupport", "SocketIO", "EngineIO", nioCore, nioPosix, nioConcurrencyHelpers,
                logging, metricsTestKit,
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            exclude: ["Clients"], swiftSettings: strict
        ),
        .testTarget(
            name: "GatehouseAbuseTests",
            dependencies: [
                "Gatehouse", "GatehouseTesting", "GatehouseTokens", "GatehousePolicy", "GatehouseTLS", "GatehouseJSON", "SocketIO",
                "EngineIO", "GatehouseTestSupport", nioCore, nioConcurrencyHelpers, logging,
            ],
            exclude: ["Corpus"], swiftSettings: strict
        ),
        .testTarget(
            name: "GatehouseTestingTests",
            dependencies: ["GatehouseTesting", "Gatehouse", "GatehouseModeration", "GatehouseJSON", nioCore], exclude: ["peers"],
            swiftSettings: strict
        ),
        .testTarget(name: "GatehouseCLITests", dependencies: ["GatehouseCLI"], swiftSettings: strict),
        .testTarget(
            name: "GatehouseEndToEndTests",
            dependencies: ["GatehouseCLI", "GatehouseTesting", "GatehouseJSON", "GatehouseTestSupport", nioConcurrencyHelpers],
            exclude: ["clients"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GatehouseConformanceTests",
            dependencies: [
                "GatehouseConformance", "GatehouseTesting", "GatehouseJSON", "GatehouseTestSupport", nioCore, nioPosix, nioHTTP1,
                nioWebSocket,
            ],
            exclude: ["clients"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GatehouseFuzzingTests", dependencies: ["GatehouseFuzzing"], exclude: ["Corpora", "Dictionaries"], swiftSettings: strict
        ),
    ] + fuzzer
)
