import Gatehouse
import GatehousePolicy

/// Sizes of messages and requests, and of what is in them.
extension LimitProbe {
    /// A request whose head has exactly so many bytes.
    private static func head(_ n: Int) -> String {
        // Fields of at most 8 KiB each, and one for the rest.
        let start = "GET /nowhere HTTP/1.1\\r\\nHost: a\\r\\n"
        let bytes = 21 + 2 + 7 + 2 + 2
        let full = "X: \" 7995*\"a\" \"\\r\\n"
        let rest = n - bytes - 4 * 8_000
        return "tcp\nsend \"\(start)\(full)\(full)\(full)\(full)Y:\" \(rest - 4)*\"b\" \"\\r\\n\\r\\n\""
    }

    static let sizes: [LimitProbe] = [
        LimitProbe(
            "payload", "a message", configured: .bytes(20_000), { $0.configuration.limits.maxPayload = 20_000 },
            within: "expect open", beyond: "expect close 1009"
        ) { n in "joined\nsend text(\"6\" \(n - 1)*\"x\")" },
        LimitProbe(
            "payload", "a message in fragments", configured: .bytes(20_000), { $0.configuration.limits.maxPayload = 20_000 },
            within: "expect open", beyond: "expect close 1009"
        ) { n in "joined\nsend frame(opcode=1 fin=0 \"6\" 9999*\"x\") frame(opcode=0 \(n - 10_000)*\"x\")" },
        LimitProbe(
            "payload", "a body", configured: .bytes(20_000), { $0.configuration.limits.maxPayload = 20_000 },
            within: "expect status 200", beyond: "expect status 413"
        ) { n in "joined-polling\nsend post(\"6\" \(n - 1)*\"x\")" },
        LimitProbe(
            "payload", "a body in chunks", within: "expect status 200", beyond: "expect status 413"
        ) { n in "joined-polling\nsend chunked(\"6\" \(n - 1)*\"x\")" },
        LimitProbe(
            "payload", "a text", within: "expect text-beginning \"431[\\\"x\"\nexpect handled 1", beyond: "expect close 1009"
        ) { n in "joined\nsend text(\"421[\\\"echo\\\",{\\\"value\\\":\\\"\" \(n - 24)*\"x\" \"\\\"}]\")" },
        LimitProbe("payload", "the default", within: "expect open", beyond: "expect close 1009") { n in
            "joined\nsend text(\"6\" \(n - 1)*\"x\")"
        },
        LimitProbe("unauthenticated.message", "a message", within: "expect open", beyond: "expect close 1009") { n in
            "websocket\nsend text(\"6\" \(n - 1)*\"x\")"
        },
        LimitProbe("unauthenticated.message", "a body", within: "expect status 200", beyond: "expect status 413") { n in
            "polling\nsend post(\"6\" \(n - 1)*\"x\")"
        },
        LimitProbe(
            "unauthenticated.message", "under a smaller payload", configured: .bytes(4_096),
            { $0.configuration.limits.maxPayload = 4_096 }, within: "expect open", beyond: "expect close 1009"
        ) { n in "websocket\nsend text(\"6\" \(n - 1)*\"x\")" },
        LimitProbe(
            "/ payload", configured: .bytes(4_096), { $0.limits = ["payload: 4KiB"] },
            within: "expect text-beginning \"431[\"",
            beyond: "expect text-beginning \"431[{\\\"status\\\":\\\"error\\\",\\\"code\\\":\\\"too_large\\\"\""
        ) { n in "joined\nsend text(\"421[\\\"echo\\\",{\\\"value\\\":\\\"\" \(n - 23)*\"x\" \"\\\"}]\")" },
        LimitProbe("fragments", within: "expect open", beyond: "expect close 1009") { n in
            "websocket\nsend frame(opcode=1 fin=0 \"6\") \(n - 2)*(frame(opcode=0 fin=0 64*\"x\")) frame(opcode=0 \"x\")"
        },
        LimitProbe("fragments.of_any_size", within: "expect open", beyond: "expect close 1009") { n in
            "websocket\nsend frame(opcode=1 fin=0 \"6\") \(n - 1)*(frame(opcode=0 fin=0 \"x\")) frame(opcode=0 \"x\")"
        },
        LimitProbe("fragments.least", isLeast: true, within: "expect open", beyond: "expect close 1009") { n in
            "websocket\nsend frame(opcode=1 fin=0 \"6\") 7*(frame(opcode=0 fin=0 \"x\")) frame(opcode=0 fin=0 \(n)*\"x\") frame(opcode=0 \"x\")"
        },
        LimitProbe("http.target", within: "expect status 404", beyond: "expect status 414") { n in
            "tcp\nsend \"GET /\" \(n - 1)*\"a\" \" HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n\""
        },
        LimitProbe("http.field", within: "expect status 404", beyond: "expect status 431") { n in
            "tcp\nsend \"GET / HTTP/1.1\\r\\nHost: a\\r\\nX:\" \(n - 2)*\"a\" \"\\r\\n\\r\\n\""
        },
        LimitProbe("http.head", within: "expect status 404", beyond: "expect status 431") { head($0) },
        LimitProbe("http.fields", within: "expect status 404", beyond: "expect status 431") { n in
            "tcp\nsend \"GET / HTTP/1.1\\r\\nHost: a\\r\\n\" \(n - 1)*\"X: a\\r\\n\" \"\\r\\n\""
        },
        LimitProbe("name.namespace", within: "expect text-beginning \"44/\"", beyond: "expect close 4500") { n in
            "websocket\nsend text(\"40/\" \(n - 1)*\"x\" \",\")"
        },
        LimitProbe(
            "name.event", within: "expect text-beginning \"431[{\\\"status\\\":\\\"error\\\",\\\"code\\\":\\\"forbidden\\\"\"",
            beyond: tooLarge
        ) { n in
            "joined\nsend text(\"421[\\\"\" \(n)*\"x\" \"\\\",{}]\")"
        },
        LimitProbe(
            "name.room", within: "expect text \"431[true]\"",
            beyond: "expect text-beginning \"431[{\\\"status\\\":\\\"error\\\",\\\"code\\\":\\\"invalid\\\"\""
        ) { n in "joined\nsend text(\"421[\\\"join\\\",{\\\"room\\\":\\\"\" \(n)*\"x\" \"\\\"}]\")" },
    ]

    private static func echo(_ value: String) -> String { "joined\nsend text(\"421[\\\"echo\\\",{\\\"value\\\":\" \(value) \"}]\")" }
    private static let echoed = "expect text-beginning \"431[\"\nexpect handled 1"
    private static let tooLarge =
        "expect text-beginning \"431[{\\\"status\\\":\\\"error\\\",\\\"code\\\":\\\"too_large\\\"\"\nexpect handled 0"

    /// What JSON may be like. The array of the event and its payload are two levels, and five values and keys stand beside the list.
    static let json: [LimitProbe] = [
        LimitProbe("json.depth", within: echoed, beyond: tooLarge) { n in echo("\(n - 2)*\"[\" \(n - 2)*\"]\"") },
        LimitProbe("json.nodes", within: echoed, beyond: tooLarge) { n in echo("\"[0\" \(n - 6)*\",0\" \"]\"") },
        LimitProbe("json.number", within: echoed, beyond: tooLarge) { n in echo("\"0.\" \(n - 3)*\"0\" \"1\"") },
    ]
}
