import Gatehouse
import GatehouseNetwork
import GatehousePolicy
import GatehouseTokens

/// The ranks of users at one instant (MOD-20): an actor never acts on a subject of equal or higher rank, nor on itself.
///
/// A role has a rank only for a principal that the `connect` rules of `/admin` would let in: else any issuer's token with `roles: [admin]`
/// would protect its bearer from staff.
struct StaffRanks: Sendable {
    private let policies: PolicyBundle
    private let memory: StaffMemory
    private let tokens: StaffTokens
    private let now: Int64

    init(_ policies: PolicyBundle, _ memory: StaffMemory, _ tokens: StaffTokens, now: Int64) {
        self.policies = policies
        self.memory = memory
        self.tokens = tokens
        self.now = now
    }

    /// The rank that a principal has by its token and the policies in force.
    func rank(of principal: Principal) -> StaffRank {
        let rank = StaffRank(roleOf: principal)
        guard rank > .none, let policy = policies.namespaces[AdminGateway.namespace.name],
            var subject = principal.subject(from: .unknown, origin: nil, transport: .websocket, seenBy: policies)
        else { return .none }
        subject.namespace = policy.name
        return policy.mayAdmit(bearer: subject) ? rank : .none
    }

    /// The present rank, or the highest of the last 24 hours.
    func reached(by principal: Principal) -> StaffRank {
        let rank = rank(of: principal)
        return UserID(principal).map { max(rank, memory.rank(of: $0, now: now)) } ?? rank
    }

    /// The highest rank of a user in the last 24 hours.
    func remembered(of user: UserID) -> StaffRank { memory.rank(of: user, now: now) }

    /// The rank of the subject of a revocation, connected or not. For a `jti` it is that of the staff member who has shown the token.
    func remembered(of subject: Revocation.Subject) -> StaffRank {
        switch subject {
        case .user(let iss, let sub, _), .reauthentication(let iss, let sub, _, _):
            return memory.rank(of: UserID(iss: iss, subject: sub), now: now)
        // Whoever has a newer token keeps it, whatever the rank.
        case .issuer: return .none
        case .token(let iss, let jti):
            guard let holder = tokens.holder(iss: iss, jti: jti, now: now) else { return .none }
            return max(holder.rank, memory.rank(of: holder.user, now: now))
        }
    }
}

extension AdminGateway {
    /// The ranks as they are now.
    func ranks(_ runtime: ServerRuntime) -> StaffRanks {
        StaffRanks(runtime.policies.current, staff, tokens, now: runtime.clock.wallMilliseconds())
    }
}
