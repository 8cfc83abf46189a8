import GatehouseJSON
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Dynamic namespaces: a gateway that is mounted at a pattern")
struct DynamicNamespaceTests {
    private static let own = "{ id: tenant.any.connect, namespace: \"/tenant/{/tenant}\", when: { issuer: corp } }"

    private func server(
        connect: String? = nil, loops: Int = 1, gateway: ScriptGateway<Tenants> = ScriptGateway(),
        _ body: (TestServer) async throws -> Void
    ) async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(gateway),
            configure: {
                $0.policies = TestPolicies().allowing().allowing("/tenant/*", connect: connect)
                $0.loops = loops
            }, body)
    }

    private func live(_ server: TestServer) async throws -> [String] {
        try await server.handle.namespaces(of: "/tenant/*").map(\.name)
    }

    @Test("a namespace of the pattern is there with its first member and gone with its last", arguments: SocketIOClient.Transport.allCases)
    func life(_ transport: SocketIOClient.Transport) async throws {
        try await server { server in
            #expect(try await live(server).isEmpty)
            let first = try await server.join("a", in: "/tenant/acme", over: transport)
            let second = try await server.join("b", in: "/tenant/acme", over: transport)
            let other = try await server.join("c", in: "/tenant/other", over: transport)
            #expect(try await live(server) == ["/tenant/acme", "/tenant/other"])
            #expect(try await server.handle.of("/tenant/acme").fetchSockets().count == 2)
            try await first.leave("/tenant/acme")
            try await other.close()
            try await server.eventually { try await live(server) == ["/tenant/acme"] }
            try await second.leave("/tenant/acme")
            try await server.eventually { try await live(server).isEmpty }
            // It comes again, with nothing of before.
            try await second.join("/tenant/acme", auth: try server.auth("b"))
            #expect(try await server.handle.of("/tenant/acme").fetchSockets().count == 1)
        }
    }

    @Test("the namespaces of a pattern are strangers: rooms, broadcasts and ids are each one's own", arguments: [1, 2])
    func apart(_ loops: Int) async throws {
        try await server(loops: loops) { server in
            let acme = try await server.join("a", in: "/tenant/acme")
            let twin = try await server.join("b", in: "/tenant/acme")
            let other = try await server.join("c", in: "/tenant/other")
            for (client, namespace) in [(acme, "/tenant/acme"), (twin, "/tenant/acme"), (other, "/tenant/other")] {
                try await client.emitWithAck("join", [["room": "lobby"]], in: namespace)
            }
            try await acme.emitWithAck("say", [["room": "lobby", "value": "hello"]], in: "/tenant/acme")
            #expect(try await twin.event("said", in: "/tenant/acme").first == "hello")
            try server.handle.of("/tenant/other").emit("said", "last")
            #expect(try await other.event("said", in: "/tenant/other").first == "last")
            #expect(try await server.handle.of("/tenant/other").to("lobby").fetchSockets().count == 1)
            try server.handle.of("/tenant/nobody").emit("said", 1)
            #expect(try await server.handle.of("/tenant/nobody").fetchSockets().isEmpty)
        }
    }

    @Test(
        "SIO-06, AC-36: what is not exactly of the pattern is unknown, and nothing is kept for it",
        arguments: ["/tenant", "/tenant/a/b", "/Tenant/a", "/tenant/", "/tenant/*", "/tenant/a?x", "/tenants/a", "//tenant/a"])
    func strangers(_ name: String) async throws {
        try await server { server in
            let client = try await server.connect()
            let auth = try server.auth()
            let refusal = await #expect(throws: ConnectRefused.self) { try await client.join(name, auth: auth) }
            #expect(refusal?.message == "Invalid namespace")
            #expect(try await live(server).isEmpty)
        }
    }

    @Test("SEC-A: a refused CONNECT leaves no namespace behind; the reason is in the audit log under the name that was asked for")
    func refused() async throws {
        try await server(connect: Self.own) { server in
            let client = try await server.connect()
            let refusal = await #expect(throws: ConnectRefused.self) {
                try await client.join("/tenant/acme", auth: ["token": .string(try TestTokens.token("alice", claims: ["tenant": "evil"]))])
            }
            #expect(refusal?.code == "forbidden")
            #expect(try await server.record(of: refusal?.decision)?["target"]?["ns"] == "/tenant/acme")
            #expect(try await live(server).isEmpty)
            try await client.join("/tenant/acme", auth: ["token": .string(try TestTokens.token("alice", claims: ["tenant": "acme"]))])
            #expect(try await live(server) == ["/tenant/acme"])
        }
    }

    @Test("one connection may be in several of them, each once; all packets name their own")
    func several() async throws {
        try await server { server in
            let client = try await server.join(in: "/tenant/a")
            try await client.join("/tenant/b", auth: try server.auth())
            #expect(try await client.emitWithAck("now", [["value": 1]], in: "/tenant/a").first == 1)
            #expect(try await client.emitWithAck("now", [["value": 2]], in: "/tenant/b").first == 2)
            try await client.leave("/tenant/a")
            #expect(try await client.emitWithAck("now", [["value": 3]], in: "/tenant/b").first == 3)
            try await server.eventually { try await live(server) == ["/tenant/b"] }
        }
    }

    @Test("the handler learns which of them its client is in")
    func named() async throws {
        let gateway = ScriptGateway<Tenants>(now: { _, context in .string(context.client.namespace.segments.last.map(String.init) ?? "") })
        try await server(gateway: gateway) { server in
            let client = try await server.join(in: "/tenant/acme")
            #expect(try await client.emitWithAck("now", [[:]], in: "/tenant/acme").first == "acme")
        }
    }

    @Test("POL-10: sessions in them are decided again by the pattern's policy: whose tenant is shut goes, the others stay")
    func reload() async throws {
        try await server { server in
            let acme = try await server.join("a", in: "/tenant/acme")
            let other = try await server.join("b", in: "/tenant/other")
            var policies = TestPolicies().allowing().allowing(
                "/tenant/*", connect: "{ id: tenant.any.connect, namespace: /tenant/other, when: { issuer: corp } }")
            policies.replace("revision: 1\n", with: "revision: 2\n", in: "tenant.+.yaml")
            try server.directory.write(policies)
            _ = try await #require(server.runtime.policyReload).reload(by: .hangUp)
            #expect(try await acme.closed().code == CloseCode.forbidden.rawValue)
            #expect(try await other.emitWithAck("now", [["value": 1]], in: "/tenant/other").first == 1)
        }
    }

    @Test("gateways at patterns that overlap cannot be mounted together; a namespace under its own name goes before a pattern")
    func overlap() throws {
        #expect(throws: StartError.self) { try PendingMount.mount([PendingMount(Left()), PendingMount(Right())], global: Stages()) }
        let mounted = try PendingMount.mount([PendingMount(Left()), PendingMount(Exact())], global: Stages())
        let server = SocketIOServer(mounted.map(\.pattern))
        #expect(server.definition("/a/b/c")?.index == 1)
        #expect(server.definition("/a/x/c")?.index == 0)
        #expect(server.definition("/a/x")?.index == nil)
    }
}

private struct Left: Gateway {
    static let namespace: NamespacePattern = "/a/*/c"
    func routes(_ on: inout Routes) {}
}

private struct Right: Gateway {
    static let namespace: NamespacePattern = "/a/b/*"
    func routes(_ on: inout Routes) {}
}

private struct Exact: Gateway {
    static let namespace: Namespace = "/a/b/c"
    func routes(_ on: inout Routes) {}
}
