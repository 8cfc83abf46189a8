import Foundation

/// A command that runs to its end, with all it printed.
struct Command {
    var status: Int32
    var output: String
    var errors: String

    /// Everything for a failure's message.
    var account: String { "exit \(status)\n\(output)\n\(errors)" }

    /// - Parameter limit: seconds after which the command is killed.
    static func run(
        _ executable: String, _ arguments: [String], in directory: URL, environment: [String: String] = [:], limit: Double = 90
    ) async throws -> Command {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [executable] + arguments
        process.currentDirectoryURL = directory
        process.environment = inherited.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try await process.start()
        let processID = process.processIdentifier
        let watchdog = Task {
            try await Task.sleep(for: .seconds(limit))
            kill(processID, SIGKILL)
        }
        defer { watchdog.cancel() }
        async let outputText = text(of: output.fileHandleForReading)
        async let errorText = text(of: errors.fileHandleForReading)
        let (printed, complained) = await (outputText, errorText)
        process.waitUntilExit()
        let status = process.terminationReason == .uncaughtSignal ? -process.terminationStatus : process.terminationStatus
        return Command(status: status, output: printed, errors: complained)
    }

    /// The environment without what is meant for these tests: `gatehouse serve` takes variables of its name for settings.
    static var inherited: [String: String] { ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GATEHOUSE_") } }

    /// Reads until the pipe's end, on a thread of its own.
    private static func text(of handle: FileHandle) async -> String {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(returning: String(decoding: handle.readDataToEndOfFile(), as: UTF8.self))
            }
        }
    }
}
