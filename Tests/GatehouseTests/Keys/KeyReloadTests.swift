import Foundation
import GatehouseAudit
import GatehouseJSON
import GatehouseTesting
import GatehouseTokens
import Testing

@testable import Gatehouse

@Suite("Token keys that change under a running server")
struct KeyReloadTests {
    private let keys: IssuerKeys
    private static var now: Int64 { Int64(Date().timeIntervalSince1970) }

    init() throws { keys = try IssuerKeys("k1", "k2", "k3") }

    /// A server whose issuer's key set is a file of the test.
    private func withServer(_ set: String, _ body: (RunningServer, StartFixture) async throws -> Void) async throws {
        let fixture = try StartFixture()
        defer { fixture.directory.remove() }
        try fixture.directory.write(set, to: "jwks.json")
        let server = try await fixture.application.start()
        do { try await body(server, fixture) } catch {
            try await server.stopLeavingNothing()
            throw error
        }
        try await server.stopLeavingNothing()
    }

    /// Why a client with this token is refused; nil if it comes in.
    private func refusal(_ server: RunningServer, _ token: String) async throws -> ConnectRefused? {
        let client = try await SocketIOClient.connect(server.url)
        do {
            try await client.join("/", auth: ["token": .string(token)])
            return nil
        } catch let refusal as ConnectRefused { return refusal }
    }

    private func records(_ server: RunningServer, _ fixture: StartFixture, _ event: String) async throws -> [JSONValue] {
        try await server.runtime.audit.flush()
        return try fixture.directory.auditRecords().filter { $0["event"]?.stringValue == event }
    }

    @Test("SEC-40: keys rotate under a stream of connects, and no client whose key stays is refused")
    func rotation() async throws {
        try await withServer(keys.jwks("k1")) { server, fixture in
            let steps = [
                (set: try keys.jwks("k1", "k2"), kid: "k1"), (try keys.jwks("k2"), "k2"), (try keys.jwks("k2", "k3"), "k2"),
                (try keys.jwks("k3"), "k3"),
            ]
            for (set, kid) in steps {
                let refused = try await withThrowingTaskGroup(of: [ConnectRefused].self) { group in
                    for stream in 0..<4 {
                        group.addTask {
                            var refused: [ConnectRefused] = []
                            for number in 0..<10 {
                                let token = try keys.token(kid, subject: "user-\(stream)-\(number)", now: Self.now)
                                if let refusal = try await refusal(server, token) { refused.append(refusal) }
                            }
                            return refused
                        }
                    }
                    group.addTask {
                        try fixture.directory.write(set, to: "jwks.json")
                        // The swap, and nine more of the same set, spread over the stream.
                        for _ in 0..<10 {
                            await server.keyWatch.reload()
                            _ = try await refusal(server, try keys.token(kid, subject: "swap", now: Self.now))
                        }
                        return []
                    }
                    return try await group.reduce(into: [ConnectRefused]()) { $0 += $1 }
                }
                #expect(refused.isEmpty, "\(kid): \(refused.count) refused")
            }
            #expect(try await records(server, fixture, "key.rejected").isEmpty)
        }
    }

    @Test("SEC-40, SEC-09: a key that is taken out refuses at once, also the token that was verified before")
    func removedKey() async throws {
        try await withServer(keys.jwks("k1")) { server, fixture in
            let old = try keys.token("k1", now: Self.now)
            #expect(try await refusal(server, old) == nil)
            try fixture.directory.write(try keys.jwks("k2", "k3"), to: "jwks.json")
            await server.keyWatch.look()
            let refused = try await refusal(server, old)
            #expect(refused?.code == "unauthorized")
            #expect(try await refusal(server, try keys.token("k2", now: Self.now)) == nil)
            let failed = try await records(server, fixture, "auth.failed")
            #expect(failed.last?["decision"]?["reason"] == "unknown_key")
            let loaded = try await records(server, fixture, "key.loaded")
            #expect(loaded.count == 1)
            #expect(loaded.first?["detail"] == ["source": "files", "keys": 2, "added": "corp/k2 corp/k3", "removed": "corp/k1"])
        }
    }

    @Test("SEC-40: a key exchanged under its old name is told as such, and the old one verifies nothing")
    func exchangedKey() async throws {
        let others = try IssuerKeys("k1")
        try await withServer(keys.jwks("k1")) { server, fixture in
            try fixture.directory.write(try others.jwks("k1"), to: "jwks.json")
            await server.keyWatch.look()
            #expect(try await refusal(server, try others.token("k1", now: Self.now)) == nil)
            #expect(try await refusal(server, try keys.token("k1", now: Self.now)) != nil)
            let detail = try await records(server, fixture, "key.loaded").last?["detail"]
            #expect(detail?["added"] == "corp/k1" && detail?["removed"] == "corp/k1")
        }
    }

    enum Bad: CaseIterable { case cut, empty, noKeys, weak, missing, writable }

    @Test(
        "REL, SEC-40: a bad file stays out, is audited once, and the keys before stay in force until it is mended", arguments: Bad.allCases)
    func badFile(_ bad: Bad) async throws {
        try await withServer(keys.jwks("k1")) { server, fixture in
            let path = fixture.directory.path("jwks.json")
            let good = try keys.jwks("k1", "k2")
            let reason: JSONValue
            switch bad {
            case .cut:
                try fixture.directory.write(String(good.dropLast(20)), to: "jwks.json")
                reason = "malformed_key"
            case .empty:
                try fixture.directory.write("", to: "jwks.json")
                reason = "file_unreadable"
            case .noKeys:
                try fixture.directory.write("{\"keys\":[]}", to: "jwks.json")
                reason = "configuration"
            case .weak:
                try fixture.directory.write(
                    "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"alg\":\"ES256\"}]}", to: "jwks.json")
                reason = "contradictory_key"
            case .missing:
                try FileManager.default.removeItem(atPath: path)
                reason = "file_unreadable"
            case .writable:
                try fixture.directory.write(good, to: "jwks.json")
                try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path)
                reason = "file_permissions"
            }
            for _ in 0..<3 { await server.keyWatch.look() }
            let rejected = try await records(server, fixture, "key.rejected")
            #expect(rejected.map { $0["detail"]?["reason"] } == [reason])
            #expect(rejected.first?["detail"]?["issuer"] == "corp")
            #expect(try await refusal(server, try keys.token("k1", now: Self.now)) == nil)
            #expect(try await refusal(server, try keys.token("k2", now: Self.now)) != nil)
            // A change of permissions alone leaves size and time as they were, and is seen all the same.
            if bad == .writable {
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            } else {
                try fixture.directory.write(good, to: "jwks.json")
            }
            await server.keyWatch.look()
            #expect(try await refusal(server, try keys.token("k2", now: Self.now)) == nil)
            #expect(try await records(server, fixture, "key.loaded").count == 1)
        }
    }

    @Test("A key that cannot be used is left out at the start and by a look, and is audited once each time it appears")
    func leftOut() async throws {
        let stranger = #"{"kty":"RSA","use":"enc","kid":"enc","n":"AQAB","e":"AQAB"}"#
        let weak = #"{"kty":"EC","crv":"P-256","kid":"short","x":"AA","y":"AA","alg":"ES256"}"#
        func set(_ kid: String, _ others: String...) throws -> String {
            try keys.jwks(kid).replacingOccurrences(of: "]}", with: others.map { "," + $0 }.joined() + "]}")
        }
        try await withServer(set("k1", stranger)) { server, fixture in
            #expect(try await refusal(server, try keys.token("k1", now: Self.now)) == nil)
            try fixture.directory.write(try set("k2", stranger, weak), to: "jwks.json")
            for _ in 0..<3 { await server.keyWatch.look() }
            await server.keyWatch.reload()
            #expect(try await refusal(server, try keys.token("k2", now: Self.now)) == nil)
            let told = try await records(server, fixture, "key.left_out")
            #expect(
                told.map { $0["detail"] } == [
                    ["source": "corp", "key": "enc", "reason": "other_use"],
                    ["source": "corp", "key": "short", "reason": "malformed_key"],
                ])
            #expect(told.map { $0["sev"] } == ["info", "warning"])
            #expect(try await records(server, fixture, "key.rejected").isEmpty)
        }
    }

    @Test("SEC-40: a look at files that did not change reads nothing; SIGHUP reads them all the same")
    func unchanged() async throws {
        try await withServer(keys.jwks("k1")) { server, fixture in
            let before = server.runtime.tokens.current
            for _ in 0..<3 { await server.keyWatch.look() }
            #expect(server.runtime.tokens.current === before)
            await server.reload()
            #expect(server.runtime.tokens.current !== before)
            let loaded = try await records(server, fixture, "key.loaded")
            #expect(loaded.map { $0["detail"] } == [["source": "files", "keys": 1, "added": "", "removed": ""]])
        }
    }
}
