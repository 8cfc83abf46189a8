import ArgumentParser
import Gatehouse
import Testing

@testable import GatehouseCLI

@Suite("Where serve tells of its health")
struct MonitoringAddressTests {
    @Test(
        "REL-26: --monitoring takes an address with a port, or off",
        arguments: [
            ("off", nil), ("127.0.0.1:9464", Monitoring()), ("0.0.0.0:80", Monitoring(host: "0.0.0.0", port: 80)),
            ("[::1]:0", Monitoring(host: "::1", port: 0)), ("localhost:9", Monitoring(host: "localhost", port: 9)),
        ] as [(String, Monitoring?)])
    func addresses(_ text: String, _ monitoring: Monitoring?) throws {
        #expect(try MonitoringAddress(text).monitoring == monitoring)
    }

    @Test(
        "what is none of these is refused, with what is expected",
        arguments: ["", "on", "9464", ":9464", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80", "[]:80", "127.0.0.1:9464/"])
    func mistakes(_ text: String) {
        let error = #expect(throws: ArgumentParser.ValidationError.self) { try MonitoringAddress(text) }
        #expect(error?.message.contains("127.0.0.1:9464") == true)
    }

    @Test(
        "REL-26: serve tells of its health on the loopback interface unless told otherwise, and on any port where any will do for clients",
        arguments: [
            ([], Monitoring(isRequired: false)), (["--port", "0"], Monitoring(port: 0, isRequired: false)),
            (["--port", "9000"], Monitoring(isRequired: false)), (["--monitoring", "127.0.0.1:9464"], Monitoring()),
            (["--monitoring", "off"], nil), (["--port", "0", "--monitoring", "127.0.0.1:1"], Monitoring(port: 1)),
        ] as [([String], Monitoring?)])
    func defaults(_ arguments: [String], _ monitoring: Monitoring?) throws {
        #expect(try ServeOptions.parse(arguments).configuration.monitoring == monitoring)
    }
}
