import Foundation
import Gatehouse
import GatehouseTesting
import Testing

@testable import ChatExample
@testable import DocumentExample
@testable import LobbyExample
@testable import MarketExample

/// Each example as its program mounts it, with its own policies; their policy tests run when it starts.
@Suite("MDL-54: examples")
struct ExampleTests {
    private static func policies(of example: String) -> TestApplication.Policies {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return .directory(root.appendingPathComponent("Sources/Examples/\(example)/policies").path)
    }

    @Test(
        "Chat: a bare string joins, the reply is an event, members hear messages",
        arguments: [
            SocketIOClient.Transport.webSocket, .polling, .upgrade,
        ])
    func chat(_ transport: SocketIOClient.Transport) async throws {
        try await TestApplication.run({ Application($0).mount(ChatGateway()) }, policies: Self.policies(of: "Chat")) { app in
            let ada = try await app.join("/chat", as: "ada", roles: ["user"], options: .init(transport: transport))
            let bob = try await app.join("/chat", as: "bob", roles: ["user"], options: .init(transport: transport))
            for client in [ada, bob] {
                try await client.emit("join", ["room-1"])
                #expect(try await client.event("joined") == ["room-1"])
            }
            #expect(try await ada.emitWithAck("message", [["room": "room-1", "message": "hello"]]) == ["Message sent"])
            #expect(try await bob.event("message") == [["room": "room-1", "message": "hello"]])
            #expect(try await bob.emitWithAck("message", [["room": "room-2", "message": "hello"]]).first?["code"] == "forbidden")
            #expect(try await bob.emitWithAck("join", ["user:ada"]).first?["code"] == "forbidden")
            #expect(try await bob.emitWithAck("message", [["room": "room-1", "message": ""]]).first?["code"] == "invalid")
        }
    }

    @Test("Market: snapshots, ticks every 200 ms, orders of traders, and nobody cancels another's")
    func market() async throws {
        let market = Market([Symbol(rawValue: "ACME"): ExactDecimal(100)])
        try await TestApplication.run({ Application($0).mount(MarketGateway(market: market)) }, policies: Self.policies(of: "Market")) {
            app in
            let tom = try await app.join("/market", as: "tom", roles: ["trader"])
            let tina = try await app.join("/market", as: "tina", roles: ["trader"])
            let vera = try await app.join("/market", as: "vera", roles: ["viewer"])

            #expect(try await vera.emitWithAck("subscribe", [["ACME"]]) == [[["symbol": "ACME", "price": 100]]])
            #expect(try await vera.emitWithAck("subscribe", [["NONE"]]).first?["code"] == "app.unknown_symbol")
            #expect(try await vera.emitWithAck("subscribe", [["acme"]]).first?["code"] == "invalid")
            try await tina.refute("tick", within: .zero)
            for _ in 0..<2 {
                try await app.advance(by: .milliseconds(200))
                let tick = try await vera.event("tick").first
                #expect(tick?["symbol"] == "ACME")
                let price = try #require(tick?["price"]?.doubleValue)
                #expect((99.8...100.2).contains(price))
            }
            try await tina.refute("tick", within: .zero)

            let order: JSONValue = ["symbol": "ACME", "side": "buy", "quantity": 10, "price": 99.95]
            #expect(try await vera.emitWithAck("order", [order]).first?["code"] == "forbidden")
            #expect(try await tom.emitWithAck("order", [order]) == [["id": 1, "order": order]])
            #expect(
                try await tom.emitWithAck("order", [["symbol": "ACME", "side": "hold", "quantity": 10, "price": 1]]).first?["code"]
                    == "invalid")
            #expect(try await tina.emitWithAck("cancel", [1]).first?["code"] == "not_found")
            #expect(try await tom.emitWithAck("cancel", [1]) == [["id": 1, "order": order]])
            #expect(try await tom.emitWithAck("cancel", [1]).first?["code"] == "not_found")

            #expect(try await vera.emitWithAck("unsubscribe", ["ACME"]) == [true])
            try await app.advance(by: .milliseconds(200))
            #expect(try await vera.emitWithAck("unsubscribe", ["ACME"]) == [false])
            try await vera.refute("tick", within: .zero)
        }
    }

    @Test("Document: readers see edits, editors make them, and an old version is refused")
    func document() async throws {
        try await TestApplication.run({ Application($0).mount(DocumentGateway()) }, policies: Self.policies(of: "Document")) { app in
            let ed = try await app.join("/document", as: "ed", roles: ["editor"])
            let rita = try await app.join("/document", as: "rita", roles: ["reader"])
            func edit(_ version: Int64, _ line: Int64, _ text: JSONValue) -> JSONValue {
                ["document": "plan", "version": .integer(version), "line": .integer(line), "text": text]
            }
            #expect(try await ed.emitWithAck("edit", [edit(0, 0, "early")]).first?["code"] == "forbidden")
            for client in [ed, rita] { #expect(try await client.emitWithAck("open", ["plan"]) == [["version": 0, "lines": []]]) }
            #expect(try await ed.emitWithAck("edit", [edit(0, 0, "one")]) == [1])
            #expect(try await rita.event("edited") == [["edit": edit(0, 0, "one"), "by": "ed"]])
            #expect(try await rita.emitWithAck("edit", [edit(1, 0, "two")]).first?["code"] == "forbidden")
            #expect(try await ed.emitWithAck("edit", [edit(0, 0, "late")]).first?["code"] == "app.stale")
            #expect(try await ed.emitWithAck("edit", [edit(1, 2, "far")]).first?["code"] == "app.no_line")
            #expect(try await ed.emitWithAck("edit", [edit(1, 1, "two")]) == [2])
            #expect(try await ed.emitWithAck("edit", [edit(2, 0, .null)]) == [3])
            #expect(try await rita.emitWithAck("open", ["plan"]) == [["version": 3, "lines": ["two"]]])
            try await rita.emit("cursor", [["document": "plan", "line": 1, "by": "somebody else"]])
            #expect(try await ed.event("cursor") == [["document": "plan", "line": 1, "by": "rita"]])
            #expect(try await rita.emitWithAck("close", ["plan"]) == [true])
        }
    }

    @Test("Lobby: guests watch open games as a stream, players sit down, and the last seat begins the game")
    func lobby() async throws {
        try await TestApplication.run({ Application($0).mount(LobbyGateway()) }, policies: Self.policies(of: "Lobby")) { app in
            let gus = try await app.join("/lobby", as: "gus", roles: ["guest"])
            let pia = try await app.join("/lobby", as: "pia", roles: ["player"])
            let pat = try await app.join("/lobby", as: "pat", roles: ["player"])
            func game(_ players: [JSONValue], _ phase: JSONValue) -> JSONValue {
                ["id": 1, "name": "Chess", "seats": 2, "players": .array(players), "phase": phase]
            }
            #expect(try await gus.emitWithAck("watch") == [[]])
            #expect(try await gus.emitWithAck("create", [["name": "Chess"]]).first?["code"] == "forbidden")
            #expect(try await pia.emitWithAck("create", [["name": " Chess "]]) == [game(["pia"], "open")])
            #expect(try await gus.event("watch") == [[game(["pia"], "open")]])
            #expect(try await pia.emitWithAck("enter", [1]).first?["code"] == "app.no_seat")
            #expect(try await pat.emitWithAck("enter", [1]) == [game(["pia", "pat"], "playing")])
            #expect(try await pia.event("game") == [["game": game(["pia", "pat"], "playing")]])
            #expect(try await gus.event("watch") == [[]])
            #expect(try await gus.emitWithAck("stream.cancel", ["watch"]) == [1])
            try await pat.close()
            #expect(try await pia.event("game") == [["game": game(["pia"], "playing")]])
            #expect(try await pia.emitWithAck("leave", [1]) == [true])
            #expect(try await pia.emitWithAck("leave", [1]) == [false])
        }
    }
}
