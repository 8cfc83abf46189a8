import Gatehouse
import GatehouseTesting
import Testing

// The sample of TestApplication's documentation, word by word.

struct Line: Payload {
    var text: String

    static let schema = Schema(Field("text", \.text, .length(1...200)), make: Line.init)
}

struct BoardGateway: Gateway {
    static let namespace: Namespace = "/board"

    func routes(_ on: inout Routes) {
        on("write", write)
    }

    func write(_ line: Line, _ context: EventContext) throws -> String {
        try context.others.emit("written", line.text)
        return "written"
    }
}

@Test("Who may write on the board, and until when")
func board() async throws {
    let policy = """
        apiVersion: gatehouse/v1
        kind: NamespacePolicy
        namespace: /board
        revision: 1
        transports: [websocket]
        origin: { allow_missing: true }
        connect: { allow: [{ id: board.open, when: { issuer: test } }] }
        send: { allow: [{ id: board.write, event: write, when: { scopes: { all_of: ["board:write"] } } }] }
        receive: { allow: [{ id: board.read, event: written }] }
        """
    try await TestApplication.run(gateways: [BoardGateway()], policies: .files(["board.yaml": policy])) { app in
        let ada = try await app.join("/board", as: "ada", scopes: ["board:write"])
        let bob = try await app.join("/board", as: "bob", lifetime: .seconds(600))
        #expect(try await ada.emitWithAck("write", [["text": "hello"]]) == ["written"])
        #expect(try await bob.event("written") == ["hello"])

        let refusal = try await bob.emitWithAck("write", [["text": "me too"]]).first
        #expect(refusal?["code"] == "forbidden")
        let record = try await app.auditRecords("msg.denied").first
        #expect(record?["decision"]?["id"] == refusal?["decision"])

        try await app.advance(by: .seconds(600))
        #expect(try await bob.event("system.closed").first?["code"] == "token_expired")
    }
}
