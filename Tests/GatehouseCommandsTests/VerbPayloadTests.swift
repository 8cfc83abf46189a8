import Gatehouse
import GatehouseJSON
import GatehouseModeration
import Testing

@testable import GatehouseCommands

@Suite("gatehouse admin act: members of a verb's payload")
struct VerbPayloadTests {
    private func payload(_ verb: AdminVerb, _ members: String...) throws -> JSONValue {
        let forms = try VerbPayload(verb) { ["iss": "corp", "sub": .string($0)] }
        var payload: JSONObject = [:]
        for member in members { try forms.add(member, to: &payload) }
        return .object(payload)
    }

    static let read: [(AdminVerb, [String], JSONValue)] = [
        (.noteAdd, ["user=123", "text=123"], ["user": ["iss": "corp", "sub": "123"], "text": "123"]),
        (.announce, ["text=true", "level=info"], ["text": "true", "level": "info"]),
        (
            .userMute, ["user=alice", "duration_s=600", "shadow=true"],
            ["user": ["iss": "corp", "sub": "alice"], "duration_s": 600, "shadow": true]
        ),
        (
            .banAdd, ["kind=cidr", "value=10.0.0.0/8", "scope.ns=/chat", "scope.room=1"],
            ["kind": "cidr", "value": "10.0.0.0/8", "scope": ["ns": "/chat", "room": "1"]]
        ),
        (.feedSubscribe, ["topics=session,room"], ["topics": ["session", "room"]]),
        (.roomSlow, ["room=7", #"exempt_roles=["a,b"]"#, "interval_s=5"], ["room": "7", "exempt_roles": ["a,b"], "interval_s": 5]),
        (.actBulk, ["verb=user.mute", #"items=[{"duration_s":1}]"#], ["verb": "user.mute", "items": [["duration_s": 1]]]),
        (.tokenRevoke, ["jti=1e3"], ["jti": "1e3"]), (.auditQuery, ["from=2026", "limit=5"], ["from": "2026", "limit": 5]),
        (.userGet, [#"user={"iss":"other","sub":"a"}"#], ["user": ["iss": "other", "sub": "a"]]),
    ]

    @Test("a value is what the verb declares, whatever it looks like", arguments: read)
    func values(_ verb: AdminVerb, _ members: [String], _ expected: JSONValue) throws {
        let forms = try VerbPayload(verb) { ["iss": "corp", "sub": .string($0)] }
        var payload: JSONObject = [:]
        for member in members { try forms.add(member, to: &payload) }
        #expect(JSONValue.object(payload) == expected)
    }

    @Test(
        "what the verb does not declare is refused with what it has",
        arguments: [
            ("text", "a member is name=value"), ("=1", "a member is name=value"),
            ("colour=red", "user.mute has no colour; it has user, ns, room"),
            ("duration_s=soon", "duration_s is a whole number"), ("shadow=yes", "shadow is true or false"), ("a.b.c=1", "one dot at most"),
            ("ns.x=1", "x is no member of an object"),
        ])
    func mistakes(_ member: String, _ words: String) throws {
        let error = #expect(throws: CommandFailure.self) { try payload(.userMute, member) }
        #expect(error?.description.contains(words) == true, "\(error.map { "\($0)" } ?? "")")
    }
}
