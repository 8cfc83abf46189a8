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
let tracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")
let inMemoryTracing = Target.Dependency.product(name: "InMemoryTracing", package: "swift-distributed-tracing")
let settings = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let metricsTestKit = Target.Dependency.product(name: "MetricsTestKit", package: "swift-metrics")
// Compiled with the package trait RemoteJWKS only: async-http-client and what it needs take longer to build than all of Gatehouse.
let withRemoteJWKS = TargetDependencyCondition.when(traits: ["RemoteJWKS"])
// Needs libhiredis. On by default; one node alone does without (swift build --disable-default-traits).
let withRedis = TargetDependencyCondition.when(traits: ["Redis"])
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

/// Small programs to read and to run: one folder each under Sources/Examples, with its policies.
let examples = ["Chat", "Market", "Document", "Lobby"].map { name in
    Target.executableTarget(
        name: name + "Example", dependencies: ["GatehouseCommands"], path: "Sources/Examples/" + name, exclude: ["policies"],
        swiftSettings: strict)
}

/// Which test targets there are: all of them, or those that GATEHOUSE_TESTS names, separated by commas. One suite then costs no build of the
/// others (`.ci/mutants`).
let wantedTests = Context.environment["GATEHOUSE_TESTS"]?.split(separator: ",").map(String.init)

let package = Package(
    name: "gatehouse",
    platforms: [.macOS(.v26)],
    products: [
        .library(name: "Gatehouse", targets: ["Gatehouse", "GatehouseModeration"]),
        .library(name: "GatehouseCommands", targets: ["GatehouseCommands", "Gatehouse", "GatehouseModeration"]),
        .library(name: "GatehouseCluster", targets: ["GatehouseCluster"]),
        .library(name: "GatehouseConsole", targets: ["GatehouseConsole"]),
        .library(name: "GatehouseSettings", targets: ["GatehouseSettings"]),
        .library(name: "GatehouseTesting", targets: ["GatehouseTesting"]),
        .executable(name: "gatehouse", targets: ["GatehouseCLI"]),
        .executable(name: "gatehouse-bench", targets: ["GatehouseBench"]),
        .executable(name: "gatehouse-conformance", targets: ["GatehouseConformance"]),
    ],
    traits: [
        .default(enabledTraits: ["Redis"]),
        .trait(name: "Redis", description: "Several nodes over Redis (--cluster). On by default; it needs libhiredis-dev."),
        .trait(
            name: "RemoteJWKS",
            description: "Issuers may publish their keys over HTTPS (jwks_url). Off by default: its HTTP client triples the build."),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        // Without its traits: settings are read from files by our own YAML reader, and its JSON reader needs all of Foundation.
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: ([
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CFileAttributes"),
        .systemLibrary(name: "CJWT", pkgConfig: "libjwt", providers: [.apt(["libjwt-dev"])]),
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .target(name: "GatehouseFiles", dependencies: ["CFileAttributes"], swiftSettings: strict),
        .target(name: "GatehouseLiveObjects", swiftSettings: strict),
        .target(
            name: "GatehouseTLS", dependencies: ["COpenSSL", "GatehouseFiles", "GatehouseLiveObjects", nioCore, nioConcurrencyHelpers],
            swiftSettings: strict
        ),
        .target(name: "GatehouseJSON", dependencies: [nioCore], swiftSettings: strict),
        .target(name: "GatehouseNetwork", swiftSettings: strict),
        .target(
            name: "EngineIO",
            dependencies: [
                "GatehouseLiveObjects", "GatehouseNetwork", "GatehouseTLS", "GatehouseJSON", "COpenSSL", nioCore, nioPosix,
                nioConcurrencyHelpers,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "SocketIO",
            dependencies: ["GatehouseLiveObjects", "GatehouseNetwork", "EngineIO", "GatehouseJSON", nioCore, nioConcurrencyHelpers],
            swiftSettings: strict
        ),
        .target(
            name: "GatehouseRedis",
            dependencies: [.target(name: "CHiredis", condition: withRedis), "GatehouseTLS", nioCore, nioPosix], swiftSettings: strict
        ),
        .target(
            name: "GatehouseTokens",
            dependencies: [
                "COpenSSL", "CJWT", "GatehouseFiles", "GatehouseLiveObjects", "GatehouseJSON", nioCore, nioConcurrencyHelpers,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "GatehousePolicy", dependencies: ["COpenSSL", "GatehouseFiles", "GatehouseJSON", "GatehouseNetwork"],
            swiftSettings: strict
        ),
        .target(
            name: "GatehouseAudit",
            dependencies: [
                "COpenSSL", "GatehouseFiles", "GatehouseLiveObjects", "GatehouseNetwork", "GatehouseJSON", nioConcurrencyHelpers,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "GatehouseRemoteKeys", dependencies: ["GatehouseTokens", nioCore, nioHTTP1, httpClient, nioSSL], swiftSettings: strict
        ),
        .target(
            name: "Gatehouse",
            dependencies: [
                .target(name: "GatehouseRemoteKeys", condition: withRemoteJWKS),
                "GatehouseFiles", "GatehouseLiveObjects", "GatehouseNetwork", "GatehouseTLS", "GatehouseJSON", "EngineIO", "SocketIO",
                "GatehouseTokens",
                "GatehousePolicy",
                "GatehouseAudit", nioCore, nioPosix, nioHTTP1, nioConcurrencyHelpers, logging, metrics, tracing, lifecycle, signals,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "GatehouseSettings", dependencies: ["Gatehouse", "GatehouseFiles", "GatehousePolicy", settings], swiftSettings: strict
        ),
        .target(
            name: "GatehouseModeration",
            dependencies: [
                "Gatehouse", "GatehouseFiles", "GatehouseNetwork", "GatehouseJSON", "GatehouseTokens", "GatehouseAudit", "GatehousePolicy",
                "SocketIO",
                "EngineIO", nioCore, nioConcurrencyHelpers, .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "GatehouseConsole", dependencies: ["Gatehouse", "GatehouseNetwork", "GatehouseJSON", "EngineIO", nioCore],
            exclude: ["Site"], swiftSettings: strict
        ),
        .target(
            name: "GatehouseCluster",
            dependencies: [
                .target(name: "GatehouseRedis", condition: withRedis), "Gatehouse", "GatehouseAudit", "GatehousePolicy", "GatehouseTLS",
                "GatehouseJSON", "SocketIO", "EngineIO", nioCore, nioPosix, nioConcurrencyHelpers,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "GatehouseTesting",
            dependencies: [
                "Gatehouse", "GatehouseLiveObjects", "GatehouseTLS", "GatehouseTokens", "GatehousePolicy", "GatehouseAudit",
                "GatehouseJSON",
                "EngineIO", nioCore, nioPosix, nioHTTP1, nioWebSocket, logging,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "GatehouseCommands",
            dependencies: [
                .target(name: "GatehouseCluster", condition: withRedis),
                "Gatehouse", "GatehouseModeration", "GatehouseConsole", "GatehouseSettings", "GatehouseFiles", "GatehouseNetwork",
                "GatehouseTLS", "GatehouseTokens",
                "GatehousePolicy", "GatehouseAudit", "GatehouseJSON", "GatehouseTesting", nioConcurrencyHelpers, signals,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "GatehouseCLI", dependencies: ["GatehouseCommands", "Gatehouse", "GatehouseModeration", "GatehouseAudit"],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "GatehouseBench",
            dependencies: [
                .target(name: "GatehouseCluster", condition: withRedis),
                "GatehouseNetwork", "Gatehouse", "GatehouseModeration", "GatehouseTLS", "GatehouseTokens", "GatehousePolicy",
                "GatehouseAudit", "GatehouseJSON",
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
                .target(name: "GatehouseCluster", condition: withRedis), .target(name: "GatehouseRedis", condition: withRedis),
                "EngineIO", "SocketIO", "GatehouseFiles", "GatehouseNetwork", "GatehouseJSON", "GatehouseTLS", "GatehouseTokens",
                "GatehousePolicy",
                "GatehouseAudit", "COpenSSL", nioCore, nioConcurrencyHelpers, nioHTTP1, nioWebSocket, nioEmbedded,
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "GatehouseTestSupport",
            dependencies: ["EngineIO", "Gatehouse", "GatehouseAudit", "GatehouseFiles", nioCore, nioConcurrencyHelpers],
            path: "Tests/GatehouseTestSupport", swiftSettings: strict,
            // Leads the allocations of the tests' program to AllocationCounter.
            linkerSettings: [.unsafeFlags(["-Xlinker", "--wrap=swift_allocObject"], .when(platforms: [.linux]))]
        ),
        .testTarget(name: "GatehouseFilesTests", dependencies: ["GatehouseFiles"], swiftSettings: strict),
        .testTarget(
            name: "GatehouseTLSTests",
            dependencies: ["GatehouseTLS", "GatehouseLiveObjects", "COpenSSL", nioCore, nioPosix, nioEmbedded], swiftSettings: strict
        ),
        .testTarget(name: "GatehouseNetworkTests", dependencies: ["GatehouseNetwork"], swiftSettings: strict),
        .testTarget(name: "GatehouseJSONTests", dependencies: ["GatehouseJSON", "GatehouseTestSupport", nioCore], swiftSettings: strict),
        .testTarget(
            name: "EngineIOTests",
            dependencies: [
                "EngineIO", "GatehouseLiveObjects", "GatehouseNetwork", "GatehouseTLS", "GatehouseJSON", "GatehouseTestSupport", nioCore,
                nioPosix, nioHTTP1,
                nioEmbedded, nioConcurrencyHelpers,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SocketIOTests",
            dependencies: ["SocketIO", "EngineIO", "GatehouseJSON", "GatehouseTestSupport", nioCore, nioPosix, nioEmbedded],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GatehouseRedisTests",
            dependencies: ["GatehouseRedis", "GatehouseTLS", "GatehouseTestSupport", nioCore, nioPosix, nioConcurrencyHelpers],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GatehouseTokensTests",
            dependencies: ["GatehouseTokens", "GatehouseJSON", "GatehouseLiveObjects", "GatehouseTestSupport", "COpenSSL", "CJWT"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GatehousePolicyTests",
            // Yams is a second reader of policy files, to compare ours with.
            dependencies: [
                "GatehouseNetwork", "GatehousePolicy", "GatehouseJSON", "GatehouseTestSupport", .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GatehouseAuditTests",
            dependencies: ["GatehouseNetwork", "GatehouseAudit", "GatehouseJSON", "GatehouseTestSupport", nioConcurrencyHelpers],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GatehouseTests",
            dependencies: [
                "GatehouseNetwork", .target(name: "GatehouseRemoteKeys", condition: withRemoteJWKS),
                "Gatehouse", "GatehouseModeration", "GatehouseTesting", "GatehouseTLS", "GatehouseTokens", "GatehousePolicy",
                "GatehouseAudit", "GatehouseJSON", "GatehouseLiveObjects", "GatehouseTestSupport", "SocketIO", "EngineIO", nioCore,
                nioPosix,
                nioHTTP1,
                nioConcurrencyHelpers, logging, lifecycle, metricsTestKit, tracing, inMemoryTracing,
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            exclude: ["Clients"], swiftSettings: strict
        ),
        .testTarget(
            name: "GatehouseClusterTests",
            dependencies: [
                "GatehouseCluster", "GatehouseRedis", "GatehouseModeration", "GatehouseAudit", "GatehouseTokens", "GatehousePolicy",
                "Gatehouse", "GatehouseTesting",
                "GatehouseJSON", "SocketIO", "EngineIO", "GatehouseTestSupport", nioCore, nioPosix, nioConcurrencyHelpers,
            ],
            exclude: ["Vectors"], swiftSettings: strict
        ),
        .testTarget(
            name: "GatehouseAbuseTests",
            dependencies: [
                "Gatehouse", "GatehouseLiveObjects", "GatehouseNetwork", "GatehouseTesting", "GatehouseTokens", "GatehousePolicy",
                "GatehouseTLS",
                "GatehouseJSON", "SocketIO", "EngineIO", "GatehouseTestSupport", nioCore, nioConcurrencyHelpers, logging,
            ],
            exclude: ["Corpus"], swiftSettings: strict
        ),
        .testTarget(
            name: "GatehouseTestingTests",
            dependencies: ["GatehouseTesting", "Gatehouse", "GatehouseModeration", "GatehouseJSON", nioCore, nioPosix], exclude: ["peers"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GatehouseConsoleTests",
            dependencies: [
                "GatehouseConsole", "Gatehouse", "GatehouseTesting", "GatehouseNetwork", "GatehouseTestSupport", "EngineIO", nioCore,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GatehouseApiTests",
            dependencies: [
                "Gatehouse", "GatehouseTesting", "GatehouseTLS", "GatehousePolicy", "GatehouseAudit", "GatehouseJSON",
                "GatehouseTestSupport",
                "SocketIO", nioCore, nioPosix, logging,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GatehouseSettingsTests", dependencies: ["GatehouseSettings", "Gatehouse", settings], swiftSettings: strict
        ),
        .testTarget(
            name: "GatehouseCommandsTests",
            dependencies: [
                "GatehouseCommands", "GatehouseCLI", "GatehouseSettings", "GatehouseJSON", "GatehouseTestSupport", "Gatehouse",
                "GatehouseModeration", nioCore,
            ],
            exclude: ["Clients"], swiftSettings: strict
        ),
        .testTarget(
            name: "GatehouseEndToEndTests",
            dependencies: [
                "GatehouseCommands", "GatehouseCLI", "GatehouseTesting", "GatehouseAudit", "GatehouseJSON", "GatehouseTestSupport",
                nioConcurrencyHelpers,
            ],
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
            name: "ExamplesTests",
            dependencies: ["ChatExample", "MarketExample", "DocumentExample", "LobbyExample", "Gatehouse", "GatehouseTesting"],
            swiftSettings: strict
        ),
        // Reads the repository as text: articles, sources, this file.
        .testTarget(name: "GatehouseDocumentationTests", swiftSettings: strict),
        .testTarget(
            name: "GatehouseFuzzingTests", dependencies: ["GatehouseFuzzing"], exclude: ["Corpora", "Dictionaries"], swiftSettings: strict
        ),
    ] + examples + fuzzer).filter { target in target.type != .test || wantedTests?.contains(target.name) ?? true }
)
