import Foundation
import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import NIOCore
import Testing

@Suite("The abuse corpus against a live server", .serialized, .timeLimit(.minutes(Sanitizer.name == nil ? 5 : 25)))
struct CorpusTests {
    static let files = Result { try AbuseFile.all() }

    @Test(
        "REL-04, SEC-A, R17: every case has its outcome, within its memory; honest clients are served; nothing stays",
        arguments: try files.get().map(\.name))
    func file(_ name: String) async throws {
        let file = try #require(try Self.files.get().first { $0.name == name })
        try await LiveServer.with({ $0.globalLimits = [file.limits] }) { server in
            let honest = try await server.honestClient()
            _ = try await honest.emitWithAck("echo", [["value": 0]])
            for one in file.cases {
                for variant in one.variants { try await play(one, variant, of: file, on: server, beside: honest) }
            }
        }
    }

    private func play(
        _ one: AbuseCase, _ variant: (text: String, bytes: [ByteExpression]), of file: AbuseFile, on server: LiveServer,
        beside honest: SocketIOClient
    ) async throws {
        let what = "\(file.name), \(one.name)\(variant.text)"
        let (baseline, descriptors) = (try await server.holdings(), try OpenSockets.count())
        let player = try AbusePlayer(server, variant: variant.bytes)
        let watch = HoldingsWatch(server, baseline: baseline)
        let start = NIODeadline.now()
        do {
            try await player.play(one.steps)
        } catch {
            Issue.record("\(what): \(error)")
        }
        let seconds = Double((NIODeadline.now() - start).nanoseconds) / 1e9
        // Once more after everything has arrived.
        try await server.settle()
        let worst = try await watch.end()
        player.closeAll()

        #expect(seconds <= one.seconds * Sanitizer.slowness, "\(what)")
        #expect(worst.bytes <= file.budget, "\(what): \(worst.bytes) bytes were held for one client")
        #expect(worst.extraDeadlines <= 0, "\(what): a connection had more than one timer entry")
        #expect(try await honest.emitWithAck("echo", [["value": "on"]]) == ["on"], "\(what): a client that was there before is not served")
        // Whoever has not joined is let go at the CONNECT deadline.
        try await server.advance(.seconds(10))
        let newcomer = try await server.honestClient("newcomer")
        #expect(try await newcomer.emitWithAck("echo", [["value": 1]]) == [1], "\(what): a new client is not served")
        try await newcomer.close()
        try await server.eventually("what was held for \(what) is let go: \(try await server.holdings()), before \(baseline)") {
            try await server.advance(.milliseconds(100))
            var now = try await server.holdings()
            (now.bytes, now.largest) = (min(now.bytes, baseline.bytes), baseline.largest)
            return now == baseline
        }
        // AC-08: the server lives in this process, and so do its clients: what either forgot to close is found.
        try await server.eventually("\(what): \(try OpenSockets.count()) sockets are open, \(descriptors) were before") {
            try OpenSockets.count() <= descriptors
        }
    }
}
