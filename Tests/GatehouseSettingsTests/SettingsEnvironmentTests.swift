import Configuration
import Gatehouse
import Testing

@testable import GatehouseSettings

@Suite("Settings of the environment")
struct SettingsEnvironmentTests {
    @Test("variables are read by their names, lists with commas, and what belongs to others does not matter")
    func values() async throws {
        let environment = try SettingsEnvironment([
            "GATEHOUSE_PORT": "9000", "GATEHOUSE_MAX_PAYLOAD": "2KiB", "GATEHOUSE_CORS_ORIGIN": "https://a.example, https://b.example",
            "GATEHOUSE_STRICT": "true", "GATEHOUSE_TOKEN": "x", "GATEHOUSE_CONFIG": "g.yaml", "PORT": "1", "PATH": "/bin",
        ])
        let configuration = try await Gatehouse.Configuration(reading: ConfigReader(provider: environment.provider))
        #expect(configuration.port == 9_000 && configuration.limits.maxPayload == 2_048 && configuration.strict)
        #expect(configuration.cors?.origins == ["https://a.example", "https://b.example"] && configuration.path == "/socket.io/")
        #expect(environment.file == "g.yaml")
    }

    @Test("a variable that is no setting is refused by name, with what was meant")
    func unknown() throws {
        let errors = #expect(throws: SettingErrors.self) {
            try SettingsEnvironment([
                "GATEHOUSE_PROT": "1", "GATEHOUSE_LIMITS_PINGINTERVAL": "1s", "GATEHOUSE_X": "", "GATEHOUSE_PORT": "1",
            ])
        }
        #expect(
            errors?.faults.map(\.description) == [
                "GATEHOUSE_LIMITS_PINGINTERVAL: this variable is no setting; did you mean GATEHOUSE_PING_INTERVAL?",
                "GATEHOUSE_PROT: this variable is no setting; did you mean GATEHOUSE_PORT?",
                "GATEHOUSE_X: this variable is no setting: `gatehouse settings` lists them",
            ])
    }

    @Test("what Kubernetes sets for services named gatehouse and gatehouse-admin is no setting")
    func services() async throws {
        var variables: [String: String] = [:]
        for service in ["GATEHOUSE", "GATEHOUSE_ADMIN"] {
            variables["\(service)_SERVICE_HOST"] = "10.0.0.7"
            variables["\(service)_SERVICE_PORT"] = "443"
            variables["\(service)_SERVICE_PORT_HTTPS"] = "443"
            variables["\(service)_PORT"] = "tcp://10.0.0.7:443"
            variables["\(service)_PORT_443_TCP"] = "tcp://10.0.0.7:443"
            for (part, value) in [("PROTO", "tcp"), ("PORT", "443"), ("ADDR", "10.0.0.7")] {
                variables["\(service)_PORT_443_TCP_\(part)"] = value
            }
        }
        let environment = try SettingsEnvironment(variables)
        let configuration = try await Gatehouse.Configuration(reading: ConfigReader(provider: environment.provider))
        #expect(configuration.port == 8_443)
    }

    @Test("a port as Kubernetes writes it is refused where there is no such service, and a port beside a service counts")
    func portBesideService() async throws {
        let stray = try SettingsEnvironment(["GATEHOUSE_PORT": "tcp://10.0.0.7:443"])
        await #expect(throws: SettingErrors.self) {
            try await Gatehouse.Configuration(reading: ConfigReader(provider: stray.provider))
        }
        let given = try SettingsEnvironment(["GATEHOUSE_PORT": "9000", "GATEHOUSE_SERVICE_HOST": "10.0.0.7"])
        #expect(try await Gatehouse.Configuration(reading: ConfigReader(provider: given.provider)).port == 9_000)
    }
}
