import ArgumentParser
import GatehouseJSON
import Testing

@testable import GatehouseCommands

@Suite("A staff token in clear")
struct ClearTextTests {
    static let refused = [
        "http://gateway.example:8443", "http://192.168.1.4:8443", "ws://gateway.example", "http://localhost.example",
        "http://127.0.0.1.example",
        "http://128.0.0.1", "http://127.1", "http://127.0.0.256", "http://0177.0.0.1", "http://[::ffff:127.0.0.1]", "http://[::2]",
        "http://0.0.0.0",
        "HTTP://gateway.example", "http://127.0.0.+1",
    ]

    @Test("goes to this machine and to nobody else; the token is not even read", arguments: refused)
    func refuses(_ url: String) async throws {
        let options = try AdminOptions.parse(["--url", url, "--token-file", "/nonexistent/token"])
        let failure = await #expect(throws: CommandFailure.self) { _ = try await options.ask("stats", [:]) }
        #expect(failure?.message.contains("not sent in clear") == true, "\(String(describing: failure))")
    }

    static let allowed = [
        "https://gateway.example:8443", "http://127.0.0.1:1", "http://127.255.255.255:1", "http://localhost:1", "http://LOCALHOST:1",
        "http://[::1]:1",
        "wss://gateway.example",
    ]

    @Test("an encrypted address, or one of this machine, gets as far as the token", arguments: allowed)
    func allows(_ url: String) async throws {
        let options = try AdminOptions.parse(["--url", url, "--token-file", "/nonexistent/token"])
        let failure = await #expect(throws: CommandFailure.self) { _ = try await options.ask("stats", [:]) }
        #expect(failure?.message.contains("/nonexistent/token") == true, "\(String(describing: failure))")
    }
}
