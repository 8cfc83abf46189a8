import Gatehouse
import GatehouseJSON
import Testing

@testable import GatehouseCommands

@Suite("What staff read at the terminal")
struct AdminReadTextTests {
    static let items: [(String, JSONValue, [String])] = [
        (
            "session",
            ["kind": "joined", "at": 1_700_000_000_000, "sid_ref": "01R", "user": ["iss": "corp", "sub": "alice"], "ns": "/chat"],
            ["2023-11-14T22:13:20Z session joined sid_ref=01R user=corp/alice ns=/chat"]
        ),
        (
            "alert", ["kind": "limit.node", "at": 0, "dropped": 7, "detail": ["limit": "node", "count": 2]],
            [
                "… 7 items were dropped: the feed was faster than this end", "1970-01-01T00:00:00Z alert limit.node limit=node count=2",
            ]
        ),
        (
            "decision", ["kind": "denied", "at": 0, "event": "a b\u{1b}[2J", "room": "", "rule": "x=\"y\""],
            ["1970-01-01T00:00:00Z decision denied event=\"a b\\u{1b}[2J\" room=\"\" rule=\"x=\\\"y\\\"\""]
        ),
        ("room", .null, ["- room -"]),
    ]

    @Test("MOD-09: an item of the feed is one line, and drops have their own", arguments: items)
    func feed(_ topic: String, _ item: JSONValue, _ lines: [String]) { #expect(FeedLine.lines(topic, item) == lines) }

    @Test("MOD-31: hostile texts of an item move no cursor, in JSON either")
    func hostile() throws {
        let item: JSONValue = ["kind": "denied\u{9b}1m", "at": 1, "user": ["sub": "\u{1b}]0;x\u{7}"], "event": "\u{202e}evil\n"]
        for line in FeedLine.lines("decision", item) + [FeedLine.json("decision", item)] {
            #expect(!line.unicodeScalars.contains { $0.value < 32 || (0x7F..<0xA0).contains($0.value) || $0.value == 0x202E })
        }
        let back = try JSONValue(parsing: FeedLine.json("decision", item))
        #expect(back["topic"] == "decision" && back["event"] == item["event"])
    }

    @Test("MOD-01: a session's account has its sockets, mutes and refusals")
    func session() {
        let answer: JSONValue = [
            "sid_ref": "01R", "user": ["iss": "corp", "sub": "alice"], "since": 0, "violations": 2,
            "mutes": [["until": 60_000, "ns": "/chat", "shadow": true], ["until": 60_000]],
            "sockets": [["ns": "/chat", "id": "S1", "rooms": ["a", "b"], "roles": ["user"], "token_exp": 60]],
            "denials": [["time": 0, "record": "msg.denied", "event": "x", "rule": "r", "reason": "why", "decision": "01D"]],
        ]
        #expect(
            AdminSessionCommand.lines(answer) == [
                "session: 01R", "user: alice (corp)", "since: 1970-01-01T00:00:00Z", "violations: 2",
                "muted: /chat until 1970-01-01T00:01:00Z (shadow)", "muted: everywhere until 1970-01-01T00:01:00Z", "namespace: /chat",
                "  socket: S1", "  roles: user", "  token ends: 1970-01-01T00:01:00Z", "  rooms: a b",
            ])
        #expect(AdminSessionCommand.denials(answer).lines.last?.contains("msg.denied") == true)
    }

    @Test("MOD-01: rooms show their lock and slow mode")
    func rooms() {
        let answer: JSONValue = [
            "items": [
                ["room": "a\u{1b}", "members": 2, "lock": ["mode": "closed"]],
                ["room": "b", "members": 0, "slow": ["interval_s": 30, "until": 60_000]],
            ]
        ]
        let lines = AdminRoomsCommand.table([(ns: "/chat", answer: answer)]).lines
        #expect(lines.count == 3 && lines[1].hasSuffix("closed  -") && lines[1].contains("a\\u{1b}"))
        #expect(lines[2].hasSuffix("30s until 1970-01-01T00:01:00Z"))
    }

    static let verdicts: [(JSONValue, String)] = [
        (["verdict": "good", "records": 3, "files": 1, "checkpoints": 2], "whole: 3 records in 1 files, 2 checkpoints confirmed"),
        (
            ["verdict": "tampered", "finding": ["file": "a.jsonl", "line": 2, "seq": 7, "message": "changed"]],
            "TAMPERED: a.jsonl:2:7: changed"
        ), (["verdict": "unheard of"], "TAMPERED: "),
    ]

    @Test("a verdict that is not known is not taken for good", arguments: verdicts)
    func verdict(_ answer: JSONValue, _ line: String) { #expect(AdminAuditVerifyCommand.lines(answer).first == line) }
}
