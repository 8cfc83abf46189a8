import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import NIOCore
import Testing

@testable import Gatehouse

@Suite("Guards")
struct GuardTests {
    /// A guard with one answer, at once or after a suspension.
    struct Fixed: Guard {
        var allows: Bool
        var suspends = false
        var throwing = false

        func evaluateNow(_ request: EventRequest) throws -> GuardVerdict? { suspends ? nil : try verdict() }

        func evaluate(_ request: EventRequest) async throws -> GuardVerdict {
            await Task.yield()
            return try verdict()
        }

        private func verdict() throws -> GuardVerdict {
            if throwing { throw Trouble() }
            return allows ? .allow : .deny(reason: "fixed")
        }
    }

    struct NoAnswer: Guard {}

    struct Trouble: Error {}

    /// A guard that says no in words of its own.
    struct Saying: Guard {
        let error: GatewayError

        func evaluateNow(_ request: EventRequest) throws -> GuardVerdict? { throw error }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var allows: Bool
        var reason: String
        var code: String
        var tested: any Guard

        init(_ name: String, _ tested: any Guard, allows: Bool, reason: String = "", code: String = "forbidden") {
            (testDescription, self.tested, self.allows, self.reason, self.code) = (name, tested, allows, reason, code)
        }
    }

    private static let yes = Fixed(allows: true)
    private static let no = Fixed(allows: false)
    private static let lateYes = Fixed(allows: true, suspends: true)
    private static let lateNo = Fixed(allows: false, suspends: true)
    private static let broken = Fixed(allows: true, throwing: true)
    private static let lateBroken = Fixed(allows: true, suspends: true, throwing: true)

    static let cases: [Case] = [
        Case("yes", yes, allows: true),
        Case("no", no, allows: false, reason: "fixed"),
        Case("late yes", lateYes, allows: true),
        Case("late no", lateNo, allows: false, reason: "fixed"),
        Case("throws", broken, allows: false, reason: "guard_error"),
        Case("throws late", lateBroken, allows: false, reason: "guard_error"),
        Case("no answer", NoAnswer(), allows: false, reason: "no_answer"),
        Case("all of yes", CombinedGuard.allOf(yes, lateYes), allows: true),
        Case("all of with a no", CombinedGuard.allOf(lateYes, no), allows: false, reason: "fixed"),
        Case("all of none", CombinedGuard.allOf(), allows: true),
        Case("any of with a yes", CombinedGuard.anyOf(no, lateNo, lateYes), allows: true),
        Case("any of nos", CombinedGuard.anyOf(no, lateNo), allows: false, reason: "fixed"),
        Case("any of none", CombinedGuard.anyOf(), allows: false, reason: "no_guard_allowed"),
        Case("any of with a throw", CombinedGuard.anyOf(broken, yes), allows: false, reason: "guard_error"),
        Case("any of with a late throw", CombinedGuard.anyOf(lateBroken, yes), allows: false, reason: "guard_error"),
        Case("not no", CombinedGuard.not(no), allows: true),
        Case("not late no", CombinedGuard.not(lateNo), allows: true),
        Case("not yes", CombinedGuard.not(yes), allows: false, reason: "negated_guard_allowed"),
        Case("not a throw", CombinedGuard.not(broken), allows: false, reason: "guard_error"),
        Case("nested", CombinedGuard.allOf(CombinedGuard.anyOf(no, lateYes), CombinedGuard.not(lateNo)), allows: true),
        Case("role", RoleGuard.anyRole("user", "admin"), allows: true),
        Case("missing role", RoleGuard.anyRole("admin"), allows: false, reason: "role_missing"),
        Case("predicate", PredicateGuard.when { $0.context.event == "now" }, allows: true),
        Case("throwing predicate", PredicateGuard.when { _ in throw Trouble() }, allows: false, reason: "guard_error"),
        Case("own words", Saying(error: .app("quota", "Words")), allows: false, reason: "app.quota", code: "app.quota"),
        Case("own fault", Saying(error: .init(.unavailable, "Words")), allows: false, reason: "unavailable", code: "unavailable"),
        Case("room not joined", JoinedGuard.joined("/room"), allows: false, reason: "not_joined"),
        Case("room not named", JoinedGuard.joined("/value"), allows: false, reason: "room_missing"),
    ]

    @Test("SEC-29, ERR-02: a guard allows or refuses; a throw and no answer are refusals", arguments: cases)
    func verdicts(_ one: Case) async throws {
        let recorder = Recorder()
        let gateway = ScriptGateway<Root>(now: { _, _ in
            recorder.note("ran")
            return "ran"
        })
        try await TestServer.with(PendingMount(gateway), configure: { $0.stages = Stages(guards: [one.tested]) }) { server in
            let client = try await server.join()
            let answer = try await client.emitWithAck("now", [["room": "red"]]).first
            guard one.allows else {
                #expect(answer?["status"] == "error")
                #expect(answer?["code"] == .string(one.code))
                #expect(answer?["message"] == (one.code == "forbidden" ? "Forbidden resource" : "Words"))
                #expect(recorder.notes.isEmpty)
                let record = try await server.record(of: answer?["decision"]?.stringValue)
                #expect(record?["decision"]?["reason"] == .string(one.reason))
                #expect(record?["decision"]?["rule"]?.stringValue?.hasPrefix("guard:") == true)
                return
            }
            #expect(answer == "ran")
        }
    }

    @Test("a guard for rooms lets in who is in the room")
    func joined() async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()),
            configure: { $0.stages = Stages(guards: [.anyOf(.when { $0.context.event == "join" }, .joined("/room"))]) }
        ) { server in
            let client = try await server.join()
            #expect(try await client.emitWithAck("now", [["room": "red", "value": 1]]).first?["code"] == "forbidden")
            try await client.emitWithAck("join", [["room": "red"]])
            #expect(try await client.emitWithAck("now", [["room": "red", "value": 1]]) == [1])
        }
    }

    /// Writes down every time that it is asked.
    struct Counted: Guard {
        let name: String
        let recorder: Recorder
        var allows = true
        var suspends = false

        func evaluateNow(_ request: EventRequest) throws -> GuardVerdict? {
            recorder.note(name)
            return suspends ? nil : allows ? .allow : .deny(reason: name)
        }

        func evaluate(_ request: EventRequest) async throws -> GuardVerdict {
            recorder.note(name + " late")
            await Task.yield()
            return allows ? .allow : .deny(reason: name)
        }
    }

    @Test("GW-01: every guard is asked once and in order, whichever of them waits, within combinations as well")
    func askedOnce() async throws {
        let recorder = Recorder()
        func counted(_ name: String, allows: Bool = true, suspends: Bool = false) -> Counted {
            Counted(name: name, recorder: recorder, allows: allows, suspends: suspends)
        }
        let guards: [any Guard] = [
            counted("a"), CombinedGuard.anyOf(counted("b", allows: false), counted("c", suspends: true), counted("never")),
            counted("d"), CombinedGuard.allOf(counted("e", suspends: true), counted("f")), CombinedGuard.not(counted("g", allows: false)),
        ]
        try await TestServer.with(PendingMount(ScriptGateway<Root>()), configure: { $0.stages = Stages(guards: guards) }) { server in
            let client = try await server.join()
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            #expect(recorder.notes == ["a", "b", "c", "c late", "d", "e", "e late", "f", "g"])
        }
    }

    /// Answers when it is told to, and does not look at its cancellation.
    struct Slow: Guard {
        let latch: Latch
        let answered: Latch

        func evaluate(_ request: EventRequest) async throws -> GuardVerdict {
            guard request.context.event == "now" else { return .allow }
            await latch.wait()
            answered.open()
            return .allow
        }
    }

    @Test("GW-02: whoever leaves while a guard waits, or is put out by one, is not served by the handler")
    func leavingMeanwhile() async throws {
        let (latch, answered) = (Latch(), Latch())
        let recorder = Recorder()
        let gateway = ScriptGateway<Root>(
            now: { _, _ in
                recorder.note("now")
                return nil
            },
            later: { _, _ in
                recorder.note("later")
                return nil
            })
        let putOut = PredicateGuard.when { request in
            if request.context.event != "join" { request.context.client.disconnect() }
            return true
        }
        let slow = Slow(latch: latch, answered: answered)
        try await TestServer.with(PendingMount(gateway), configure: { $0.stages = Stages(guards: [slow, putOut]) }) { server in
            let client = try await server.join()
            try await client.emit("now", [[:]])
            try await server.eventually { try await server.runningHandlers == 1 }
            try await client.leave("/")
            try await server.eventually { try await server.runningHandlers == 0 }
            latch.open()
            await answered.wait()
            try await client.join("/", auth: try server.auth())
            try await client.emit("later", [[:]])
            try await client.disconnected(from: "/")
            try await client.join("/", auth: try server.auth())
            #expect(try await client.emitWithAck("join", [["room": "red"]]) == [true])
            #expect(recorder.notes.isEmpty)
        }
    }

    @Test("GW-02: so it is where no guard waits")
    func putOutAtOnce() async throws {
        let recorder = Recorder()
        let gateway = ScriptGateway<Root>(now: { _, _ in
            recorder.note("ran")
            return nil
        })
        let putOut = PredicateGuard.when { request in
            request.context.client.disconnect()
            return true
        }
        try await TestServer.with(PendingMount(gateway), configure: { $0.stages = Stages(guards: [putOut]) }) { server in
            let client = try await server.join()
            try await client.emit("now", [[:]])
            try await client.disconnected(from: "/")
            #expect(recorder.notes.isEmpty)
        }
    }

    @Test("SEC-29, REL-25: a guard that takes too long is a `timeout`, its handler never runs, and the socket goes on")
    func slowGuard() async throws {
        let (latch, answered) = (Latch(), Latch())
        let recorder = Recorder()
        let gateway = ScriptGateway<Root>(now: { _, _ in
            recorder.note("ran")
            return nil
        })
        try await TestServer.with(
            PendingMount(gateway), configure: { $0.stages = Stages(guards: [Slow(latch: latch, answered: answered)]) }
        ) { server in
            let client = try await server.join()
            async let answer = client.emitWithAck("now", [[:]])
            try await server.eventually { try await server.runningHandlers == 1 }
            try await server.advance(.milliseconds(10_300))
            #expect(try await answer.first?["code"] == "timeout")
            latch.open()
            await answered.wait()
            #expect(try await client.emitWithAck("later", [["value": 1]]) == [1])
            #expect(recorder.notes.isEmpty)
        }
    }

    /// What guards answer, and how often until the client is put out: a policy allows three violations.
    static let charged: [(tested: any Guard, isCharged: Bool)] = [
        (no, true), (lateNo, true), (Saying(error: .app("quota", "")), true), (broken, false), (lateBroken, false),
        (Saying(error: .init(.unavailable, "")), false),
    ]

    @Test("a guard that cannot decide refuses, but is not held against the client", arguments: charged.indices)
    func charges(_ index: Int) async throws {
        let one = Self.charged[index]
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()),
            configure: {
                $0.stages = Stages(guards: [one.tested])
                $0.policies = TestPolicies().allowing(more: "limits: { violations: { window: 60s, disconnect_after: 3 } }")
            }
        ) { server in
            let client = try await server.join()
            for _ in 0..<2 { #expect(try await client.emitWithAck("now", [[:]]).first?["status"] == "error") }
            try await client.emit("now", [[:]])
            guard one.isCharged else {
                return #expect(try await client.emitWithAck("now", [[:]]).first?["status"] == "error")
            }
            #expect(try await client.closed().code == CloseCode.violations.rawValue)
        }
    }

    @Test("GW-01: a filter translates what a guard throws, too")
    func filtered() async throws {
        struct Translating: ExceptionFilter {
            func reply(to error: any Error, in context: EventContext) -> ErrorReply? {
                error is Trouble ? ErrorReply(code: .app("closed"), message: "Come back tomorrow") : nil
            }
        }
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()),
            configure: { $0.stages = Stages(guards: [Self.lateBroken], filters: [Translating()]) }
        ) { server in
            let client = try await server.join()
            #expect(try await client.emitWithAck("now", [[:]]).first?["code"] == "app.closed")
        }
    }
}
