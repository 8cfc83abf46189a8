import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Debian's `redis-server`, in a directory of its own: started on a free port of loopback and on a Unix socket, killed when released.
package final class RedisServer: Sendable {
    /// There is none, or it did not start.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package let directory: String
    package let port: Int
    package let tlsPort: Int
    package var socket: String { directory + "/redis.sock" }
    private let options: [String]
    private let running: Running

    private final class Running: @unchecked Sendable {
        // Guarded by the lock; `Process` is not Sendable.
        let lock = NSLock()
        var process: Process?
    }

    /// Starts a server that keeps nothing on disk.
    /// - Parameters:
    ///   - directory: private and short: a Unix socket's path has 100 bytes.
    ///   - certificates: PEM files of authority, certificate and key, for TLS on ``tlsPort``.
    package init(
        password: String? = nil, user: (name: String, password: String)? = nil,
        certificates: (authority: String, certificate: String, key: String)? = nil, more: [String] = []
    ) async throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("ghr-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        port = try Self.freePort()
        tlsPort = certificates == nil ? 0 : try Self.freePort()
        var options = [
            "--port", String(port), "--bind", "127.0.0.1", "--unixsocket", directory + "/redis.sock", "--unixsocketperm", "700", "--dir",
            directory, "--save", "", "--appendonly", "no", "--daemonize", "no",
        ]
        if let password { options += ["--requirepass", password] }
        if let user { options += ["--user", user.name, "on", ">" + user.password, "~*", "&*", "+@all"] }
        if let certificates {
            options += [
                "--tls-port", String(tlsPort), "--tls-cert-file", certificates.certificate, "--tls-key-file", certificates.key,
                "--tls-ca-cert-file", certificates.authority, "--tls-auth-clients", "no",
            ]
        }
        self.options = options + more
        running = Running()
        try await start()
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Starts it, again after ``kill()``, on the same ports.
    package func start() async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["redis-server"] + options
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        running.lock.withLock { running.process = process }
        let end = Date().addingTimeInterval(20 * Sanitizer.slowness)
        while !Self.accepts(port) {
            guard process.isRunning, Date() < end else { throw Failure(description: "redis-server did not start: is it installed?") }
            await Task.yield()
        }
    }

    /// Ends it at once, as kill -9 does.
    package func kill() {
        signal(SIGCONT)
        signal(SIGKILL)
        let process = running.lock.withLock { running.process }
        process?.waitUntilExit()
    }

    /// Lets it hang: connections stay, nothing is answered.
    package func stall() { signal(SIGSTOP) }

    /// Ends the hang.
    package func proceed() { signal(SIGCONT) }

    /// Carries out a command by `redis-cli`.
    @discardableResult
    package func command(_ words: String...) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["redis-cli", "-s", socket] + words
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    /// Cuts one user off, and refuses it until ``letBack(_:)``.
    package func cut(_ user: String) throws {
        try command("ACL", "SETUSER", user, "off")
        try command("CLIENT", "KILL", "USER", user)
    }

    package func letBack(_ user: String) throws { try command("ACL", "SETUSER", user, "on") }

    private func signal(_ number: Int32) {
        let process = running.lock.withLock { running.process }
        guard let process, process.isRunning else { return }
        #if canImport(Glibc)
            _ = Glibc.kill(process.processIdentifier, number)
        #else
            _ = Darwin.kill(process.processIdentifier, number)
        #endif
    }

    private static func withSocket<Result>(_ body: (Int32) throws -> Result) rethrows -> Result {
        #if canImport(Glibc)
            let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = Darwin.socket(AF_INET, SOCK_STREAM, 0)
        #endif
        defer { close(descriptor) }
        return try body(descriptor)
    }

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        return address
    }

    private static func accepts(_ port: Int) -> Bool {
        withSocket { descriptor in
            var address = loopback(port)
            let size = socklen_t(MemoryLayout<sockaddr_in>.size)
            return unsafe withUnsafePointer(to: &address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe connect(descriptor, $0, size) == 0 }
            }
        }
    }

    /// A port of loopback that nobody listened on a moment ago.
    package static func freePort() throws -> Int {
        try withSocket { descriptor in
            var address = loopback(0)
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isBound = unsafe withUnsafeMutablePointer(to: &address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
                }
            }
            guard isBound else { throw Failure(description: "no port of loopback is free") }
            return Int(in_port_t(bigEndian: address.sin_port))
        }
    }
}
