import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import Testing

@testable import Gatehouse

@Suite("MDL-31: pipes are typed by what they take")
struct TypedPipeTests {
    /// Appends to a text, at once or after a wait.
    struct Appending: Pipe {
        let mark: String
        var waits = false

        func transformNow(_ text: String, _ context: EventContext) throws -> String? { waits ? nil : text + mark }

        func transform(_ text: String, _ context: EventContext) async throws -> String {
            await Task.yield()
            return text + mark
        }
    }

    struct Even: Pipe {
        func transformNow(_ number: Int, _ context: EventContext) throws -> Int? {
            guard number.isMultiple(of: 2) else {
                throw ValidationError(violations: [Violation(path: "$", constraint: "isEven", message: "$ must be even")])
            }
            return number / 2
        }
    }

    struct Failing: Pipe {
        struct Lost: Error {}
        func transform(_ text: String, _ context: EventContext) async throws -> String {
            switch text {
            case "refusedGg": throw GatewayError.app("refused", "refused")
            case "lostGg": throw Lost()
            default: return text
            }
        }
    }

    struct Silent: Pipe { typealias Value = String }

    struct Piped: Gateway {
        static let namespace: Namespace = "/"
        var pipe = Appending(mark: "g")

        var stages: Stages { Stages(pipes: [pipe]) }

        func routes(_ on: inout Routes) {
            on("one", one).piped(through: Appending(mark: "r"), Appending(mark: "s"))
            on("waits", one).piped(through: Appending(mark: "w", waits: true), Appending(mark: "s"))
            on("later", later).piped(through: Appending(mark: "w", waits: true))
            on("many", many).piped(through: Even())
            on("closure", many).piped { first, number, second, _ in (first + "c", number + 1, second.map { $0 + "c" }) }
            on("number", number).piped(through: Even()).piped { number, _ in
                guard number < 10 else { throw GatewayError.app("large", "too large") }
                return number + 1
            }
            on("fails", one).piped(through: Failing())
            on("silent", one).piped(through: Silent())
            on("task") { (_: String, _: EventContext) in unsafe withUnsafeCurrentTask { unsafe $0 != nil } }.piped(
                through: Appending(mark: ""))
            on("task.waits") { (_: String, _: EventContext) in unsafe withUnsafeCurrentTask { unsafe $0 != nil } }
                .piped(through: Appending(mark: "", waits: true))
        }

        func one(_ text: String, _ context: EventContext) -> String { text }
        func later(_ text: String, _ context: EventContext) async -> String { text }
        func many(_ first: String, _ number: Int, _ second: String?, _ context: EventContext) -> [JSONValue] {
            [.string(first), .integer(Int64(number)), second.map { .string($0) } ?? .null]
        }
        func number(_ number: Int, _ context: EventContext) -> Int { number }
    }

    static let rows: [(String, [JSONValue], JSONValue)] = [
        ("one", ["a"], "aGgrs"), ("waits", ["a"], "aGgws"), ("later", ["a"], "aGgw"),
        // The optional has another type than the pipes of strings: they leave it alone.
        ("many", ["a", 4, "b"], ["aGg", 2, "b"]), ("many", ["a", 4], ["aGg", 2, .null]), ("closure", ["a", 4, "b"], ["aGgc", 5, "bc"]),
        ("number", [6], 4), ("task", ["a"], false), ("task.waits", ["a"], true),
    ]

    static let refusals: [(String, [JSONValue], String)] = [
        ("many", ["a", 3, "b"], "invalid"), ("number", [3], "invalid"), ("number", [40], "app.large"), ("number", ["a"], "invalid"),
        ("fails", ["refused"], "app.refused"), ("fails", ["lost"], "internal"), ("silent", ["a"], "internal"),
    ]

    private func with(_ gateway: Piped = Piped(), _ body: (SocketIOClient) async throws -> Void) async throws {
        try await TestServer.with(
            PendingMount(gateway), configure: { $0.stages = Stages(pipes: [Appending(mark: "G"), Inverting()]) }
        ) { server in try await body(try await server.join()) }
    }

    /// For a type that no argument here has: on all routes it is no mistake.
    struct Inverting: Pipe {
        func transformNow(_ flag: Bool, _ context: EventContext) throws -> Bool? { !flag }
    }

    @Test("Pipes run on each argument of their type: global, gateway, route, then closures; one that waits makes the rest wait")
    func order() async throws {
        try await with { client async throws in
            for (event, arguments, ack) in Self.rows { #expect(try await client.emitWithAck(event, arguments) == [ack], "\(event)") }
        }
    }

    @Test("A gateway's pipe may wait")
    func gatewayWaits() async throws {
        try await with(Piped(pipe: Appending(mark: "g", waits: true))) { client async throws in
            for (event, arguments, ack) in Self.rows where event != "task" {
                #expect(try await client.emitWithAck(event, arguments) == [ack], "\(event)")
            }
        }
    }

    @Test("What a pipe throws is the answer; the next event is handled")
    func refuses() async throws {
        try await with { client async throws in
            for (event, arguments, code) in Self.refusals {
                #expect(try await client.emitWithAck(event, arguments).first?["code"] == .string(code), "\(event) \(arguments)")
            }
            #expect(try await client.emitWithAck("one", ["a"]) == ["aGgrs"])
        }
    }

    struct Mistaken: Gateway {
        static let namespace: Namespace = "/"
        func routes(_ on: inout Routes) { on("go") { (_: Int, _: EventContext) in }.piped(through: Appending(mark: "x")) }
    }

    @Test("A route's pipe for a type that no argument has keeps the server from starting, with file and line")
    func mistaken() throws {
        let error = #expect(throws: StartError.self) { try PendingMount.mount([PendingMount(Mistaken())], global: Stages()) }
        #expect(error?.code == .schema)
        #expect(error?.message.contains("TypedPipeTests.swift:") == true)
        #expect(error?.message.contains("the pipe Appending is for a type that no argument of the handler has") == true)
    }
}
