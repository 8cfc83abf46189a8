import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A driver in `clients`, run to its end.
struct ForeignClient {
    var status: Int32
    /// What it printed, on both streams.
    var lines: [String]

    static func run(_ driver: String, _ arguments: String...) async throws -> ForeignClient {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("clients/\(driver)").path
        process.arguments = ["python3", "-B", script] + arguments
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
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
                        return ForeignClient(
                            status: process.terminationStatus, lines: printed.split(separator: "\n").map(String.init))
                    })
            }
        }
    }
}
