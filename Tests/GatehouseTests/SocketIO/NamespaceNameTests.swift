import GatehouseJSON
import GatehouseTesting
import NIOCore
import Testing

@testable import Gatehouse

/// Whatever a client calls a namespace that is not there, it is told so under that name (SIO-02). A closed connection would be opened again
/// and again by standard clients.
@Suite("Names that no namespace has")
struct NamespaceNameTests {
    static let names = [
        "/my room", "/a\"b", "/back\\slash", "/r\u{e9}s", "/\u{4e2d}\u{6587}", "/\u{1F600}", "/a\u{0}b", "/tab\there", "/line\nfeed",
        "//double", "/end/",
        "/chat?room=1", "/%2e%2e", "/{\"a\":1}", "/[1]", "/" + String(repeating: "n", count: 127), "/" + String(repeating: "n", count: 128),
        "/" + String(repeating: "n", count: 199), "/" + String(repeating: "\u{e9}", count: 1_000),
        "/" + String(repeating: "n", count: 2_047),
    ]

    @Test(
        "SIO-02: it is answered with `Invalid namespace` under the name as it was written", arguments: names,
        SocketIOClient.Transport.allCases)
    func unknown(_ name: String, _ transport: SocketIOClient.Transport) async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            let client = try await server.join(over: transport)
            let refusal = await #expect(throws: ConnectRefused.self) { try await client.join(name, auth: ["token": "x"]) }
            #expect(refusal?.message == "Invalid namespace" && refusal?.namespace == name)
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            let record = try await server.records("ns.denied").last
            #expect(record?["decision"]?["reason"] == "unknown_namespace")
            #expect((record?["target"]?["namespace"]?.stringValue ?? "").utf8.count <= 130)
        }
    }

    @Test("SIO-03: who has no other namespace is put out after three, as ever")
    func three() async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            let client = try await server.connect()
            for name in ["/my room", "/a\"b", "/" + String(repeating: "n", count: 500)] {
                await #expect(throws: ConnectRefused.self) { try await client.join(name) }
            }
            #expect(try await client.closed().code == CloseCode.unauthorized.rawValue)
        }
    }

    /// The payload of CONNECT, and the code that it is refused with.
    static let payloads: [(String, String)] = [
        ("{\"token\":\"a\",\"token\":\"b\"}", "unauthorized"), ("{\"a\":\"\\ud800\"}", "unauthorized"),
        ("{\"a\":\(String(repeating: "[", count: 40))\(String(repeating: "]", count: 40))}", "limit"),
        ("{\"a\":\(String(repeating: "1", count: 33))}", "limit"),
    ]

    @Test("SIO-03: a payload of CONNECT that goes too far is refused with a decision, and the connection stays", arguments: payloads)
    func payload(_ one: (payload: String, code: String)) async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(ScriptGateway<Side>()),
            configure: { $0.policies = TestPolicies().allowing().allowing("/side") }
        ) { server in
            let client = try await server.join()
            let refusal = await #expect(throws: ConnectRefused.self) { try await client.join("/side", payload: one.payload) }
            #expect(refusal?.code == one.code)
            #expect(try await server.record(of: refusal?.decision) != nil)
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            try await client.join("/side", auth: try server.auth())
            #expect(try await client.emitWithAck("now", [["value": 2]], in: "/side") == [2])
        }
    }
}
