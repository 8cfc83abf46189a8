import Foundation
import Testing

/// What a process and its threads asked the kernel for, as strace wrote it down: files, sockets, programs.
struct SystemCalls {
    /// Paths of files that were opened, or that were to be.
    private(set) var opened: [String] = []
    /// The calls of `socket`, whole.
    private(set) var sockets: [String] = []
    /// The addresses of `connect`.
    private(set) var connections: [String] = []
    private(set) var programs: [String] = []

    /// What is put before a command to trace it. The command keeps the process id, so that signals reach it.
    static func tracer(into file: URL) -> [String] {
        ["strace", "-D", "-f", "-s", "16384", "-o", file.path, "-e", "trace=?open,openat,?openat2,?creat,socket,connect,execve"]
    }

    /// Whether the tests are to fail where nothing can be traced.
    static var mustTrace: Bool {
        let environment = ProcessInfo.processInfo.environment
        return environment["CI"] != nil && environment["GATEHOUSE_NO_TRACE"] == nil
    }

    /// Whether processes can be traced here: strace is installed and allowed.
    static let canTrace: Bool = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["strace", "-o", "/dev/null", "true"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    /// What stands in a trace whose process has ended or is about to: the tracer writes the end last.
    init(in file: URL) async throws {
        let text = try await Self.whole(file)
        // A call that another thread's interrupts is on two lines, of which the first has the arguments.
        for line in text.split(separator: "\n") where !line.contains(" resumed>") {
            // The process, spaces, the call.
            let call = line.drop { $0.isNumber }.drop { $0 == " " }
            guard let open = call.firstIndex(of: "(") else { continue }
            switch call[..<open] {
            case "socket": sockets.append(String(call))
            case "connect": connections.append(String(call.drop { $0 != "{" }.prefix { $0 != "}" }))
            case "execve": programs.append(try #require(Self.path(call)))
            case "open", "openat", "openat2", "creat": opened.append(try #require(Self.path(call), "\(line)"))
            default: continue
            }
        }
        leaveOutRuntimeLog()
    }

    /// libdispatch asks for a higher priority, which only root may have, and tells the system's log that it did not get it.
    private mutating func leaveOutRuntimeLog() {
        let log = "\"/dev/log\""
        for _ in connections.filter({ $0.contains(log) }) {
            if let index = sockets.firstIndex(where: { $0.hasPrefix("socket(AF_UNIX, SOCK_DGRAM") }) { sockets.remove(at: index) }
        }
        connections.removeAll { $0.contains(log) }
    }

    private static func whole(_ file: URL) async throws -> String {
        var text = ""
        for _ in 0..<200 {
            text = try String(contentsOf: file, encoding: .utf8)
            let main = text.prefix { $0.isNumber }
            if text.split(separator: "\n").contains(where: { $0.hasPrefix(main) && $0.contains(" +++ ") }) { return text }
            try await Task.sleep(for: .milliseconds(25))
        }
        struct Unfinished: Error {}
        Issue.record("the trace has no end: \(text.suffix(400))")
        throw Unfinished()
    }

    private static func path(_ call: Substring) -> String? {
        let quoted = call.split(separator: "\"", omittingEmptySubsequences: false)
        return quoted.count >= 3 ? String(quoted[1]) : nil
    }

    /// The paths that were opened, without the numbers in them: names of segments and of processes. What the scheduler of the runtime looks at
    /// once a second, the state of its own threads, is left out.
    var files: Set<String> {
        let paths = opened.map { path in String(path.map { $0.isNumber ? "#" : $0 }).replacing(#/#+/#, with: "#") }
        return Set(paths).subtracting(["/proc/#/stat"])
    }
}
