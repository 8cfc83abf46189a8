import Foundation
import GatehouseJSON
import GatehousePolicy
import Testing

@Suite("The shipped policies") struct ShippedPolicyTests {
    private func load(_ directory: String) throws -> PolicyBundle {
        try PolicyBundle.load(directory: directory, options: .init(checkModes: false))
    }

    @Test("they load without an error", arguments: ["", "/examples/production"])
    func load(suffix: String) throws {
        let bundle = try load(policiesDirectory + suffix)
        #expect(bundle.namespaces.keys.sorted() == ["/admin", "/chat"])
        #expect(bundle.relaxations.isEmpty)
    }

    @Test(
        "they are laid out as `policy fmt` lays them out", arguments: ["", "/tests", "/examples/production", "/examples/production/tests"])
    func layout(suffix: String) throws {
        let directory = policiesDirectory + suffix
        let global = try PolicyFile.read("_global.yaml", in: directory.hasSuffix("/tests") ? String(directory.dropLast(6)) : directory)
        let names = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".yaml") }
        #expect(names.count > 1)
        for name in names {
            let file = try PolicyFile.read(name, in: directory)
            #expect(try PolicyFormatter.format(file, global: global).bytes == file.bytes, "\(suffix)/\(name)")
        }
    }

    @Test(
        "a development token with a role is enough for /admin, from loopback only",
        arguments: [
            ("moderator", "127.0.0.1", Decision.Effect.allow), ("moderator", "::ffff:127.0.0.1", .allow), ("moderator", "::1", .allow),
            ("moderator", "192.0.2.1", .deny), ("user", "127.0.0.1", .deny),
        ])
    func admin(role: String, ip: String, effect: Decision.Effect) throws {
        let bundle = try load(policiesDirectory)
        let policy = try #require(bundle.namespace("/admin"))
        let mo = subject("mo", roles: [role], issuer: "dev", ip: ip, settings: bundle.global)
        let grants = policy.grants(for: mo)
        #expect(grants.decideConnect(now: 0).effect == effect)
    }

    @Test(
        "what a moderator may do in /admin",
        arguments: [
            ("session.list", true), ("session.get", true), ("room.list", true), ("room.get", true), ("session.kick", true), ("stats", true),
            ("announce", true), ("token.revoke", true),
            ("user.reauth", true), ("ban.add", false), ("audit.query", false),
            ("nothing", false),
        ])
    func verbs(event: String, allowed: Bool) throws {
        let bundle = try load(policiesDirectory)
        let policy = try #require(bundle.namespace("/admin"))
        let grants = policy.grants(for: subject("mo", roles: ["moderator"], issuer: "dev", settings: bundle.global))
        let decision = grants.decideSend(event: policy.event(event), room: String?.none, isJoined: false, payloadBytes: 2, now: 0)
        #expect(decision.isAllowed == allowed, "\(decision)")
    }

    @Test(
        "who may join which room of /chat",
        arguments: [
            ("user", "lobby:a", true), ("user", "general", true), ("user", "user:u1", true), ("user", "user:u2", false),
            ("user", "staff:desk", false), ("moderator", "staff:desk", true), ("user", "lobby:a:b", false), ("user", "lobby:", false),
        ])
    func rooms(role: String, room: String, allowed: Bool) throws {
        let bundle = try load(policiesDirectory)
        let policy = try #require(bundle.namespace("/chat"))
        let grants = policy.grants(for: subject("u1", roles: [role], issuer: "dev", settings: bundle.global))
        #expect(grants.decideConnect(now: 0).isAllowed)
        #expect(grants.decideJoin(room: room, now: 0).isAllowed == allowed)
    }

    @Test(
        "what a client has buffered while it was away goes through at once, and its rate alone breaks no rule",
        arguments: [("", "dev", "general"), ("/examples/production", "corp", "tenant:t:general")])
    func flush(suffix: String, issuer: String, room: String) throws {
        let bundle = try load(policiesDirectory + suffix)
        let policy = try #require(bundle.namespace("/chat"))
        let sender = subject(scope: "chat:write", claims: ["tenant": "t"], issuer: issuer, settings: bundle.global)
        let decision = policy.grants(for: sender).decideSend(
            event: policy.event("message"), room: room, isJoined: true, payloadBytes: 100, now: 0)
        let (rate, limits) = (try #require(policy.rate(decision), "\(decision)"), policy.settings.limits)
        for limit in [rate.connection, rate.user, limits.connectionMessages, limits.userMessages] { #expect((limit?.burst ?? 0) >= 60) }
        #expect(limits.violations?.also == [])
    }

    @Test("a message needs membership of the room that its payload names")
    func message() throws {
        let bundle = try load(policiesDirectory)
        let policy = try #require(bundle.namespace("/chat"))
        let grants = policy.grants(for: subject(issuer: "dev", settings: bundle.global))
        let message = policy.event("message")
        #expect(policy.roomLocation(for: message)?.description == "/room")
        func decide(_ room: String?, _ joined: Bool, _ bytes: Int = 100) -> Decision {
            grants.decideSend(event: message, room: room, isJoined: joined, payloadBytes: bytes, now: 0)
        }
        #expect(decide("general", true).isAllowed)
        #expect(policy.rate(decide("general", true))?.connection == RateLimit(count: 5, burst: 60))
        #expect(decide("general", false).reason == .notJoined)
        #expect(decide(nil, false).reason == .roomMissing)
        #expect(decide("general", true, 8_193).reason == .tooLarge)
        #expect(decide("a\u{308}", true).reason == .invalidName)
        #expect(grants.decideReceive(event: message, now: 0).isAllowed)
        #expect(!grants.decideReceive(event: policy.event("secret"), now: 0).isAllowed)
    }
}

extension PolicyFile {
    fileprivate static func read(_ name: String, in directory: String) throws -> PolicyFile {
        PolicyFile(name: name, text: try String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8))
    }
}
