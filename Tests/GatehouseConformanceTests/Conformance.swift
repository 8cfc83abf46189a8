import Testing

/// All of it, one test after the other: the server's heartbeat allows 200 ms for a pong, which hundreds of tests at once would miss.
@Suite("CONF-01, R20: the public protocol suites", .serialized)
enum Conformance {}
