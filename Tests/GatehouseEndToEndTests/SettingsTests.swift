import Foundation
import GatehouseJSON
import Testing

@Suite("Settings of the built server", .serialized)
struct SettingsTests {
    private func serve(
        in directory: ServerDirectory, _ arguments: String..., environment: [String: String] = [:]
    ) async throws -> Command {
        try await Command.run(
            try GatehouseBinary.path(), ["serve"] + arguments, in: directory.url, environment: environment, limit: 20)
    }

    @Test("a mistake in the file, the environment or a flag is told with its place, and ends with the exit code of its kind")
    func mistakes() async throws {
        let directory = try await ServerDirectory()
        try directory.write("port: 0\nping_intervall: 3s\nloops: many\n", to: "gateway.yaml")
        let file = try await serve(in: directory, "--config", "gateway.yaml")
        #expect(file.status == 78 && file.output.isEmpty, "\(file.account)")
        let lines = file.errors.split(separator: "\n")
        #expect(lines.count == 2 && lines.first == "gateway.yaml:2:1: 'ping_intervall' is no setting; did you mean 'ping_interval'?")
        #expect(lines.last?.hasPrefix("gateway.yaml:3:8: 'many' is not a whole number") == true)

        let variable = try await serve(in: directory, environment: ["GATEHOUSE_PROT": "1"])
        #expect(variable.status == 78, "\(variable.account)")
        #expect(variable.errors == "GATEHOUSE_PROT: this variable is no setting; did you mean GATEHOUSE_PORT?\n")
        let value = try await serve(in: directory, environment: ["GATEHOUSE_MAX_PAYLOAD": "2MiB"])
        #expect(value.status == 78, "\(value.account)")
        #expect(value.errors == "GATEHOUSE_MAX_PAYLOAD: '2MiB' is not possible; expected: 1KiB to 1MiB\n")

        let flag = try await serve(in: directory, "--max-payload", "2MiB")
        #expect(flag.status == 64 && flag.errors.contains("1KiB to 1MiB"), "\(flag.account)")
        let flags = try await serve(in: directory, "--cert", "chain.pem")
        #expect(flags.status == 64 && flags.errors.hasPrefix("--cert: "), "\(flags.account)")
    }

    @Test("--print-config tells the value in force and its origin, and starts nothing")
    func printed() async throws {
        let directory = try await ServerDirectory()
        try directory.write("port: 1\nloops: 2\nping_interval: 3s\n", to: "gateway.yaml")
        let environment = ["GATEHOUSE_CONFIG": "gateway.yaml", "GATEHOUSE_PORT": "2", "GATEHOUSE_LOOPS": "3"]
        let shown = try await serve(in: directory, "--port", "3", "--print-config", "--json", environment: environment)
        #expect(shown.status == 0 && shown.errors.isEmpty, "\(shown.account)")
        let json = try JSONValue(parsing: shown.output)
        #expect(json["port"] == ["value": 3, "from": "flag", "at": "--port"])
        #expect(json["loops"] == ["value": 3, "from": "environment", "at": "GATEHOUSE_LOOPS"])
        #expect(json["ping_interval"] == ["value": "3s", "from": "file", "at": "gateway.yaml:3:16"])
        #expect(json["max_payload"] == ["value": "64KiB", "from": "default"])
        #expect(!FileManager.default.fileExists(atPath: directory.url.appendingPathComponent("var").path))
    }

    @Test("a server serves by its file and its environment")
    func served() async throws {
        let directory = try await ServerDirectory()
        try directory.write("ping_interval: 7s\nmax_payload: 2KiB\nmonitoring: off\n", to: "gateway.yaml")
        let server = try await RunningServer(in: directory, "--config", "gateway.yaml", environment: ["GATEHOUSE_PING_TIMEOUT": "9s"])
        let get = """
            import ssl, sys, urllib.request
            trust = ssl.create_default_context(cafile="certs/dev-ca.pem")
            print(urllib.request.urlopen(sys.argv[1], context=trust, timeout=10).read().decode())
            """
        let url = server.url + "/socket.io/?EIO=4&transport=polling"
        let answer = try await Command.run("python3", ["-c", get, url], in: directory.url)
        #expect(answer.output.contains(#""pingInterval":7000,"pingTimeout":9000,"maxPayload":2048"#), "\(answer.account)")
        #expect(!server.output.text.contains("health"), "\(server.output.text)")
        #expect(await server.stop() == 0)
    }
}
