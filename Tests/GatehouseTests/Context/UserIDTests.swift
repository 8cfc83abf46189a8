import GatehousePolicy
import GatehouseTestSupport
import GatehouseTesting
import Logging
import Testing

@testable import Gatehouse

@Suite("Who a user is")
struct UserIDTests {
    @Test("SEC-15, MDL-33: users are the same if issuer and subject are, byte by byte")
    func identity() {
        let alice = UserID(iss: "https://a", subject: "alice")
        #expect(alice == UserID(iss: "https://a", subject: "alice") && alice != UserID(iss: "https://b", subject: "alice"))
        #expect(alice.hashValue == UserID(iss: "https://a", subject: "alice").hashValue)
        #expect(UserID(iss: "x", subject: "caf\u{e9}") != UserID(iss: "x", subject: "cafe\u{301}"))
        #expect(Set([alice, UserID(iss: "https://b", subject: "alice"), alice]).count == 2)
    }

    @Test("MDL-33: a handler knows its user; of a client without a token there is none, and the client is told to bring one")
    func ofContext() async throws {
        let gateway = ScriptGateway<Root>(now: { _, context in .string(try context.user.description) })
        let policies = TestPolicies().allowing(
            connect: "{ id: open.guests, when: { anonymous: true } }\n    - { id: open.users, when: { issuer: corp } }")
        try await TestServer.with(PendingMount(gateway), configure: { $0.policies = policies }) { server in
            let alice = try await server.join("alice")
            #expect(try await alice.emitWithAck("now", [[:]]) == [.string("\(TestTokens.iss) alice")])
            let guest = try await server.connect()
            try await guest.join("/")
            let refusal = try await guest.emitWithAck("now", [[:]]).first
            #expect(refusal?["code"] == "unauthorized")
            #expect(refusal?["message"]?.stringValue?.contains("token") == true)
        }
    }

    /// A gateway that keeps things by user.
    private struct UsersGateway: Gateway {
        static let namespace: Namespace = "/"
        static let requiresUser = true

        func routes(_ on: inout Routes) { on("who", who) }

        func who(_ context: EventContext) throws -> String { try context.user.subject }
    }

    private static let guests = "{ id: open.guests, when: { anonymous: true } }"

    @Test("MDL-33: a gateway that needs users is not started where the policies let in anybody else, and no reload lets them in later")
    func requiresUser() async throws {
        let open = try StartFixture(TestPolicies().allowing(connect: Self.guests))
        defer { open.directory.remove() }
        let refusal = await #expect(throws: StartError.self) { try await Application(open.configuration).mount(UsersGateway()).start() }
        #expect(refusal?.code == .policy)
        #expect(refusal?.description.contains("'open.guests' lets in clients without a token") == true)

        let closed = try StartFixture()
        defer { closed.directory.remove() }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = try await Application(closed.configuration, logger: logger).mount(UsersGateway()).start()
        let client = try await closed.connect(server)
        try await client.join("/", auth: closed.auth("alice"))
        #expect(try await client.emitWithAck("who") == ["alice"])
        try closed.directory.write(TestPolicies().allowing(connect: Self.guests))
        await #expect(throws: PolicyReloadError.self) { try await #require(server.runtime.policyReload).reload(by: .hangUp) }
        #expect(server.runtime.policies.current.generation == 1)
        try await server.stopLeavingNothing()
    }
}
