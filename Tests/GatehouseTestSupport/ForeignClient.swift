package import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A Python script that drives a client which nobody here wrote, run to its end.
package struct ForeignClient: Sendable {
    package var status: Int32
    /// What it printed, on both streams: `ok NAME` or `failed NAME: WHY` for each case.
    package var lines: [String]

    /// What it printed for cases that went as they should.
    package var good: [String] { lines.filter { $0.hasPrefix("ok ") } }

    /// - Parameter limit: seconds after which it is ended: it may wait for ever for what it did not get, and has a status below zero then.
    package static func run(_ script: URL, _ arguments: [String], limit: Double = 120) async throws -> ForeignClient {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-B", script.path] + arguments
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        let watchdog = Task {
            try await Task.sleep(for: .seconds(limit * Sanitizer.slowness))
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        }
        defer { watchdog.cancel() }
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                // A child inherits the signals that its parent's thread blocks, and those of concurrent code block some.
                var none = sigset_t()
                unsafe sigemptyset(&none)
                unsafe pthread_sigmask(SIG_SETMASK, &none, nil)
                continuation.resume(
                    with: Result {
                        try process.run()
                        let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                        process.waitUntilExit()
                        let status = process.terminationStatus
                        return ForeignClient(
                            status: process.terminationReason == .uncaughtSignal ? -status : status,
                            lines: printed.split(separator: "\n").map(String.init))
                    })
            }
        }
    }
}
