import Gatehouse

extension TimeProbe {
    static let all: [TimeProbe] = [
        TimeProbe(
            "http.head_timeout_ms", "nothing", start: "tcp", before: "expect silence", after: "expect end"),
        TimeProbe(
            "http.head_timeout_ms", "a head, a byte at a time", start: "tcp\ndribble 1 \"GET / HTTP/1.1\\r\\nHost: a\\r\\n\"",
            before: "dribble 1 \"X: y\"\nexpect silence", after: "expect status 408\nexpect end"),
        TimeProbe(
            "http.body_timeout_ms", "of a session that has joined",
            // The answer 100 says that the server has the head, so that the time runs from before the clock is moved.
            start: "joined-polling\nsend \"POST /socket.io/?EIO=4&transport=polling&sid=\" $sid \" HTTP/1.1\\r\\nHost: a\\r\\n"
                + "Expect: 100-continue\\r\\nContent-Length: 9\\r\\n\\r\\n\"\nexpect status 100",
            before: "dribble 1 \"42\"\nexpect silence", after: "expect status 408\nexpect end"),
        TimeProbe(
            "http.idle_timeout_ms",
            start: "tcp\nsend \"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n\"\nexpect status 200",
            before: "expect silence", after: "expect end"),
        TimeProbe(
            "connect_timeout_ms", "on a WebSocket", configured: .span(milliseconds: 2_000),
            { $0.configuration.limits.connectTimeout = .seconds(2) }, start: "websocket", before: "expect open",
            after: "expect close 4009"),
        TimeProbe(
            "connect_timeout_ms", "while pings are dribbled", start: "websocket", before: "dribble 1 ping(\"?\")\nexpect pong \"?\"",
            after: "expect close 4009"),
        TimeProbe(
            "connect_timeout_ms", "after the last namespace was left", configured: .span(milliseconds: 2_000),
            { $0.configuration.limits.connectTimeout = .seconds(2) }, start: "joined\nsend text(\"41\")", before: "expect open",
            after: "expect close 4009"),
        TimeProbe(
            "attachment_timeout_ms",
            start: "joined\nsend text(\"451-[\\\"echo\\\",{\\\"value\\\":{\\\"_placeholder\\\":true,\\\"num\\\":0}}]\")",
            before: "expect open", after: "expect close 4500"),
        TimeProbe(
            "upgrade_timeout_ms", configured: .span(milliseconds: 3_000), { $0.configuration.limits.upgradeTimeout = .seconds(3) },
            start: "joined-polling\nprobing\nsend text(\"2probe\")\nexpect text \"3probe\"", before: "expect open",
            after: "expect close 1002\non 1\nsend post(\"6\")\nexpect status 200"),
        TimeProbe(
            "ping_interval_ms", configured: .span(milliseconds: 7_000), { $0.configuration.limits.pingInterval = .seconds(7) },
            start: "joined", before: "expect silence", after: "expect text \"2\""),
        TimeProbe(
            "ping_timeout_ms", configured: .span(milliseconds: 4_000),
            {
                $0.configuration.limits.pingInterval = .seconds(1)
                $0.configuration.limits.pingTimeout = .seconds(4)
            }, start: "joined\nadvance 1100ms\nexpect text \"2\"", elapsed: 100, before: "expect open",
            after: "expect close 4002"),
        TimeProbe(
            "handler_timeout_ms", configured: .span(milliseconds: 2_000), { $0.configuration.handlerTimeout = .seconds(2) },
            start: "joined\nsend text(\"421[\\\"hold\\\",{}]\")", before: "expect open",
            after: "expect text-beginning \"431[{\\\"status\\\":\\\"error\\\",\\\"code\\\":\\\"timeout\\\"\""),
        TimeProbe(
            "ip.failed_auth_penalty.max_delay_ms", configured: .span(milliseconds: 3_000),
            { $0.globalLimits = ["ip: { failed_auth_penalty: { delay_after: 1, max_delay: 3s } }"] },
            start: "\(failure)\nadvance 1s\n\(failure)\nadvance 2s\n\(failure)", before: "\(attempt)\nexpect text-beginning \"44\"",
            after: "\(attempt)\nexpect text-beginning \"40\""),
        TimeProbe(
            "ip.failed_auth_penalty.ban_for_ms", configured: .span(milliseconds: 9_000),
            { $0.globalLimits = ["ip: { failed_auth_penalty: { ban_after: 1, ban_for: 9s } }"] }, start: failure,
            before: "tcp\nsend $upgrade\nexpect status 403", after: "tcp\nsend $upgrade\nexpect status 101"),
    ]

    private static let failure = "websocket\nsend text(\"40{\\\"token\\\":\\\"no\\\"}\")\nexpect text-beginning \"44\""
    private static let attempt = "websocket\nsend text(\"40{\\\"token\\\":\\\"\" $token \"\\\"}\")"
}
