import GatehouseJSON
import SocketIO
import Testing

@testable import Gatehouse
@testable import GatehouseModeration

@Suite("The answer of session.list")
struct SessionAnswerTests {
    /// A session in rooms of the longest names.
    private func session(_ number: Int, rooms: Int) -> SessionSnapshot {
        let names = (0..<rooms).map { "\($0)-" + String(repeating: "x", count: 250) }
        let principal = Principal(
            issuer: "corp", iss: "https://idp.example", subject: "user\(number)", roles: [], scopes: [], claims: .null, expires: nil)
        return SessionSnapshot(
            reference: "ref\(1_000 + number)",
            sockets: [SessionSnapshot.Member(id: SocketID(), namespace: "/", rooms: names, principal: principal)], address: "10.0.0.1",
            transport: "websocket", since: 0, queuedBytes: 0, violations: 0)
    }

    static let crowds: [(sessions: Int, rooms: Int)] = [(200, 0), (200, 3), (200, 1_024), (3, 1_024), (1, 1_024)]

    @Test("No user makes it too large for staff to get, and every session is on some page", arguments: crowds)
    func bounded(_ sessions: Int, _ rooms: Int) throws {
        var left = (0..<sessions).map { session($0, rooms: rooms) }
        var seen = 0
        while !left.isEmpty {
            let answer = SessionAnswer(left, limit: 200).object
            let items = try #require(answer["items"]?.arrayValue)
            #expect(!items.isEmpty && JSONValue.object(answer).serialized.utf8.count < 192 << 10)
            if let item = items.first, rooms > 64 { #expect(item["more_rooms"] == .integer(Int64(rooms - 64))) }
            #expect((answer["cursor"] != nil) == (items.count < left.count))
            if let cursor = answer["cursor"]?.stringValue { #expect(cursor == left[items.count - 1].reference) }
            seen += items.count
            left.removeFirst(items.count)
        }
        #expect(seen == sessions)
    }

    @Test("A page holds the first sessions in the order of their references, whatever order they come in")
    func page() {
        for limit in [0, 1, 7, 40] {
            var whole = SessionPage(limit: limit)
            var parts = [SessionPage(limit: limit), SessionPage(limit: limit)]
            for number in (0..<20).shuffled() {
                whole.insert(session(number, rooms: 0))
                parts[number % 2].insert(session(number, rooms: 0))
            }
            var merged = SessionPage(limit: limit)
            for part in parts { merged.merge(part) }
            let expected = (0..<min(20, limit)).map { "ref\(1_000 + $0)" }
            #expect(whole.sessions.map(\.reference) == expected && merged.sessions.map(\.reference) == expected)
        }
    }
}
