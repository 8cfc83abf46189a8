import Testing

@testable import SocketIO

@Suite("Names")
struct NameTests {
    @Test(
        "SEC-B, AC-36: a namespace has one spelling",
        arguments: [
            "", "admin", "/admin/", "//admin", "/a//b", "/admin?x", "/ad min", "/\u{430}dmin", "/a,b", "/a\u{0}",
            "/" + String(repeating: "n", count: 128),
        ])
    func refusedNamespaces(_ name: String) { #expect(Namespace(name) == nil) }

    @Test("namespaces are compared exactly", arguments: ["/", "/admin", "/Admin", "/game/lobby", "/v1.2_x-y"])
    func namespaces(_ name: String) throws {
        let namespace = try #require(Namespace(name))
        #expect(namespace.name == name)
        #expect(namespace.packetPrefix == (name == "/" ? "" : name + ","))
    }

    @Test(
        "a room name has no control character, no pattern and a bounded length",
        arguments: [
            "", "a*", "**", "a\nb", "a\u{7F}", "a\u{85}", "a\u{2028}", String(repeating: "r", count: 257),
        ])
    func refusedRooms(_ name: String) { #expect(RoomName(name) == nil) }

    @Test("SEC-06: a socket id has 128 random bits in 22 characters and reads back")
    func socketIDs() throws {
        var seen: Set<SocketID> = []
        for _ in 0..<1_000 {
            let id = SocketID()
            #expect(id.description.utf8.count == 22)
            #expect(SocketID(id.description) == id)
            seen.insert(id)
        }
        #expect(seen.count == 1_000)
        #expect(SocketID("short") == nil)
        #expect(SocketID(String(repeating: "A", count: 23)) == nil)
        #expect(SocketID(String(repeating: "A", count: 21) + "_") == nil)
        #expect(SocketID(String(repeating: "*", count: 22)) == nil)
    }
}
