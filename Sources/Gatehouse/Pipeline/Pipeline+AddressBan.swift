import EngineIO
import GatehouseAudit
import GatehousePolicy
import GatehouseTokens
import SocketIO

/// What bad tokens cost the address that they come from (SEC-42, AC-37): see `FailedAuthPenalty` for the trade-off.
extension Pipeline {
    static let tooManyFailures = "Too many failed tokens; wait"

    /// Whether new sessions of an address are refused.
    func isBanned(_ address: IPAddress) -> Bool {
        runtime.addressBans.contains(address.limitKey, now: runtime.clock.wallMilliseconds())
    }

    /// A token was looked at and refused.
    /// - Parameter decision: the refusal, as it is in the audit log.
    func failedAuthentication(
        _ address: IPAddress?, _ error: TokenRefusal, _ policy: NamespacePolicy, _ actor: AuditActor?, cause decision: String
    ) {
        guard let address else { return }
        let isBanDue = inForce.addresses.failedAuthentication(
            address, to: policy.name, wasGoodOnce: error.code != .unauthorized, now: rateNow)
        if isBanDue { ban(address, actor, cause: decision) }
    }

    /// Refuses new sessions of an address for a while, and ends those that have not shown a good token.
    func ban(_ address: IPAddress, _ actor: AuditActor?, cause decision: String) {
        let rule = inForce.bundle.global.failedAuthPenalty
        let milliseconds = rule.banFor / 1_000_000
        guard milliseconds > 0 else { return }
        runtime.addressBans.ban(address.limitKey, until: runtime.clock.wallMilliseconds() + milliseconds)
        audit.log.record(
            AuditRecord(
                .addressBanned, actor: actor, target: AuditTarget(reference: address.limitKeyText),
                detail: [
                    "reason": "failed_auth", "cause": .string(decision), "attempts": .integer(Int64(rule.banAfter)),
                    "seconds": .integer(milliseconds / 1_000),
                ]))
        for loop in runtime.sockets.allLoops { loop.execute { Self.closeUnauthenticated(of: address.limitKey, $0, decision) } }
    }

    private static func closeUnauthenticated(of address: IPAddress, _ loop: SocketIOLoop, _ decision: String) {
        let meant = loop.connections.values.filter {
            $0.sockets.isEmpty && IPAddress($0.session.request.address)?.limitKey == address
        }
        for connection in meant { connection.close(ConnectionClosure(.banned, decision: decision)) }
    }
}
