import Foundation
import Testing

@Suite("Comparing codes in constant time")
struct ConstantTimeTests {
    /// The first Debian revision of libjwt 1.10.2 whose comparison does not stop at the first byte that differs.
    private static let floor = "1.10.2-1+deb12u1"

    private static func run(_ executable: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }

    @Test(
        "AC-28: libjwt is at least the release that fixes CVE-2024-25189",
        .enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/dpkg"), "the version floor is a Debian one"))
    func floor() throws {
        let installed = try Self.run("/usr/bin/dpkg-query", ["-W", "-f", "${Version}", "libjwt0"])
        try #require(installed.status == 0 && !installed.output.isEmpty)
        let compared = try Self.run("/usr/bin/dpkg", ["--compare-versions", installed.output, "ge", Self.floor])
        #expect(compared.status == 0, "libjwt \(installed.output) compares signatures with strcmp: install \(Self.floor) or later")
    }

    @Test("AC-28: our own comparison of a code is libcrypto's, and no other comparison of a signature is in the module")
    func ownComparison() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Sources/GatehouseTokens")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var constant = 0
        for case let file as URL in files where file.pathExtension == "swift" {
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                if line.contains("CRYPTO_memcmp") { constant += 1 }
                let isEarly = line.contains("signature ==") || line.contains("== signature") || line.contains("expected ==")
                #expect(!isEarly || line.contains(".count"), "\(file.lastPathComponent): \(line)")
            }
        }
        #expect(constant > 0)
    }
}
