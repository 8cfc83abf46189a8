import GatehousePolicy
import Testing

@testable import Gatehouse

@Suite("The ranges of a configuration")
struct ConfigurationRangeTests {
    /// A value with its hard bounds, as protocol.md and the comments of `Limits` give them.
    struct Range: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Bounds that are taken, and the values beyond them that are not.
        var taken: [@Sendable (inout Configuration) -> Void]
        var refused: [@Sendable (inout Configuration) -> Void]

        init(_ name: String, _ path: any WritableKeyPath<Configuration, Int> & Sendable, _ range: ClosedRange<Int>) {
            testDescription = name
            taken = [range.lowerBound, range.upperBound].map { value in { $0[keyPath: path] = value } }
            refused = [range.lowerBound - 1, range.upperBound + 1, .min, .max].map { value in { $0[keyPath: path] = value } }
        }

        init(_ name: String, _ path: any WritableKeyPath<Configuration, Duration> & Sendable, milliseconds range: ClosedRange<Int>) {
            testDescription = name
            let (least, most) = (Duration.milliseconds(range.lowerBound), Duration.milliseconds(range.upperBound))
            taken = [least, most].map { value in { $0[keyPath: path] = value } }
            let beyond: [Duration] = [least - .nanoseconds(1), most + .nanoseconds(1), .seconds(-1), .seconds(Int64.max)]
            refused = beyond.map { value in { $0[keyPath: path] = value } }
        }
    }

    static let ranges: [Range] = [
        Range("limits.maxPayload", \.limits.maxPayload, 1_024...1_048_576),
        Range("limits.pingInterval", \.limits.pingInterval, milliseconds: 100...300_000),
        Range("limits.pingTimeout", \.limits.pingTimeout, milliseconds: 100...120_000),
        Range("limits.upgradeTimeout", \.limits.upgradeTimeout, milliseconds: 100...30_000),
        Range("limits.connectTimeout", \.limits.connectTimeout, milliseconds: 100...45_000),
        Range("limits.keepAlive", \.limits.keepAlive, milliseconds: 1_000...3_600_000),
        Range("limits.outboundQueue", \.limits.outboundQueue, 65_536...8_388_608),
        Range("limits.namespacesPerConnection", \.limits.namespacesPerConnection, 1...64),
        Range("limits.roomsPerConnection", \.limits.roomsPerConnection, 1...1_024),
        Range("limits.streamsPerConnection", \.limits.streamsPerConnection, 0...1_024),
        Range("limits.queuedEvents", \.limits.queuedEvents, 1...1_024),
        Range("limits.attachments", \.limits.attachments, 0...64),
        Range("handlerTimeout", \.handlerTimeout, milliseconds: 10...300_000),
        Range("drainTimeout", \.drainTimeout, milliseconds: 0...300_000),
        Range("eventLoops", \.eventLoops, 1...256),
        Range("port", \.port, 0...65_535),
    ]

    @Test("LIM-02: the hard bounds are taken, what lies beyond is refused by name", arguments: ranges)
    func bounds(_ range: Range) throws {
        for change in range.taken {
            var configuration = Configuration(transport: .insecure)
            change(&configuration)
            try configuration.check()
        }
        for change in range.refused {
            var configuration = Configuration(transport: .insecure)
            change(&configuration)
            let error = #expect(throws: StartError.self) { try configuration.check() }
            #expect(
                error?.code == .configuration && error?.message.hasPrefix("\(range.testDescription) is ") == true, "\(error?.message ?? "")"
            )
        }
    }

    @Test("LIM-02: every number of a configuration has a range")
    func complete() {
        func names(of value: Any, after prefix: String = "") -> [String] {
            Mirror(reflecting: value).children.compactMap { child in
                child.value is Int || child.value is Duration ? child.label.map { prefix + $0 } : nil
            }
        }
        let all = names(of: Configuration(transport: .insecure)) + names(of: Limits(), after: "limits.")
        #expect(Set(all) == Set(Self.ranges.map(\.testDescription)))
    }

    @Test("the path of the endpoint starts with a slash and is no longer than 128 bytes")
    func path() {
        for (path, isGood) in [
            ("/", true), ("/socket.io/", true), ("/" + String(repeating: "x", count: 126) + "/", true),
            ("/" + String(repeating: "x", count: 127) + "/", false), ("", false), ("socket.io/", false), ("/socket.io", true),
        ] {
            var configuration = Configuration(transport: .insecure)
            configuration.path = path
            #expect(((try? configuration.check()) != nil) == isGood, "\(path)")
        }
    }

    @Test("SEC-01: plain HTTP is served on loopback addresses, and elsewhere only to proxies that the policies trust")
    func plain() throws {
        let alone = try PolicyBundle.load(files: TestPolicies().allowing().files)
        let proxied = try PolicyBundle.load(files: TestPolicies(global: "trusted_proxies: [\"192.0.2.0/24\"]\n").allowing().files)
        for (host, isLoopback) in [
            ("127.0.0.1", true), ("127.255.255.254", true), ("::1", true), ("[::1]", true), ("localhost", true), ("LOCALHOST", true),
            ("0.0.0.0", false), ("::", false), ("192.0.2.1", false), ("128.0.0.1", false), ("127.0.0.256", false), ("127.0.0", false),
            ("127.0.0.1.example", false), ("localhost.example", false), ("", false),
        ] {
            var configuration = Configuration(transport: .insecure)
            configuration.host = host
            #expect(((try? configuration.check(alone)) != nil) == isLoopback, "\(host)")
            #expect(throws: Never.self, "\(host)") { try configuration.check(proxied) }
            configuration.transport = .tls(certificate: "c", privateKey: "k")
            #expect(throws: Never.self, "\(host)") { try configuration.check(alone) }
        }
    }
}
