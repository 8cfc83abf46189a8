import GatehouseNetwork
import NIOCore
import Testing

@testable import EngineIO

@Suite("Session ids, queries, addresses")
struct NamesAndQueriesTests {
    @Test("SEC-06: ids hold 128 random bits, are unique, name their loop and come back from text")
    func sessionIDs() throws {
        var seen: Set<String> = []
        for index in 0..<2_000 {
            let sid = try #require(SessionID(loop: UInt16(index % 4_096)))
            let text = sid.description
            #expect(text.utf8.count == 24 && seen.insert(text).inserted)
            #expect(SessionID(text) == sid && SessionID(text)?.loop == UInt16(index % 4_096))
        }
    }

    @Test(
        "SEC-06: a text that was never issued is not an id",
        arguments: [
            "", "abc", String(repeating: "A", count: 23), "AA" + String(repeating: "A", count: 21) + "B",
            "AA+" + String(repeating: "A", count: 21), String(repeating: "A", count: 25),
        ])
    func badIDs(text: String) {
        #expect(SessionID(text) == nil)
    }

    @Test("AC-09: a parameter counts only when it is there once")
    func queries() {
        let query = HTTPQuery(target: "/a?transport=polling&t=1&t=2&e=%41+b%2&f&transport2=x%00&=y")
        #expect(query.single("transport") == "polling" && query.single("t") == nil && query.all("t") == ["1", "2"])
        #expect(query.single("e") == "A b%2" && query.single("f") == "" && query.single("") == "y" && query.single("none") == nil)
        #expect(HTTPQuery(target: "/a").items.isEmpty && HTTPQuery(target: "/a?").items.isEmpty)
    }
}
