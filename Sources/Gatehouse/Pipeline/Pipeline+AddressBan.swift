import EngineIO
import GatehouseAudit
import GatehouseNetwork
import GatehousePolicy
import GatehouseTokens
import SocketIO

/// What bad tokens cost the address that they come from (SEC-42, AC-37): see `FailedAuthPenalty` for the trade-off.
extension Pipeline {
    static let tooManyFailures = "Too many failed tokens; wait"

    /// Seconds for which new sessions of an address are refused; `nil` if they are not.
    func banLeft(_ address: AddressKey) -> Int? {
        runtime.addressBans.left(address, now: runtime.clock.wallMilliseconds()).map { Int(clamping: ($0 + 999) / 1_000) }
    }

    /// Whether new sessions of an address are refused.
    func isBanned(_ address: AddressKey) -> Bool {
        runtime.addressBans.contains(address, now: runtime.clock.wallMilliseconds())
    }

    /// A token was looked at and refused.
    /// - Parameter decision: the refusal, as it is in the audit log.
    func failedAuthentication(
        _ address: AddressKey, _ error: TokenRefusal, _ policy: NamespacePolicy, _ actor: AuditActor?, cause decision: String
    ) {
        let isBanDue = inForce.addresses.failedAuthentication(
            address, to: policy.name, wasGoodOnce: error.code != .unauthorized, now: rateNow)
        if isBanDue { ban(address, actor, cause: decision) }
    }

    /// Refuses new sessions of an address for a while, and ends those that have not shown a good token.
    func ban(_ address: AddressKey, _ actor: AuditActor?, cause decision: String) {
        let rule = inForce.bundle.global.failedAuthPenalty
        let milliseconds = rule.banFor / 1_000_000
        guard milliseconds > 0 else { return }
        runtime.addressBans.ban(address, until: runtime.clock.wallMilliseconds() + milliseconds)
        audit.log.record(
            AuditRecord(
                .addressBanned, actor: actor, target: AuditTarget(reference: "\(address)"),
                detail: [
                    "reason": "failed_auth", "cause": .string(decision), "attempts": .integer(Int64(rule.banAfter)),
                    "seconds": .integer(milliseconds / 1_000),
                ]))
        // Others behind the same NAT may be among them: they are told when to come back, and not that they are banned.
        let closure = ConnectionClosure(.rateLimited, retryAfter: Int(clamping: milliseconds / 1_000), decision: decision)
        ConnectionRound.start(runtime.sockets) { connection in
            guard connection.sockets.isEmpty, connection.session.request.address.key == address else { return false }
            connection.close(closure)
            return true
        }
    }
}
