import ArgumentParser
import Foundation
import GatehouseJSON
import GatehouseTestSupport
import NIOCore
import Testing

@testable import Gatehouse
@testable import GatehouseCLI
@testable import GatehouseCommands

@Suite("Contracts of a program's gateways")
struct ContractTests {
    @Test("MDL-40: the same program gives the same bytes, in every format")
    func deterministic() async throws {
        let (one, other) = (try await MarketProgram.contract(), try await MarketProgram.contract())
        #expect(one.jsonSchema.indented == other.jsonSchema.indented)
        #expect(one.asyncAPI(version: "1").indented == other.asyncAPI(version: "1").indented)
        #expect(one.typeScript == other.typeScript)
        // What is written is read again: nothing is written twice.
        #expect(try JSONValue(parsing: one.jsonSchema.indented, limits: .maximum) == one.jsonSchema)
    }

    @Test(
        "MDL-40, MDL-41: JSON Schema's and AsyncAPI's validators take the contract; tsc takes the sample client and refuses each wrong call"
    )
    func validators() async throws {
        let directory = try ScratchDirectory()
        let contract = try await MarketProgram.contract()
        _ = try directory.write(contract.jsonSchema.indented, to: "contract.json")
        _ = try directory.write(contract.asyncAPI(version: "1.0.0").indented, to: "asyncapi.json")
        _ = try directory.write(contract.typeScript, to: "contract.ts")
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Clients/contract.py")
        let run = try await ForeignClient.run(script, [directory.path], limit: 300)
        let names = ["schemas", "values", "asyncapi", "references", "broken", "right client", "wrong client"]
        #expect(run.lines == names.map { "ok " + $0 })
        #expect(run.status == 0)
    }

    @Test("MDL-41: a namespace is two interfaces, as Socket.IO's typed clients take them")
    func typeScript() async throws {
        let text = try await MarketProgram.contract().typeScript
        for line in [
            "export namespace Market {",
            "    \"room.join\": (data: string, answer?: EmptyAnswer) => void;",
            "    move: (...args: [x: number, answer?: EmptyAnswer] | [x: number, y: number | null, answer?: EmptyAnswer]) => void;",
            "    order: (data: MarketOrder, answer?: Answer<MarketOrderSent>) => void;",
            "    upload: (argument1: Attachment, argument2: string, answer?: OptionalAnswer<string>) => void;",
            "    confirm: (data: Confirm, answer: (reply: boolean) => void) => void;",
            "    watch: (data: Quote) => void;",
            "  symbol: string;", "  amount?: number;", "  side: \"buy\" | \"sell\";",
            "  /** pattern: \"^(?:[A-Z]{1,5})$\" */",
            "/** amount must be covered */",
        ] {
            #expect(text.split(separator: "\n").contains { $0 == line }, "\(line)")
        }
    }

    @Test("MDL-40: who may send and receive is there, from the policies")
    func rights() async throws {
        let application = try await Program(GatehouseChat.self).application(ServerSettings(), orElse: .badFiles)
        let contract = try application.contract(title: "chat", policies: TestPolicies.bundle())
        let chat = contract.jsonSchema["x-gatehouse-namespaces"]?["/chat"]
        let rules = chat?["client"]?["message"]?["send"]?.arrayValue?.compactMap { $0["rule"]?.stringValue }
        #expect(rules == ["send.message", "send.staff"])
        #expect(chat?["client"]?["message"]?["send"]?[1] == ["rule": "send.staff", "roles": ["any_of": ["moderator"]]])
        #expect(chat?["connect"]?.arrayValue?.isEmpty == false && chat?["server"]?["message"]?["receive"] != nil)
        #expect(contract.typeScript.contains("    /** sent by send.message, send.staff (role moderator) */\n    message: ("))
        let bare = try application.contract(title: "chat", policies: nil).jsonSchema
        #expect(bare["x-gatehouse-namespaces"]?["/chat"]?["client"]?["message"]?["send"] == nil)
    }

    @Test("MDL-40: the error object and the notice of expiry are sent as the contract says")
    func system() throws {
        let reply = ErrorReply(
            code: .init(.invalid), message: "no", violations: [Violation(path: "a", constraint: "b", message: "c", limit: 1)])
        for payload in [
            ErrorPayload(reply: reply, decision: "d"), ErrorPayload(reply: reply, decision: "d", pattern: "order"),
            ErrorPayload(reply: ErrorReply(.rateLimited, "wait", retryAfter: 3), decision: "d", pattern: "order", status: "warning"),
        ] {
            let sent = try JSONValue(parsing: String(buffer: written(payload)))
            let read = try GatehouseError.reader([]).decode(sent, attachments: [])
            #expect(try JSONValue(parsing: String(buffer: written(read))) == sent)
        }
        let notice = try JSONValue(parsing: String(buffer: written(ExpiryNotice(milliseconds: 5_000))))
        #expect(try TokenExpiry.reader([]).decode(notice, attachments: []).exp == 5)
    }

    private func written(_ value: some JSONEncodable) throws -> ByteBuffer {
        var text = ByteBuffer()
        try value.encode(into: &text)
        return text
    }

    @Test("MDL-40: a pattern is a channel without an address; an event of two types has both forms, and one that is not declared is told")
    func pattern() throws {
        let application = Application(ServerSettings().configuration).mount(TenantGateway())
        let contract = try application.contract(title: "tenants", policies: nil)
        #expect(contract.typeScript.contains("/** /tenant/… */\nexport namespace Tenant {"))
        #expect(contract.typeScript.contains("    news: (data: string | number) => void;\n"))
        let channel = contract.asyncAPI(version: "1")["channels"]?["tenant__"]
        #expect(channel?["address"] == .null && channel?["description"] == "Every namespace of the pattern /tenant/*")
        let events = contract.jsonSchema["x-gatehouse-namespaces"]?["/tenant/*"]
        #expect(events?["server"]?["news"]?["arguments"]?["anyOf"]?.arrayValue?.count == 2)
        #expect(events?["client"]?["enter"]?["reply"]?["prefixItems"]?[0]?["type"] == "string")
    }

    private struct TenantGateway: Gateway {
        static let namespace: NamespacePattern = "/tenant/*"

        func routes(_ on: inout Routes) {
            on("enter", enter)
            on.emits(String.self, as: "news")
            on.emits(Int.self, as: "news")
            on.emits(Int.self, as: "news")
        }

        func enter(_ room: RoomName, _ context: EventContext) -> EventReply<RoomName> { EventReply("entered", room) }
    }

    @Test("The command takes its formats and no others")
    func formats() async throws {
        for format in ["asyncapi", "json-schema", "typescript"] {
            _ = try GatehouseCommand.parseAsRoot(["contract", "--format", format, "--without-policies"])
        }
        #expect(throws: (any Error).self) { _ = try GatehouseCommand.parseAsRoot(["contract", "--format", "openapi"]) }
    }
}
