import Foundation
import Testing

/// `gatehouse-conformance` (protocol.md section 8), started once for all tests; or the server at GATEHOUSE_CONFORMANCE_URL.
final class ConformanceServer: Sendable {
    /// Settings of the conformance server, in milliseconds and bytes.
    static let pingInterval = 300
    static let pingTimeout = 200
    static let maxPayload = 1_000_000
    static let connectTimeout = 1_000

    private static let shared = Result { try ConformanceServer() }

    /// `http://127.0.0.1:port`
    static var url: String {
        get throws { try shared.get().url }
    }

    private let url: String
    private let process: Process?
    private let input: Pipe?

    private init() throws {
        if let given = ProcessInfo.processInfo.environment["GATEHOUSE_CONFORMANCE_URL"] {
            url = given
            process = nil
            input = nil
            return
        }
        let process = Process()
        let output = Pipe()
        let input = Pipe()
        let server = try Self.executable().path
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "\"$0\" --port 0 & cat >/dev/null; kill $!; wait $!", server]
        process.standardOutput = output
        // The shell holds the server only as long as the tests hold its standard input: it does not outlive even their crash.
        process.standardInput = input
        try process.run()
        var line = Data()
        var found: String?
        while found == nil, let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty {
            guard byte == Data("\n".utf8) else {
                line.append(byte)
                continue
            }
            let text = String(decoding: line, as: UTF8.self)
            found = text.range(of: "listening on ").map { String(text[$0.upperBound...].prefix { $0 != " " }) }
            line = Data()
        }
        self.process = process
        self.input = input
        url = try #require(found, "gatehouse-conformance ended without saying where it listens")
    }

    static func executable() throws -> URL {
        var folder = Bundle.main.bundleURL
        for _ in 0..<4 {
            let candidate = folder.appendingPathComponent("gatehouse-conformance")
            if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
            folder.deleteLastPathComponent()
        }
        throw Missing()
    }

    struct Missing: Error, CustomStringConvertible {
        var description: String { "No gatehouse-conformance stands beside the test bundle: run `swift build` first." }
    }
}
