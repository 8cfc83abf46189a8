import Configuration
import Foundation
import Gatehouse
import Testing

@testable import GatehouseSettings

@Suite("A file of settings")
struct SettingsFileTests {
    private func configuration(_ text: String) async throws -> Gatehouse.Configuration {
        let file = try SettingsFile(Array(text.utf8), name: "gateway.yaml")
        return try await Gatehouse.Configuration(reading: ConfigReader(provider: file))
    }

    @Test("values are read as the table has them, times and sizes with their units")
    func values() async throws {
        let configuration = try await configuration(
            """
            # A gateway.
            host: 0.0.0.0
            port: 9000
            strict: true
            ping_interval: 20s
            max_payload: "128KiB"
            node: off
            cors_origin: [https://a.example, https://b.example]
            cors_max_age: 1m
            monitoring: off
            """)
        #expect(configuration.host == "0.0.0.0" && configuration.port == 9_000 && configuration.strict)
        #expect(configuration.limits.pingInterval == .seconds(20) && configuration.limits.maxPayload == 131_072)
        #expect(configuration.node == "off" && configuration.monitoring == nil)
        #expect(configuration.cors == CORS(origins: ["https://a.example", "https://b.example"], maxAge: .seconds(60)))
    }

    @Test("a file that sets nothing is one with the defaults", arguments: ["", "\n", "# nothing\r\n  # here\n"])
    func empty(_ text: String) async throws {
        #expect(try await configuration(text).port == 8_443)
    }

    @Test(
        "a key that is no setting is refused with its line, and with what was meant",
        arguments: [
            ("port: 1\nping_intervall: 3s\n", "gateway.yaml:2:1", "did you mean 'ping_interval'?"),
            ("pingInterval: 3s\n", "gateway.yaml:1:1", "did you mean 'ping_interval'?"),
            ("limits.maxPayload: 3KiB\n", "gateway.yaml:1:1", "did you mean 'max_payload'?"),
            ("event_loops: 3\n", "gateway.yaml:1:1", "did you mean 'loops'?"),
            ("client-ca: a\n", "gateway.yaml:1:1", "did you mean 'client_ca'?"),
            ("apiVersion: gatehouse/v1\n", "gateway.yaml:1:1", "`gatehouse settings` lists them"),
        ])
    func unknown(_ text: String, _ place: String, _ hint: String) throws {
        let errors = #expect(throws: SettingErrors.self) { try SettingsFile(Array(text.utf8), name: "gateway.yaml") }
        let fault = try #require(errors?.faults.first)
        #expect(errors?.faults.count == 1 && fault.code == .unknown && fault.place == place)
        #expect(fault.message.contains(hint), "\(fault.message)")
    }

    @Test(
        "what is no file of settings is refused with its line",
        arguments: [
            ("- port\n", 1), ("port\n", 1), ("port: 1\nport: 2\n", 2), ("port: &a 1\n", 1), ("host: a\n  port: 1\n", 2),
            ("cors_origin:\n  a: b\n", 2), ("host: a\n---\nport: 1\n", 2), ("port: [[1]]\n", 1),
        ])
    func malformed(_ text: String, _ line: Int) throws {
        let errors = #expect(throws: SettingErrors.self, "\(text)") { try SettingsFile(Array(text.utf8), name: "gateway.yaml") }
        #expect(errors?.faults.first?.place?.hasPrefix("gateway.yaml:\(line):") == true, "\(String(describing: errors))")
    }

    @Test("a file that is not there is refused by name")
    func missing() throws {
        let errors = #expect(throws: SettingErrors.self) { try SettingsFile(path: "/nowhere/gateway.yaml") }
        #expect(errors?.description.contains("/nowhere/gateway.yaml: ") == true)
    }

    @Test("a file that others may write is refused with what to do; one that only its owner writes is read", arguments: [0o644, 0o666])
    func writable(_ mode: Int) throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("gatehouse-settings-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appendingPathComponent("gateway.yaml").path
        try Data("port: 9000\n".utf8).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        if mode == 0o644 {
            _ = try SettingsFile(path: file)
        } else {
            let errors = #expect(throws: SettingErrors.self) { try SettingsFile(path: file) }
            #expect(errors?.faults.first?.code == .file && errors?.description.contains("chmod") == true, "\(String(describing: errors))")
        }
    }
}
