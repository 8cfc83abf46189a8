import Configuration
import Gatehouse
import Testing

@testable import GatehouseSettings

@Suite("Reading settings")
struct ReadingTests {
    private func gathered(
        flags: [String: [String]] = [:], environment: [String: String] = [:], file: String? = nil
    ) async throws -> GatheredSettings {
        let file = try file.map { try SettingsFile(Array($0.utf8), name: "gateway.yaml") }
        return try await GatheredSettings(flags: flags, SettingsEnvironment(environment), file)
    }

    @Test("a flag goes before the environment, that before the file, and the file before the default; each is told")
    func precedence() async throws {
        let file = "port: 1\nhost: a\nloops: 2\nstrict: true\n"
        let environment = ["GATEHOUSE_PORT": "2", "GATEHOUSE_HOST": "b", "GATEHOUSE_STRICT": "true"]
        let flags = ["port": ["3"], "strict": ["false"]]
        let gathered = try await gathered(flags: flags, environment: environment, file: file)
        let configuration = gathered.settings.configuration
        #expect(configuration.port == 3 && configuration.host == "b" && configuration.eventLoops == 2 && !configuration.strict)
        #expect(gathered.origins["port"] == .flag("--port") && gathered.origins["strict"] == .flag("--no-strict"))
        #expect(gathered.origins["host"] == .environment("GATEHOUSE_HOST"))
        #expect(gathered.origins["loops"] == .file("gateway.yaml:3:8"))
        #expect(gathered.origins["path"] == .standard)
    }

    @Test(
        "a value that is not taken is told with its place and with what is expected",
        arguments: [
            ("ping_interval", "25", "25' is not a time with its unit"), ("ping_interval", "1ms", "100ms to 5m"),
            ("max_payload", "64kb", "as 64KiB"), ("max_payload", "2MiB", "1KiB to 1MiB"), ("port", "https", "whole number"),
            ("port", "65536", "0 to 65535"), ("port", "", "it is empty"), ("strict", "yes", "true or false"),
            ("on_audit_failure", "stop", "fail_operation, shutdown, continue"), ("path", "socket.io", "starts with /"),
            ("cors_origin", "https://a.example/", "https://host"), ("monitoring", "9464", "127.0.0.1:9464"),
            ("node", String(repeating: "n", count: 129), "1 to 128 bytes"),
        ])
    func badValues(_ name: String, _ text: String, _ expected: String) async throws {
        let variable = try #require(Setting.named(name)).variable
        let errors = await #expect(throws: SettingErrors.self) { try await gathered(environment: [variable: text]) }
        let fault = try #require(errors?.faults.first)
        #expect(errors?.faults.count == 1 && fault.code == .value && fault.place == variable && fault.settings == [name])
        #expect(fault.message.contains(expected), "\(fault.message)")
        let line = await #expect(throws: SettingErrors.self) { try await gathered(file: "# one\n\(name): '\(text)'\n") }
        #expect(line?.faults.first?.place?.hasPrefix("gateway.yaml:2:") == true, "\(String(describing: line))")
    }

    @Test("everything that is wrong is told at once")
    func all() async throws {
        let values = await #expect(throws: SettingErrors.self) {
            try await gathered(flags: ["port": ["x"]], environment: ["GATEHOUSE_LOOPS": "0", "GATEHOUSE_CERT": "c"])
        }
        #expect(values?.faults.map(\.place) == ["--port", "GATEHOUSE_LOOPS", "GATEHOUSE_CERT"])
        let lines = #expect(throws: SettingErrors.self) {
            try SettingsFile(Array("attachments: 65\nprot: 1\nport: [1, 2]\n".utf8), name: "gateway.yaml")
        }
        #expect(lines?.faults.map(\.place) == ["gateway.yaml:1:14", "gateway.yaml:2:1", "gateway.yaml:3:7"])
        let both = await #expect(throws: SettingErrors.self) {
            try await GatheredSettings(flags: [:], file: "/nowhere/gateway.yaml", environment: ["GATEHOUSE_PROT": "1"])
        }
        #expect(both?.faults.map(\.place) == ["GATEHOUSE_PROT", "/nowhere/gateway.yaml"])
    }

    @Test(
        "settings that do not go together are refused, wherever each is from",
        arguments: [
            (["cert": "c"], ["cert", "key"]), (["key": "k"], ["cert", "key"]),
            (["http": "true", "cert": "c", "key": "k"], ["http", "cert"]),
            (["http": "true", "client_ca": "c"], ["http", "client_ca"]),
            (["client_cert_optional": "true"], ["client_cert_optional", "client_ca"]),
            (["cors_credentials": "true"], ["cors_credentials", "cors_origin"]),
            (["cors_max_age": "5s"], ["cors_max_age", "cors_origin"]),
            (["strict": "true", "on_audit_failure": "continue"], ["strict", "on_audit_failure"]),
            (["monitoring": "off", "monitoring_required": "true"], ["monitoring_required", "monitoring"]),
        ] as [([String: String], [String])])
    func conflicts(_ given: [String: String], _ settings: [String]) async throws {
        let flags = given.mapValues { [$0] }
        let errors = await #expect(throws: SettingErrors.self) { try await gathered(flags: flags) }
        #expect(errors?.faults.map(\.settings) == [settings])
        #expect(errors.map(GatheredSettings.isUsage) == true)
        // The first is in the environment, and the others in a file.
        let (first, rest) = try #require(given.first.map { first in (first, given.filter { $0.key != first.key }) })
        let variable = try #require(Setting.named(first.key)).variable
        let file = rest.map { "\($0.key): \($0.value)\n" }.joined()
        let mixed = await #expect(throws: SettingErrors.self) { try await gathered(environment: [variable: first.value], file: file) }
        #expect(mixed?.faults.map(\.settings) == [settings])
        #expect(mixed.map(GatheredSettings.isUsage) == false)
    }

    @Test("a program of one's own may keep numbers and booleans in its providers, and give settings a prefix")
    func typed() async throws {
        let provider = InMemoryProvider(values: [
            "gateway.port": 9_000, "gateway.strict": true, "gateway.ping_interval": "5s",
            "gateway.cors_origin": ConfigValue(.stringArray(["https://a.example"]), isSecret: false),
        ])
        let config = ConfigReader(provider: provider).scoped(to: "gateway")
        let configuration = try await Gatehouse.Configuration(reading: config)
        #expect(configuration.port == 9_000 && configuration.strict && configuration.limits.pingInterval == .seconds(5))
        #expect(configuration.cors?.origins == ["https://a.example"])
    }

    @Test("a number is no time and no text, and a fraction is nothing at all")
    func wrongTypes() async {
        for value in [25, true, 2.5] as [ConfigValue] {
            let config = ConfigReader(provider: InMemoryProvider(values: ["ping_interval": value]))
            let errors = await #expect(throws: SettingErrors.self) { try await Gatehouse.Configuration(reading: config) }
            #expect(errors?.faults.map(\.settings) == [["ping_interval"]])
        }
    }
}
