import Testing

/// One script of `clients/` with its arguments, and what it shows.
struct Scenario: Sendable, CustomTestStringConvertible {
    var shows: String
    var script: String
    var arguments: [String]

    init(_ shows: String, _ script: String, _ arguments: String...) {
        self.shows = shows
        self.script = script
        self.arguments = arguments
    }

    var testDescription: String { shows }

    /// The scenario tells the server to stop itself. A second signal would end it at once, with 1.
    var stopsServer: Bool { arguments.first == "terminate" }

    static let all = [
        Scenario("a good token on WebSocket: messages and typed acks in a room", "chat.py", "exchange", "websocket"),
        Scenario("a good token on long-polling: messages and typed acks in a room", "chat.py", "exchange", "polling"),
        Scenario("a good token from polling up to WebSocket: messages and typed acks in a room", "chat.py", "exchange", "upgrade"),
        Scenario("a message stays in its room", "chat.py", "rooms"),
        Scenario("a good token of the second issuer is accepted, the control of the forged ones", "chat.py", "second-issuer"),
        Scenario("a bearer token in the header, on WebSocket", "chat.py", "bearer", "websocket"),
        Scenario("a bearer token in the header, on long-polling", "chat.py", "bearer", "polling"),
        Scenario("presence when joining, leaving and disconnecting", "chat.py", "presence"),
        Scenario("typing reaches the others", "chat.py", "typing"),
        Scenario("a namespace refused beside one that is joined", "chat.py", "two-namespaces"),

        Scenario("no token, on WebSocket", "refusals.py", "missing", "websocket"),
        Scenario("no token, on long-polling", "refusals.py", "missing", "polling"),
        Scenario("no token, while upgrading", "refusals.py", "missing", "upgrade"),
        Scenario("something that is no token", "refusals.py", "garbage"),
        Scenario("an expired token, on WebSocket", "refusals.py", "expired", "websocket"),
        Scenario("an expired token, on long-polling", "refusals.py", "expired", "polling"),
        Scenario("a token signed with another key", "refusals.py", "forged", "wrong-key"),
        Scenario("a token for another audience", "refusals.py", "forged", "wrong-audience"),
        Scenario("a token of an unknown issuer", "refusals.py", "forged", "unknown-issuer"),
        Scenario("a token with alg none", "refusals.py", "forged", "alg-none"),
        Scenario("HS256 with the RSA public key as the secret", "refusals.py", "forged", "hs256-with-public-key"),
        Scenario("a token changed after it was signed", "refusals.py", "forged", "tampered"),
        Scenario("a user at /admin", "refusals.py", "role"),
        Scenario("a token in the query string, on WebSocket", "refusals.py", "query", "websocket"),
        Scenario("a token in the query string, on long-polling", "refusals.py", "query", "polling"),

        Scenario("three violations in one message, on WebSocket", "guards.py", "violations", "websocket"),
        Scenario("three violations in one message, on long-polling", "guards.py", "violations", "polling"),
        Scenario("a message that is too long", "guards.py", "too-long"),
        Scenario("an event that no policy names", "guards.py", "unnamed"),
        Scenario("a refusal that no ack waits for", "guards.py", "without-ack"),
        Scenario("a room that was not joined, and one that may not be", "guards.py", "not-joined"),
        Scenario("a flood over the rate, on WebSocket", "guards.py", "flood", "websocket"),
        Scenario("a flood over the rate, on long-polling", "guards.py", "flood", "polling"),

        Scenario("a moderator lists sessions and kicks one on WebSocket", "moderation.py", "kick", "websocket"),
        Scenario("a moderator lists sessions and kicks one on long-polling", "moderation.py", "kick", "polling"),
        Scenario("rank and reason are asked for", "moderation.py", "rank"),
        Scenario("a moderator announces and reads statistics", "moderation.py", "announce"),
        Scenario("gatehouse admin sessions, stats, announce and kick", "moderation.py", "command-line"),
        Scenario("a revoked token on WebSocket, with gatehouse token revoke", "moderation.py", "revoke", "websocket"),
        Scenario("a revoked token on long-polling, with gatehouse token revoke", "moderation.py", "revoke", "polling"),

        Scenario("a session ends with its token, on WebSocket", "lifetimes.py", "expiry", "websocket"),
        Scenario("a session ends with its token, on long-polling", "lifetimes.py", "expiry", "polling"),
        Scenario("AC-27: no debug, profiling or metrics route answers", "surface.py", "routes"),

        Scenario("SIGTERM tells clients on WebSocket", "lifetimes.py", "terminate", "websocket"),
        Scenario("SIGTERM tells clients on long-polling", "lifetimes.py", "terminate", "polling"),
    ]

    static let killUnderLoad = Scenario("SIGKILL under load", "lifetimes.py", "kill-under-load")
}
