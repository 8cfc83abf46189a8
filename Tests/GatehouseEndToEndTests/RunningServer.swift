import Foundation
import Testing

/// `gatehouse serve` on a free port, in a directory of its own. Killed with the value, if it still runs.
final class RunningServer: Sendable {
    let directory: ServerDirectory
    let url: String
    let output: ServerOutput
    private let process: Process

    /// - Parameters:
    ///   - arguments: more options of `serve`.
    ///   - descriptors: how many files and connections it may have open.
    ///   - tracer: a command that runs the server, and leaves it the process id.
    ///   - environment: variables beside those of this process.
    init(
        in directory: ServerDirectory, _ arguments: String..., environment: [String: String] = [:], descriptors: Int? = nil,
        under tracer: [String] = []
    ) async throws {
        self.directory = directory
        process = Process()
        let command = tracer + [try GatehouseBinary.path(), "serve", "--port", "0"] + arguments
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        // The shell becomes the server, and leaves it its process id.
        let limit = descriptors.map { "ulimit -n \($0) && " } ?? ""
        process.arguments = ["-c", limit + "exec \"$0\" \"$@\""] + command
        process.currentDirectoryURL = directory.url
        process.environment = Command.inherited.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try await process.start()
        output = ServerOutput(pipe.fileHandleForReading)
        let address = await output.text(after: "listening on ")
        guard let address, let url = address.split(separator: " ").first, url.hasPrefix("https://127.0.0.1:") else {
            process.terminate()
            throw NotListening(account: output.text)
        }
        self.url = String(url)
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    var processID: Int32 { process.processIdentifier }

    /// Sends a signal if it still runs, waits for the end. Negative for an end by a signal.
    func stop(_ signal: Int32? = SIGTERM) async -> Int32 {
        if let signal, process.isRunning { kill(process.processIdentifier, signal) }
        let processID = process.processIdentifier
        let watchdog = Task {
            try await Task.sleep(for: .seconds(40))
            kill(processID, SIGKILL)
        }
        defer { watchdog.cancel() }
        let process = process
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                process.waitUntilExit()
                let isSignal = process.terminationReason == .uncaughtSignal
                continuation.resume(returning: isSignal ? -process.terminationStatus : process.terminationStatus)
            }
        }
    }

    /// Runs a scenario of `clients/` against this server.
    func run(_ scenario: Scenario) async throws -> Command {
        let clients = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("clients")
        let script = clients.appendingPathComponent(scenario.script).path
        let environment = [
            "GATEHOUSE_URL": url, "GATEHOUSE_BINARY": try GatehouseBinary.path(), "GATEHOUSE_PID": String(processID),
            "PYTHONDONTWRITEBYTECODE": "1",
        ]
        return try await Command.run("python3", [script] + scenario.arguments, in: directory.url, environment: environment)
    }

    struct NotListening: Error, CustomStringConvertible {
        var account: String
        var description: String { "The server ended before it listened:\n\(account)" }
    }
}
