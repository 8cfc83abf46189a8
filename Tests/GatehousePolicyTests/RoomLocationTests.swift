import GatehouseJSON
import Testing

@testable import GatehousePolicy

/// One issuer, for the policies of these tests.
private let global = PolicyFile(
    name: "_global.yaml",
    text: """
        apiVersion: gatehouse/v1
        kind: Global
        revision: 1
        issuers:
          corp: { iss: "https://a.example", audience: [a], jwks_file: j.json, algorithms: [ES256], typ: [JWT], require: [exp, sub] }
        """)

@Suite("Where an event names its room")
struct RoomLocationTests {
    private func bundle(_ rule: String) throws(PolicyErrors) -> PolicyBundle {
        let chat = """
            apiVersion: gatehouse/v1
            kind: NamespacePolicy
            namespace: /chat
            revision: 1
            mode: enforce
            transports: [websocket]
            origin: { allow: [], allow_missing: true }
            connect: { allow: [{ id: c, when: { issuer: corp } }] }
            send: { allow: [{ id: s, event: say, \(rule) }] }
            """
        return try PolicyBundle.load(files: [global, PolicyFile(name: "chat.yaml", text: chat)])
    }

    @Test(
        "MDL-03: a pointer, the argument itself, another argument, and a name made of what stands there",
        arguments: [
            ("room_at: /room", "/room", "red", "red"), ("room_at: \"\"", "the argument", "red", "red"),
            ("room_at: { argument: 1, at: /room }", "argument 1 /room", "a:b", "a:b"), ("room_at: { argument: 2 }", "argument 2", "x", "x"),
            ("room_at: { at: /symbol, as: \"symbol:{value}\" }", "/symbol as symbol:{value}", "ABC", "symbol:ABC"),
            ("room_at: { as: \"user:{value}:inbox\" }", "the argument as user:{value}:inbox", "a.b@c-d_e", "user:a.b@c-d_e:inbox"),
        ])
    func forms(_ rule: String, _ description: String, _ text: String, _ room: String) throws {
        let policy = try #require(try bundle(rule).namespaces["/chat"])
        let location = try #require(policy.roomLocation(for: policy.event("say")))
        #expect(location.description == description)
        #expect(location.room(text) == room)
    }

    @Test(
        "MDL-03, POL-06: what goes into a name is one literal segment, and nothing else names a room",
        arguments: ["", "*", "**", "a:b", "../x", "a b", "{sub}", "?", "ä", "a\n", String(repeating: "a", count: 129)])
    func injection(_ text: String) throws {
        let location = try #require(RoomLocation(argument: 0, "", template: "symbol:{value}"))
        #expect(location.room(text) == nil)
    }

    @Test(
        "MDL-03: what is no place is refused with its line",
        arguments: [
            ("room_at: room", "JSON pointer"), ("room_at: { at: room }", "JSON pointer"), ("room_at: { as: \"symbol\" }", "{value}"),
            ("room_at: { as: \"{value}{value}\" }", "{value}"), ("room_at: { as: \"*:{value}\" }", "{value}"),
            ("room_at: { argument: -1 }", "whole number"), ("room_at: { argument: 16 }", "from 0 to 15"),
            ("room_at: { where: /room }", "'where' is not a member"),
        ])
    func mistakes(_ rule: String, _ says: String) {
        let error = #expect(throws: PolicyErrors.self) { try bundle(rule) }
        #expect("\(error.map { "\($0)" } ?? "")".contains(says), "\(error.map { "\($0)" } ?? "")")
    }
}

@Suite("Events that gateways send, and the rules that let somebody have them")
struct EmittedEventCheckTests {
    @Test("MDL-20: a declared event without a rule is an error, a rule for what nobody sends a warning; who declares nothing is not asked")
    func check() throws {
        let files = [
            global,
            PolicyFile(
                name: "chat.yaml",
                text: """
                    apiVersion: gatehouse/v1
                    kind: NamespacePolicy
                    namespace: /chat
                    revision: 1
                    mode: enforce
                    transports: [websocket]
                    origin: { allow: [], allow_missing: true }
                    connect: { allow: [{ id: c, when: { issuer: corp } }] }
                    send: { allow: [{ id: s, event: say }] }
                    receive: { allow: [{ id: r, event: [said, ghost, "presence.*"] }] }
                    """),
        ]
        let bundle = try PolicyBundle.load(files: files)
        let route = RouteCatalogue.Route(event: "say", dto: nil, hasRoom: false)
        func findings(_ emitted: [String]) -> [String] {
            bundle.check(against: RouteCatalogue(["/chat": [route]], emitted: ["/chat": emitted])).map { "\($0.severity) \($0.message)" }
        }
        let all = findings(["said", "lost", "presence.join"])
        #expect(all.count { $0.contains("'lost'") && $0.hasPrefix("error") } == 1, "\(all)")
        #expect(all.count { $0.contains("'ghost'") && $0.hasPrefix("warning") } == 1, "\(all)")
        #expect(!all.contains { $0.contains("'said'") || $0.contains("presence") }, "\(all)")
        #expect(!findings([]).contains { $0.contains("sends") }, "\(findings([]))")
    }
}
