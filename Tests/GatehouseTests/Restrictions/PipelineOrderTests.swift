import EngineIO
import GatehouseJSON
import GatehouseNetwork
import GatehouseTestSupport
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

/// The specification's "Pipeline order", stage by stage: a message, a CONNECT or a request that every stage from one on would refuse is
/// refused by that one.
@Suite("The pipeline's order")
struct PipelineOrderTests {
    // MARK: A message

    enum Stage: Int, CaseIterable {
        case size, rate, shape, mute, lock, slowMode, sendRule, ruleRate, `guard`, interceptor, validation, handler, none

        /// The code of its refusal, and the rule in the audit log.
        var refusal: (code: String, rule: String)? {
            switch self {
            case .size: ("too_large", "limits")
            case .rate: ("rate_limited", "limits")
            case .shape: ("invalid", "builtin.json")
            case .mute: ("muted", "builtin.mute")
            case .lock: ("room_locked", "builtin.lock")
            case .slowMode: ("slow_mode", "builtin.slow")
            case .sendRule: ("forbidden", "builtin.default")
            case .ruleRate: ("rate_limited", "root.send")
            case .guard: ("forbidden", "guard:SpeechGateway.speak")
            case .interceptor: ("app.interceptor", "builtin.handler")
            case .validation: ("invalid", "builtin.validation")
            case .handler: ("app.handler", "builtin.handler")
            case .none: nil
            }
        }
    }

    struct Speech: Payload {
        var room: RoomName
        var text: String
        static let schema = Schema(Field("room", \.room), Field("text", \.text, .length(...5)), make: Speech.init)
    }

    struct SpeechGateway: Gateway {
        static let namespace: Namespace = "/"
        let broken: ClosedRange<Int>

        func breaks(_ stage: Stage) -> Bool { broken.contains(stage.rawValue) }

        func routes(_ on: inout Routes) {
            let (breaksGuard, breaksInterceptor) = (breaks(.guard), breaks(.interceptor))
            on("speak", speak).guarded(by: .when { _ in !breaksGuard }).intercepted(by: Breaking(isBroken: breaksInterceptor))
        }

        func speak(_ speech: Speech, _ context: EventContext) throws -> String {
            if breaks(.handler) { throw GatewayError.app("handler", "broken") }
            return speech.text
        }
    }

    struct Breaking: Interceptor {
        let isBroken: Bool

        func interceptNow(_ request: EventRequest) throws -> Interception? {
            if isBroken { throw GatewayError.app("interceptor", "broken") }
            return .proceed
        }
    }

    @Test(
        "A message: size, rate, shape, mute, lock, slow mode, send rule, its rate, guards, interceptors, validation, handler",
        arguments: Stage.allCases)
    func message(_ first: Stage) async throws {
        let gateway = SpeechGateway(broken: first.rawValue...Stage.none.rawValue)
        let rate = gateway.breaks(.rate) ? "1/h burst 1" : "off"
        let send =
            "{ id: root.send, event: speak, room_at: /room"
            + (gateway.breaks(.sendRule) ? ", when: { roles: { any_of: [vip] } }" : "")
            + (gateway.breaks(.ruleRate) ? ", rate: { connection: 1/h burst 1 } }" : " }")
        try await TestServer.with(
            PendingMount(gateway),
            configure: {
                $0.policies = TestPolicies().allowing(
                    send: send,
                    more:
                        "limits:\n  payload: 1KiB\n  connection: { messages: \(rate), connects: off }\n  user: { messages: off, connects: off }\n"
                        + "  ip: { connects: off }")
            }
        ) { server in
            let alice = try await server.join()
            if gateway.breaks(.slowMode) {
                let key = SlowSends.Key(sender: .user(.test()), place: RoomRestriction.Place(namespace: "/", room: "tea"))
                let now = try await server.runtime.sockets.allLoops[0].submit { Int64($0.now.uptimeNanoseconds) }
                #expect(server.runtime.slowSends.take(key, interval: 60_000_000_000, now: now) == 0)
            }
            server.restrict(
                mutes: gateway.breaks(.mute) ? [.of()] : [],
                rooms: gateway.breaks(.slowMode)
                    ? [
                        RoomRestriction(
                            place: RoomRestriction.Place(namespace: "/", room: "tea"),
                            lock: gateway.breaks(.lock) ? RoomRestriction.Lock(mode: .readOnly, ends: nil) : nil,
                            slow: RoomRestriction.SlowMode(interval: 60_000, exemptRoles: [], ends: nil))
                    ] : [])
            let text = gateway.breaks(.size) ? String(repeating: "x", count: 2_000) : gateway.breaks(.validation) ? "too long" : "hi"
            let packet = "[\"speak\",{\"room\":\"tea\",\"text\":\"\(text)\"\(gateway.breaks(.shape) ? ",\"text\":\"\"" : "")}]"
            // The first one spends the rates.
            if gateway.breaks(.ruleRate) { _ = try await alice.answer(to: "21" + packet, id: 1) }
            let answer = try await alice.answer(to: "22" + packet, id: 2)
            guard let refusal = first.refusal else {
                #expect(answer == "hi")
                return
            }
            #expect(answer?["code"]?.stringValue == refusal.code, "\(first): \(String(describing: answer))")
            // The second refusal may be folded into the first.
            let rules = try await server.records().compactMap { $0["decision"]?["rule"]?.stringValue }
            #expect(rules.contains(refusal.rule), "\(first): \(rules)")
        }
    }

    // MARK: CONNECT

    enum Entrance: Int, CaseIterable {
        case addressBan, badTokens, rate, token, userBan, connectRule, userCap, none

        /// The code of its refusal, and the reason in the audit log.
        var refusal: (code: String, reason: String)? {
            switch self {
            case .addressBan: ("banned", "address_banned")
            case .badTokens: ("limit", "address")
            case .rate: ("limit", "connection_connects")
            case .token: ("unauthorized", "malformed:parts")
            case .userBan: ("banned", "banned")
            case .connectRule: ("forbidden", "no_matching_allow")
            case .userCap: ("limit", "user_connections")
            case .none: nil
            }
        }
    }

    @Test("CONNECT: bans of the address, rates, token, bans of the user, connect rules, caps of the user", arguments: Entrance.allCases)
    func connect(_ first: Entrance) async throws {
        func breaks(_ stage: Entrance) -> Bool { stage.rawValue >= first.rawValue }
        let cap = breaks(.userCap) ? 1 : 10
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(ScriptGateway<Side>()),
            configure: {
                $0.policies = TestPolicies(
                    global: "limits:\n  connections: { node: 1000, per_ip: 500, per_user: \(cap), unauthenticated: 500 }\n"
                ).allowing().allowing(
                    "/side", connect: "{ id: c, when: { roles: { any_of: [vip] } } }",
                    more: "limits: { connection: { connects: \(breaks(.rate) ? "1/h burst 1" : "off") }, ip: { connects: off } }")
            }
        ) { server in
            if breaks(.userCap) { _ = try await server.join() }
            let client = try await server.connect()
            var auth = try server.auth(roles: breaks(.connectRule) ? ["user"] : ["vip"])
            if breaks(.token) { auth["token"] = "no token" }
            if breaks(.rate) { await #expect(throws: ConnectRefused.self) { try await client.join("/side", auth: auth) } }
            if breaks(.badTokens) {
                let address = ClientAddress(IPAddress("127.0.0.1")).key
                server.runtime.addressBans.ban(address, until: server.clock.wallMilliseconds + 1_000)
            }
            server.restrict(
                bans: (breaks(.addressBan) ? [try .network("127.0.0.0/8", "/side")] : []) + (breaks(.userBan) ? [.user()] : []))
            guard let refusal = first.refusal else {
                _ = try await client.join("/side", auth: auth)
                return
            }
            let error = await #expect(throws: ConnectRefused.self) { try await client.join("/side", auth: auth) }
            #expect(error?.code == refusal.code, "\(first)")
            let record = try await server.record(of: error?.decision)
            #expect(record?["decision"]?["reason"]?.stringValue == refusal.reason, "\(first): \(String(describing: record))")
        }
    }

    // MARK: HTTP

    enum Door: Int, CaseIterable {
        case addressBan, badTokens, tokenInURL, origin, rate, none

        var refusal: (status: Int, reason: String)? {
            switch self {
            case .addressBan: (403, "address_banned")
            case .badTokens: (403, "banned")
            case .tokenInURL: (400, "token_in_url")
            case .origin: (403, "origin")
            case .rate: (429, "connect_rate")
            case .none: nil
            }
        }
    }

    @Test("HTTP: bans of the address, tokens in URLs, Origin, rate", arguments: Door.allCases)
    func request(_ first: Door) async throws {
        func breaks(_ stage: Door) -> Bool { stage.rawValue >= first.rawValue }
        let proxies = try #require(CIDR("127.0.0.0/8"))
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()),
            configure: {
                $0.policies = TestPolicies(
                    global: "limits:\n  connections: { node: 1000, per_ip: 500, unauthenticated: 500 }\n"
                        + (breaks(.rate) ? "  ip: { connects: 1/h burst 1 }\n" : "")
                ).allowing()
                $0.engine.trustedProxies = [proxies]
            }
        ) { server in
            let field = "X-Forwarded-For: 203.0.113.8\r\n"
            if breaks(.rate) { _ = try await RawHTTP.send("GET", "/socket.io/?EIO=4&transport=polling", fields: field, to: server.url) }
            let address = ClientAddress(IPAddress("203.0.113.8")).key
            if breaks(.badTokens) { server.runtime.addressBans.ban(address, until: server.clock.wallMilliseconds + 1_000) }
            if breaks(.addressBan) { server.restrict(bans: [try .network("203.0.113.0/24")]) }
            let answer = try await RawHTTP.send(
                "GET", "/socket.io/?EIO=4&transport=polling\(breaks(.tokenInURL) ? "&token=t" : "")",
                fields: field + (breaks(.origin) ? "Origin: https://evil.example\r\n" : ""), to: server.url)
            guard let refusal = first.refusal else {
                #expect(answer.hasPrefix("HTTP/1.1 200"), "\(answer)")
                return
            }
            #expect(answer.hasPrefix("HTTP/1.1 \(refusal.status)"), "\(answer)")
            #expect(try await server.records("conn.rejected").last?["decision"]?["reason"]?.stringValue == refusal.reason)
        }
    }
}
