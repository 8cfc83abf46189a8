import Testing

@testable import Gatehouse

@Suite("A page of rooms")
struct RoomPageTests {
    @Test("holds the first rooms behind the cursor with all their members, whatever order they come in, and on however many loops")
    func page() {
        let names = (10..<40).map { "room\($0)" }
        for (cursor, limit) in [("", 0), ("", 1), ("", 7), ("", 100), ("room20", 5), ("room39", 5), ("room2", 3)] {
            let wanted = names.filter { $0 > cursor }.prefix(limit)
            var parts = [RoomPage(after: cursor, limit: limit), RoomPage(after: cursor, limit: limit)]
            for (index, name) in (names + names + names).shuffled().enumerated() { parts[index % 2].add(name) }
            var page = RoomPage(after: cursor, limit: limit)
            page.add("room15", members: 0)
            for part in parts { page.merge(part) }
            #expect(page.rooms == wanted.map { RoomPage.Room(name: $0, members: 3) }, "\(cursor) \(limit)")
        }
    }

    @Test("shows rooms that somebody knows of although nobody is in them")
    func empty() {
        var page = RoomPage(after: "a", limit: 2)
        for name in ["c", "a", "b", "d"] { page.add(name, members: 0) }
        #expect(page.rooms == [RoomPage.Room(name: "b", members: 0), RoomPage.Room(name: "c", members: 0)])
    }
}
