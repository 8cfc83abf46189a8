import EngineIO
import GatehouseTesting
import Testing

@testable import Gatehouse

/// What a hostile page can have its visitors' browsers send, byte for byte, and what it costs the honest clients behind the same address.
@Suite("Pages that are no clients")
struct ForeignPageTests {
    private static let open = "/socket.io/?EIO=4&transport=polling"
    private static let cross = "Sec-Fetch-Site: cross-site\r\n"

    /// Browsers with Fetch Metadata, and the last ones without.
    static let requests: [(what: String, method: String, target: String, fields: String, status: Int)] = [
        ("an image", "GET", open, cross + "Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\n", 403),
        ("a script", "GET", open, cross + "Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: script\r\n", 403),
        ("fetch without CORS", "GET", open, cross + "Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: empty\r\n", 403),
        ("fetch without CORS, long", "GET", "/" + String(repeating: "a", count: 3_000), cross + "Sec-Fetch-Mode: no-cors\r\n", 414),
        ("a long address of an old browser", "GET", "/" + String(repeating: "a", count: 3_000), "", 414),
        ("large cookies", "GET", open, "Cookie: \(String(repeating: "c", count: 9_000))\r\n", 431),
        ("a frame", "GET", open, cross + "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n", 403),
        ("a form", "POST", open, cross + "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\nOrigin: https://evil.example\r\n", 403),
        ("a form of a sandbox", "POST", open, cross + "Sec-Fetch-Mode: navigate\r\nOrigin: null\r\n", 403),
        ("XMLHttpRequest", "GET", open, cross + "Sec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\nOrigin: https://evil.example\r\n", 403),
        ("a metadata field alone", "GET", open, cross, 403),
        ("a page of another port", "GET", open, "Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: no-cors\r\n", 403),
        ("an old browser's image", "GET", open, "User-Agent: Mozilla/5.0\r\nReferer: https://evil.example/\r\n", 403),
        ("an old browser's image without a referrer", "GET", open, "User-Agent: Mozilla/5.0 (Macintosh)\r\n", 403),
        ("a form of an old browser", "POST", open, "User-Agent: Mozilla/5.0\r\nOrigin: https://evil.example\r\n", 403),
        ("a preflight", "OPTIONS", open, cross + "Sec-Fetch-Mode: cors\r\nOrigin: https://evil.example\r\n", 403),
        ("a preflight of a page that may", "OPTIONS", open, "Origin: https://app.example\r\nAccess-Control-Request-Method: POST\r\n", 204),
    ]

    private func server(_ body: (TestServer) async throws -> Void) async throws {
        let global = "limits:\n  ip: { connects: 1/h burst 2, malformed: 1/h burst 1 }\n"
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()),
            configure: {
                $0.policies = TestPolicies(global: global).allowing()
                $0.engine.cors = CORS(origins: ["https://app.example"]).policy
            }, body)
    }

    @Test("a request that is no client's opens nothing and costs its address nothing", arguments: requests.indices)
    func costsNothing(index: Int) async throws {
        let (_, method, target, fields, status) = Self.requests[index]
        try await server { server in
            for _ in 0..<3 {
                let answer = try await RawHTTP.send(method, target, fields: fields, to: server.url)
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
                #expect(!answer.contains("sid"))
            }
            #expect(try await server.records("conn.opened").isEmpty)
            // Two sessions are what the address may open, and not one malformed request is on its account.
            let first = try await server.connect(.polling)
            try await first.join("/", auth: try server.auth())
            let second = try await server.connect()
            try await second.join("/", auth: try server.auth("bob"))
            let third = await #expect(throws: SocketIOClientError.self) { try await server.connect() }
            #expect(third?.httpStatus == 429)
        }
    }

    @Test("the control: what no browser sends is charged")
    func control() async throws {
        try await server { server in
            for _ in 0..<2 {
                _ = try await RawHTTP.send("GET", "/", fields: "Host: again\r\n", to: server.url)
            }
            let refused = await #expect(throws: SocketIOClientError.self) { try await server.connect() }
            #expect(refused?.httpStatus == 429)
        }
    }

    static let own: [(policy: String, fields: String, isTaken: Bool)] = [
        ("same_origin: true", "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n", true),
        ("same_origin: true", "Origin: http://127.0.0.1\r\n", true), ("same_origin: true", "", false),
        ("same_origin: true", "Origin: https://127.0.0.1\r\n", false),
        ("same_origin: true", "User-Agent: Mozilla/5.0\r\nReferer: http://127.0.0.1/app\r\n", true),
        ("allow: [\"http://127.0.0.1\"]", "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\n", true),
        ("allow: [\"capacitor://localhost\", \"null\"]", "Origin: capacitor://localhost\r\nSec-Fetch-Site: cross-site\r\n", true),
        ("allow: [\"capacitor://localhost\", \"null\"]", "Origin: null\r\n", true),
        ("allow: [\"https://*.preview.example.com\"]", "Origin: https://a.preview.example.com\r\n", true),
        ("allow: [\"https://*.preview.example.com\"]", "Origin: https://a.b.preview.example.com\r\n", false),
        ("allow_missing: true", "Origin: http://127.0.0.1\r\n", true), ("allow_missing: true", "Origin: http://127.0.0.1:1\r\n", false),
        ("allow: []", "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\n", false),
    ]

    @Test("SEC-02, SEC-03: pages of the server's own origin, of applications and of previews are let in by name", arguments: own.indices)
    func ownPages(index: Int) async throws {
        let (policy, fields, isTaken) = Self.own[index]
        var policies = TestPolicies().allowing()
        policies.replace("allow: [\"https://app.example\"], allow_missing: true", with: policy, in: "root.yaml")
        try await TestServer.with(PendingMount(ScriptGateway<Root>()), configure: { $0.policies = policies }) { server in
            let answer = try await RawHTTP.send("GET", Self.open, fields: fields, to: server.url)
            #expect(answer.hasPrefix("HTTP/1.1 \(isTaken ? 200 : 403) "), "\(answer)")
        }
    }
}
