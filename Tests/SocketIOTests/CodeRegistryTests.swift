import Testing

@testable import SocketIO

@Suite("Codes that clients key on")
struct CodeRegistryTests {
    @Test("ERR-03: reply codes are frozen")
    func replyCodes() {
        #expect(
            ReplyCode.allCases.map(\.rawValue) == [
                "invalid", "too_large", "unauthorized", "forbidden", "muted", "room_locked", "slow_mode", "rate_limited", "limit",
                "not_found", "conflict", "rank", "needs_approval", "timeout", "unavailable", "audit_unavailable", "internal",
            ])
    }

    @Test("ERR-03: CONNECT_ERROR codes are frozen")
    func connectCodes() {
        #expect(
            ConnectErrorCode.allCases.map(\.rawValue) == [
                "unauthorized", "token_expired", "token_revoked", "forbidden", "banned", "limit", "unavailable",
            ])
    }

    static let closes: [(UInt16, String, Bool)] = [
        (4000, "shutdown", false), (4001, "slow_consumer", false), (4002, "ping_timeout", false), (4003, "overload", false),
        (4004, "token_expired", false), (4005, "session_max_age", false), (4006, "rate_limited", false),
        (4007, "reauth_required", false), (4008, "kicked_temporarily", false), (4009, "connect_timeout", false),
        (4500, "protocol_error", true), (4501, "forbidden", true), (4502, "token_revoked", true), (4503, "banned", true),
        (4504, "kicked", true), (4505, "violations", true), (4506, "unauthorized", true),
    ]

    @Test("ERR-05: close codes, their names and their ranges are frozen", arguments: closes)
    func closeCodes(_ number: UInt16, _ name: String, _ isTerminal: Bool) throws {
        let code = try #require(CloseCode(rawValue: number))
        #expect(code.name == name)
        #expect(code.isTerminal == isTerminal)
        #expect(ConnectionClosure(code).retryAfter == (isTerminal ? nil : 0))
    }

    @Test("ERR-05: there is no other close code")
    func noOthers() { #expect(CloseCode.allCases.map(\.rawValue) == Self.closes.map(\.0)) }

    @Test("ERR-04: the system's own events are frozen")
    func systemEvents() {
        #expect(
            SystemEvent.allCases.map(\.rawValue) == [
                "exception", "auth.expiring", "auth.refresh", "stream.cancel", "system.closed", "system.announcement",
                "message.redacted",
            ])
    }

    static let reasonWords: [(DisconnectReason, String)] = [
        (.transportError, "transport error"), (.transportClose, "transport close"), (.forcedClose, "forced close"),
        (.pingTimeout, "ping timeout"), (.parseError, "parse error"), (.serverShuttingDown, "server shutting down"),
        (.forcedServerClose, "forced server close"), (.clientNamespaceDisconnect, "client namespace disconnect"),
        (.serverNamespaceDisconnect, "server namespace disconnect"),
    ]

    @Test("API-06: reasons are worded as Socket.IO servers word them", arguments: reasonWords)
    func reasons(_ reason: DisconnectReason, _ words: String) { #expect(reason.description == words) }
}
