import ArgumentParser
import Gatehouse
import GatehouseSettings
import Testing

@testable import GatehouseCommands

@Suite("Where serve tells of its health")
struct MonitoringAddressTests {
    @Test(
        "REL-26: --monitoring takes an address with a port, or off",
        arguments: [
            ("off", nil), ("127.0.0.1:9464", Monitoring()), ("0.0.0.0:80", Monitoring(host: "0.0.0.0", port: 80)),
            ("[::1]:0", Monitoring(host: "::1", port: 0)), ("localhost:9", Monitoring(host: "localhost", port: 9)),
        ] as [(String, Monitoring?)])
    func addresses(_ text: String, _ monitoring: Monitoring?) async throws {
        let options = try ServeOptions.parse(["--monitoring", text])
        #expect(try await options.settings(environment: [:]).settings.configuration.monitoring == monitoring)
    }

    @Test(
        "what is none of these is refused, with what is expected",
        arguments: ["", "on", "9464", ":9464", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80", "[]:80", "127.0.0.1:9464/"])
    func mistakes(_ text: String) {
        #expect {
            try ServeOptions.parse(["--monitoring", text])
        } throws: {
            ServeOptions.exitCode(for: $0) == .validationFailure && ServeOptions.message(for: $0).contains("127.0.0.1:9464")
        }
    }

    @Test(
        "REL-26: serve tells of its health on the loopback interface unless told otherwise, and on any port where any will do for clients",
        arguments: [
            ([], Monitoring(isRequired: false)), (["--port", "0"], Monitoring(port: 0, isRequired: false)),
            (["--port", "9000"], Monitoring(isRequired: false)), (["--monitoring", "127.0.0.1:9464"], Monitoring()),
            (["--monitoring", "off"], nil), (["--port", "0", "--monitoring", "127.0.0.1:1"], Monitoring(port: 1)),
        ] as [([String], Monitoring?)])
    func defaults(_ arguments: [String], _ monitoring: Monitoring?) async throws {
        let options = try ServeOptions.parse(arguments)
        #expect(try await options.settings(environment: [:]).settings.configuration.monitoring == monitoring)
    }
}
