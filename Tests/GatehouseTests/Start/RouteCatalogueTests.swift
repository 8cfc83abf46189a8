import GatehouseJSON
import GatehousePolicy
import Testing

@testable import Gatehouse

@Suite("The catalogue of routes")
struct RouteCatalogueTests {
    struct Message: DTO {
        var text: String
        var room: RoomName
        static let schema = Schema(Field<String>("text"), Field<RoomName>("room"), make: Message.init)
    }

    struct Search: DTO {
        var room: RoomName?
        static let schema = Schema(Field<RoomName?>("room"), make: Search.init)
    }

    struct Typed: DTO {
        var room: String
        static let schema = Schema(Field<String>("room", default: "general"), make: Typed.init)
    }

    struct Forwarded: DTO {
        var original: Message
        static let schema = Schema(Field<Message>("original"), make: Forwarded.init)
    }

    struct Rooms: Gateway {
        static let namespace: Namespace = "/rooms"

        static func routes(_ routes: inout Routes<Self>) {
            routes.on("message", Self.message)
            routes.on("search", Self.search)
            routes.on("typed", Self.typed)
            routes.on("forward", Self.forward)
            routes.on("count", Self.count)
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
