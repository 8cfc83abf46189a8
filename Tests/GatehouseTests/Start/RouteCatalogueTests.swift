import GatehouseJSON
import GatehousePolicy
import Testing

@testable import Gatehouse

@Suite("The catalogue of routes")
struct RouteCatalogueTests {
    struct Message: Payload {
        var text: String
        var room: RoomName
        static let schema = Schema(Field("text", \.text), Field("room", \.room), make: Message.init)
    }

    struct Search: Payload {
        var room: RoomName?
        static let schema = Schema(Field("room", \.room), make: Search.init)
    }

    struct Typed: Payload {
        var room: String
        static let schema = Schema(Field("room", \.room, default: "general"), make: Typed.init)
    }

    struct Forwarded: Payload {
        var original: Message
        static let schema = Schema(Field("original", \.original), make: Forwarded.init)
    }

    struct Rooms: Gateway {
        static let namespace: Namespace = "/rooms"

        func routes(_ on: inout Routes) {
            on("message", message)
            on("search", search)
            on("typed", typed)
            on("forward", forward)
            on("count", count)
        }

        func message(_ dto: Message, _ context: EventContext) throws -> Int { 0 }
        func search(_ dto: Search, _ context: EventContext) async throws -> Int { 0 }
        func typed(_ dto: Typed, _ context: EventContext) throws -> Int { 0 }
        func forward(_ dto: Forwarded, _ context: EventContext) async throws -> Int { 0 }
        func count(_ context: EventContext) throws -> Int { 0 }
    }

    @Test("GW-03: a payload names a room if it is refused without one at its top level")
    func rooms() throws {
        let catalogue = try Application(Configuration(transport: .insecure)).mount(Rooms()).routeCatalogue()
        let found = try #require(catalogue.namespaces["/rooms"])
        #expect(
            found == [
                .init(event: "message", dto: "Message", hasRoom: true), .init(event: "search", dto: "Search", hasRoom: false),
                .init(event: "typed", dto: "Typed", hasRoom: false), .init(event: "forward", dto: "Forwarded", hasRoom: false),
                .init(event: "count", dto: nil, hasRoom: false),
            ])
    }

    @Test("A schema tells the names of its own fields, and which of them are required")
    func fields() {
        #expect(Message.schema.fieldNames == ["text", "room"] && Message.schema.requiredFieldNames == ["text", "room"])
        #expect(Typed.schema.fieldNames == ["room"] && Typed.schema.requiredFieldNames == [])
        #expect(Forwarded.schema.fieldNames == ["original"])
    }
}
