import SocketIO
import Testing

@testable import Gatehouse

@Suite("Users in the rooms of all nodes")
struct SharedPresenceTests {
    private static let tea = PresenceChanges.Place(namespace: "/", room: "tea")

    private func users(_ names: String...) -> [UserID] { names.map { UserID(iss: "i", subject: $0) } }

    @Test("PRE-01: a user has come with the first node that says so, and left with the last; to say it twice changes nothing")
    func once() {
        var presence = SharedPresence()
        func change(_ node: String?, _ joined: [UserID], _ left: [UserID]) -> [[String]] {
            let told = presence.change(Self.tea, by: node, joined: joined, left: left)
            return [told.joined.map(\.subject), told.left.map(\.subject)]
        }
        #expect(change(nil, users("a", "b"), []) == [["a", "b"], []])
        #expect(change("n", users("b", "c"), []) == [["c"], []])
        #expect(change("n", users("b", "c"), []) == [[], []] && presence.others == 2)
        #expect(change(nil, [], users("a", "b")) == [[], ["a"]])
        #expect(change("m", [], users("b")) == [[], []], "it never said that b is there")
        #expect(change("n", [], users("b", "x")) == [[], ["b"]] && presence.others == 1)
    }

    @Test("PRE-02: a node that is gone takes only its own users with it")
    func gone() {
        var presence = SharedPresence()
        _ = presence.change(Self.tea, by: "n", joined: users("a", "b"), left: [])
        _ = presence.change(Self.tea, by: "m", joined: users("b"), left: [])
        #expect(presence.nodes == ["n", "m"])
        #expect(presence.forget("n").flatMap(\.left).map(\.subject) == ["a"])
        #expect(presence.forget("n").isEmpty && presence.others == 1 && presence.nodes == ["m"])
        #expect(presence.own.isEmpty)
    }

    @Test("What other nodes may claim is bounded, and own users are not; a word names 1,000 users of legal names")
    func bounds() throws {
        var presence = SharedPresence()
        for block in 0..<201 {
            let some = (0..<1_000).map { UserID(iss: "i", subject: "\(block) \($0)") }
            _ = presence.change(Self.tea, by: "n", joined: some, left: [])
        }
        #expect(presence.others == SharedPresence.limit)
        #expect(presence.change(Self.tea, by: nil, joined: users("own"), left: []).joined.count == 1)
        let word = PresenceWord(room: "tea", joined: users("a"), left: users("b"))
        #expect(PresenceWord(word.value) == word)
        let many = PresenceWord(room: "tea", joined: (0..<1_001).map { UserID(iss: "i", subject: "\($0)") }, left: [])
        let long = PresenceWord(room: "tea", joined: [UserID(iss: "i", subject: String(repeating: "x", count: 513))], left: [])
        for bad in [
            many.value, long.value, .null, ["room": "tea", "joined": [["i"]], "left": []], ["room": "", "joined": [], "left": []],
        ] {
            #expect(PresenceWord(bad) == nil)
        }
    }
}
