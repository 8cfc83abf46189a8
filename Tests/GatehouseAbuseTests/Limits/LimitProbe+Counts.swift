import Gatehouse
import GatehousePolicy

/// How many there may be.
extension LimitProbe {
    private static func answered(_ code: String) -> String {
        "expect text-beginning \"431[{\\\"status\\\":\\\"error\\\",\\\"code\\\":\\\"\(code)\\\"\""
    }
    private static let joined = "expect text-beginning \"40\""
    private static let echo = "send text(\"421[\\\"echo\\\",{}]\")"

    /// An event with so many attachments, and those.
    private static func attachments(_ n: Int) -> String {
        let places = (0..<n).map { "{\\\"_placeholder\\\":true,\\\"num\\\":\($0)}" }.joined(separator: ",")
        return "joined\nsend text(\"45\(n)-1[\\\"echo\\\",{\\\"value\\\":[\(places)]}]\")" + String(repeating: " binary(\"x\")", count: n)
    }

    private static func echoes(_ n: Int) -> String {
        "joined\n" + String(repeating: echo + "\nexpect text \"431[]\"\n", count: n - 1) + echo
    }

    private static func sockets(_ n: Int) -> String { String(repeating: "joined\n", count: n - 1) + "tcp\nsend $upgrade" }

    /// Events of 1,000 bytes.
    private static func kilobytes(_ n: Int) -> String {
        let event = "send text(\"421[\\\"echo\\\",{\\\"value\\\":\\\"\" \(1_000 - 23)*\"x\" \"\\\"}]\")"
        let answer = "\nexpect text-beginning \"431[\\\"x\"\n"
        let rest = n % 1_000
        return "joined\n" + String(repeating: event + answer, count: n / 1_000)
            + "send text(\"421[\\\"echo\\\",{\\\"value\\\":\\\"\" \(rest - 23)*\"x\" \"\\\"}]\")"
    }

    static let counts: [LimitProbe] = [
        LimitProbe("packets_per_payload", within: "expect status 200", beyond: "expect status 400") { n in
            "joined-polling\nsend post(\"6\" \(n - 1)*\"\\x1E6\")"
        },
        LimitProbe(
            "attachments", configured: .count(3), { $0.configuration.limits.attachments = 3 },
            within: "expect text-beginning \"431[\"\nexpect handled 1", beyond: answered("too_large") + "\nexpect handled 0"
        ) { attachments($0) },
        LimitProbe(
            "attachments", "the default", within: "expect text-beginning \"431[\"\nexpect handled 1",
            beyond: answered("too_large") + "\nexpect handled 0"
        ) { attachments($0) },
        LimitProbe("refusals_per_connection", isLeast: true, tries: -1...0, within: "expect close 4506", beyond: "expect open") { n in
            "websocket\n" + String(repeating: "send text(\"40{\\\"token\\\":\\\"no\\\"}\")\nexpect text-beginning \"44\"\n", count: n)
        },
        LimitProbe(
            "namespaces_per_connection", configured: .count(2), { $0.configuration.limits.namespacesPerConnection = 2 },
            within: "expect text-beginning \"40\"",
            beyond:
                "expect text-beginning \"44/third,{\\\"message\\\":\\\"Too many namespaces\\\",\\\"data\\\":{\\\"code\\\":\\\"limit\\\"\""
        ) { n in
            "websocket\n"
                + ["", "/admin,", "/third,"].prefix(n).map { "send text(\"40\($0){\\\"token\\\":\\\"\" $token \"\\\"}\")" }
                .joined(separator: "\nexpect text-beginning \"40\"\n")
        },
        LimitProbe(
            "rooms_per_connection", configured: .count(4), { $0.configuration.limits.roomsPerConnection = 4 },
            within: "expect text \"431[true]\"", beyond: answered("limit")
        ) { rooms($0) },
        LimitProbe(
            "streams_per_connection", configured: .count(3), { $0.configuration.limits.streamsPerConnection = 3 },
            within: "send text(\"421[\\\"stream.cancel\\\",\\\"stream\\\"]\")\nexpect text \"431[]\"", beyond: answered("limit")
        ) { n in "joined\n" + (0..<n).map { _ in "send text(\"421[\\\"stream\\\",{}]\")" }.joined(separator: "\n") },
        LimitProbe(
            "queued_events", configured: .count(6), { $0.configuration.limits.queuedEvents = 6 },
            isLeast: true, within: "advance 1ms\nsend ping(\"?\")\nadvance 1ms\nexpect silence", beyond: "expect open"
        ) { n in "joined\nsend text(\"42[\\\"hold\\\",{}]\")\nadvance 1ms\nsend \(n)*(text(\"42[\\\"echo\\\",{}]\"))" },
        LimitProbe(
            "queued_event_bytes", isLeast: true, within: "advance 1ms\nsend ping(\"?\")\nadvance 1ms\nexpect silence", beyond: "expect open"
        ) { n in
            // Four messages, and the rest in a fifth; what waits is the packet, without the engine's digit.
            let whole = 60_000
            let around = "2[\"echo\",{\"value\":\"\"}]".utf8.count
            return "joined\nsend text(\"42[\\\"hold\\\",{}]\")\nadvance 1ms\n"
                + [whole, whole, whole, whole, n - 4 * whole].map {
                    "send text(\"42[\\\"echo\\\",{\\\"value\\\":\\\"\" \($0 - around)*\"x\" \"\\\"}]\")"
                }.joined(separator: "\n")
        },
    ]

    private static func rooms(_ n: Int) -> String {
        "joined\n"
            + (0..<n).map { "send text(\"421[\\\"join\\\",{\\\"room\\\":\\\"r\($0)\\\"}]\")" }.joined(
                separator: "\nexpect text \"431[true]\"\n")
    }

    static let connections: [LimitProbe] = [
        LimitProbe(
            "connections.node", configured: .count(4),
            { $0.globalLimits = ["connections: { node: 4, per_ip: 50, per_user: 50, unauthenticated: 3 }"] },
            within: "expect status 101", beyond: "expect status 503"
        ) { sockets($0) },
        LimitProbe(
            "connections.per_ip", configured: .count(3), { $0.globalLimits = ["connections: { node: 50, per_ip: 3, per_user: 50 }"] },
            within: "expect status 101", beyond: "expect status 429"
        ) { sockets($0) },
        LimitProbe(
            "connections.per_ip", "the default", { $0.globalLimits = ["connections: { per_user: 100 }"] },
            within: "expect status 101", beyond: "expect status 429"
        ) { sockets($0) },
        LimitProbe(
            "connections.per_user", configured: .count(2), { $0.globalLimits = ["connections: { node: 50, per_user: 2 }"] },
            within: joined,
            beyond: "expect text-beginning \"44{\\\"message\\\":\\\"Too many connections\\\",\\\"data\\\":{\\\"code\\\":\\\"limit\\\"\""
        ) { userJoins($0) },
        LimitProbe(
            "connections.per_user", "the default", { $0.globalLimits = [] },
            within: joined,
            beyond: "expect text-beginning \"44{\\\"message\\\":\\\"Too many connections\\\",\\\"data\\\":{\\\"code\\\":\\\"limit\\\"\""
        ) { userJoins($0) },
        LimitProbe(
            "/ user.connections", configured: .count(2), { $0.limits = ["user: { connections: 2 }"] },
            within: joined,
            beyond: "expect text-beginning \"44{\\\"message\\\":\\\"Too many connections\\\",\\\"data\\\":{\\\"code\\\":\\\"limit\\\"\""
        ) { userJoins($0) },
        LimitProbe(
            "connections.unauthenticated", configured: .count(2), { $0.globalLimits = ["connections: { node: 50, unauthenticated: 2 }"] },
            within: "on 1\nexpect open", beyond: "on 1\nexpect close 4003"
        ) { n in String(repeating: "websocket\n", count: n - 1) + "tcp\nsend $upgrade\nexpect status 101" },
        LimitProbe(
            "connections.unauthenticated", "a tenth of the node's", configured: .count(3),
            { $0.globalLimits = ["connections: { node: 30 }"] },
            within: "on 1\nexpect open", beyond: "on 1\nexpect close 4003"
        ) { n in String(repeating: "websocket\n", count: n - 1) + "tcp\nsend $upgrade\nexpect status 101" },
    ]

    private static func userJoins(_ n: Int) -> String {
        String(repeating: "joined\n", count: n - 1) + "websocket\nsend text(\"40{\\\"token\\\":\\\"\" $token \"\\\"}\")"
    }

    private static let tooManyConnects = "expect text-beginning \"44{\\\"message\\\":\\\"Too many attempts to join; wait\\\"\""

    /// One connection that leaves and joins over and over.
    private static func rejoins(_ n: Int) -> String {
        let again = "send text(\"41\")\nsend text(\"40{\\\"token\\\":\\\"\" $token \"\\\"}\")"
        return "joined\n" + Array(repeating: again, count: n - 1).joined(separator: "\nexpect text-beginning \"40\"\n")
    }

    /// Rates, each by what may be spent at once. A probe is alone on its server for it.
    static let rates: [LimitProbe] = [
        LimitProbe(
            "ip.connects", configured: .rate(.init(count: 1, burst: 4)), { $0.globalLimits = ["ip: { connects: 1/s burst 4 }"] },
            within: "expect status 101", beyond: "expect status 429"
        ) { sockets($0) },
        LimitProbe(
            "ip.failed_auth", configured: .rate(.init(count: 1, burst: 3)), { $0.globalLimits = ["ip: { failed_auth: 1/s burst 3 }"] },
            within: "expect text-beginning \"44{\\\"message\\\":\\\"Unauthorized\\\"\"",
            beyond: "expect text-beginning \"44{\\\"message\\\":\\\"Too many failed tokens; wait\\\"\""
        ) { failures($0) },
        LimitProbe(
            "ip.malformed", configured: .rate(.init(count: 1, burst: 4)), { $0.globalLimits = ["ip: { malformed: 1/s burst 4 }"] },
            within: "expect status 101", beyond: "expect status 429"
        ) { malformed($0) },
        LimitProbe(
            "ip.failed_auth_penalty.delay_after", configured: .count(3),
            { $0.globalLimits = ["ip: { failed_auth_penalty: { delay_after: 3 } }"] },
            within: "expect text-beginning \"44{\\\"message\\\":\\\"Unauthorized\\\"\"",
            beyond: "expect text-beginning \"44{\\\"message\\\":\\\"Too many failed tokens; wait\\\"\""
        ) { failures($0) },
        LimitProbe(
            "ip.failed_auth_penalty.ban_after", configured: .within(4, 60_000_000_000),
            { $0.globalLimits = ["ip: { failed_auth_penalty: { ban_after: 4 } }"] }, isLeast: true, tries: -1...0,
            within: "expect status 403", beyond: "expect status 101"
        ) { failures($0) + "\nexpect text-beginning \"44\"\ntcp\nsend $upgrade" },
        LimitProbe(
            "/ ip.connects", configured: .rate(.init(count: 1, burst: 4)), { $0.limits = ["ip: { connects: 1/s burst 4 }"] },
            within: joined, beyond: tooManyConnects
        ) { userJoins($0) },
        LimitProbe(
            "/ user.connects", configured: .rate(.init(count: 1, burst: 4)), { $0.limits = ["user: { connects: 1/s burst 4 }"] },
            within: joined, beyond: tooManyConnects
        ) { userJoins($0) },
        LimitProbe(
            "/ connection.connects", configured: .rate(.init(count: 1, burst: 4)),
            { $0.limits = ["connection: { connects: 1/s burst 4 }"] },
            within: joined, beyond: tooManyConnects
        ) { rejoins($0) },
        LimitProbe(
            "/ ip.failed_auth", configured: .rate(.init(count: 1, burst: 3)), { $0.limits = ["ip: { failed_auth: 1/s burst 3 }"] },
            within: "expect text-beginning \"44{\\\"message\\\":\\\"Unauthorized\\\"\"",
            beyond: "expect text-beginning \"44{\\\"message\\\":\\\"Too many failed tokens; wait\\\"\""
        ) { failures($0) },
        LimitProbe(
            "/ connection.messages", configured: .rate(.init(count: 1, burst: 5)),
            { $0.limits = ["connection: { messages: 1/s burst 5 }"] }, within: "expect text \"431[]\"", beyond: answered("rate_limited")
        ) { echoes($0) },
        LimitProbe(
            "/ connection.messages", "the default", configured: .rate(.init(count: 10, burst: 100)),
            { $0.limits = ["connection: { bytes: 1MiB/s burst 1MiB }"] }, within: "expect text \"431[]\"", beyond: answered("rate_limited")
        ) { echoes($0) },
        LimitProbe(
            "/ user.messages", "the default", configured: .rate(.init(count: 20, burst: 200)), { $0.limits = ["user: { connections: 2 }"] },
            within: "expect text \"431[]\"", beyond: answered("rate_limited")
        ) { echoes($0) },
        LimitProbe(
            "/ user.messages", configured: .rate(.init(count: 1, burst: 5)), { $0.limits = ["user: { messages: 1/s burst 5 }"] },
            within: "expect text \"431[]\"", beyond: answered("rate_limited")
        ) { echoes($0) },
        LimitProbe(
            "/ connection.bytes", configured: .rate(.init(count: 1, burst: 4_096, isBytes: true)),
            { $0.limits = ["connection: { bytes: 1B/s burst 4KiB }"] }, within: "expect text-beginning \"431[\\\"x\"",
            beyond: answered("rate_limited")
        ) { kilobytes($0) },
        LimitProbe(
            "/ user.bytes", configured: .rate(.init(count: 1, burst: 4_096, isBytes: true)),
            { $0.limits = ["user: { bytes: 1B/s burst 4KiB }"] }, within: "expect text-beginning \"431[\\\"x\"",
            beyond: answered("rate_limited")
        ) { kilobytes($0) },
        LimitProbe(
            "/ violations.disconnect_after", configured: .within(3, 60_000_000_000),
            { $0.limits = ["violations: { window: 60s, disconnect_after: 3 }"] }, isLeast: true, tries: -1...0,
            within: "expect close 4505", beyond: "expect open"
        ) { n in "joined\n" + String(repeating: "send text(\"421[\\\"unknown\\\",{}]\")\nexpect text-beginning \"431[\"\n", count: n) },
        LimitProbe(
            "/ violations.ban_after", configured: .within(3, 60_000_000_000),
            { $0.limits = ["violations: { window: 60s, ban_after: 3, ban_for: 1s }"] }, isLeast: true, tries: -1...0,
            within: "expect close 4503", beyond: "expect open"
        ) { n in "joined\n" + String(repeating: "send text(\"421[\\\"unknown\\\",{}]\")\nexpect text-beginning \"431[\"\n", count: n) },
    ]

    /// One broken connection less than `n`, and a good one.
    private static func malformed(_ n: Int) -> String {
        String(repeating: "websocket\nsend frame(opcode=3 \"x\")\nexpect close 1002\nhang-up\n", count: n - 1) + "tcp\nsend $upgrade"
    }

    private static func failures(_ n: Int) -> String {
        String(repeating: "websocket\nsend text(\"40{\\\"token\\\":\\\"no\\\"}\")\nexpect text-beginning \"44\"\n", count: n - 1)
            + "websocket\nsend text(\"40{\\\"token\\\":\\\"no\\\"}\")"
    }
}
