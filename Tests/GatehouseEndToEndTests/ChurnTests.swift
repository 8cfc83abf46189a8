import Foundation
import Testing

/// What `.ci/churn` finds in the built server. In short here: few clients come and go, so the bound is wide enough for what malloc holds
/// ready, and far below what one client weighs; the counts of live objects are exact for any number. GATEHOUSE_CHURN names the joins for the
/// full form, with 64 bytes a join as the bound.
@Suite("Clients that come and go")
struct ChurnTests {
    @Test("R27: nothing is kept of a client that has gone, however it went", .timeLimit(.minutes(60)), arguments: kinds)
    func nothingIsKept(_ kind: String) async throws {
        let joins = ProcessInfo.processInfo.environment["GATEHOUSE_CHURN"]
        let directory = try await ServerDirectory()
        let (count, bound) = joins.map { ($0, "64") } ?? ("200", "2048")
        let done = try await Command.run(
            "python3", [Self.script, "--binary", try GatehouseBinary.path(), "--joins", count, "--bound", bound, kind],
            in: directory.url, limit: joins == nil ? 120 : 3_000)
        #expect(done.status == 0, "\(done.account)")
    }

    /// All but those that take a table's size to warm up.
    private static let kinds = [
        "disconnect", "close-frame", "cut", "kick", "token-end", "refused", "polling", "upgrade", "reload", "cookie", "tls-cut",
    ]

    private static var script: String {
        let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return repository.appendingPathComponent(".ci/churn").path
    }
}
