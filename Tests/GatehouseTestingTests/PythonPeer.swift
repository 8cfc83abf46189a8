import Foundation
import Testing

/// A Python server of `peers/`, ended with the value. Its port is what it printed first.
final class PythonPeer: Sendable {
    let port: Int
    private let process: Process
    private let input: Pipe

    init(_ script: String) throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("peers/\(script)")
        process = Process()
        input = Pipe()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", file.path]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line = Data()
        while let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty, byte != Data("\n".utf8) { line.append(byte) }
        port = try #require(Int(String(decoding: line, as: UTF8.self)), "\(script) printed no port; it needs python-socketio and aiohttp")
    }

    var address: String { "http://127.0.0.1:\(port)" }

    deinit {
        try? input.fileHandleForWriting.close()
        process.terminate()
    }
}
