import Gatehouse
import NIOConcurrencyHelpers

/// A token that a member of staff has shown.
struct StaffToken: Sendable, Equatable {
    let name: TokenName
    let user: UserID
    let rank: StaffRank
    /// When it may be forgotten, in milliseconds since 1970.
    let ends: Int64
}

/// A token by its issuer and its `jti`, byte by byte as revocations are compared.
struct TokenName: Sendable, Hashable {
    let iss: String
    let jti: String

    static func == (left: Self, right: Self) -> Bool {
        left.jti.utf8.elementsEqual(right.jti.utf8) && left.iss.utf8.elementsEqual(right.iss.utf8)
    }
}

/// The owners of tokens that moderators and admins have shown, until the tokens end: a revocation by `jti` has the same limits as one by
/// user (MOD-20).
///
/// Bounded for each user and altogether: when it is full, the token that ends first is dropped. Any thread may use it.
final class StaffTokens: Sendable {
    /// How long a token without an end is remembered, in milliseconds.
    private static let span = StaffMemory.span
    private static let ofUser = 64

    private struct State {
        var tokens: [TokenName: StaffToken] = [:]
        /// In the order in which they were first shown.
        var names: [UserID: [TokenName]] = [:]
    }

    private let capacity: Int
    private let state = NIOLockedValueBox(State())

    init(capacity: Int = 10_000) { self.capacity = max(1, capacity) }

    /// A principal is here with a rank.
    /// - Returns: what to write down, so that it survives a restart; `nil` if it was written before, or need not be.
    func note(_ principal: Principal, _ user: UserID, _ rank: StaffRank, now: Int64) -> StaffToken? {
        guard rank > .viewer, let jti = principal.claims["jti"]?.stringValue else { return nil }
        let end = principal.expires.flatMap { Int64(exactly: ($0 * 1_000).rounded(.up)) }
        let token = StaffToken(name: TokenName(iss: user.iss, jti: jti), user: user, rank: rank, ends: end ?? now + Self.span)
        return remember(token, now: now) ? token : nil
    }

    /// - Returns: whether it is new.
    @discardableResult
    func remember(_ token: StaffToken, now: Int64) -> Bool {
        guard token.ends > now else { return false }
        return state.withLockedValue { state in
            if let known = state.tokens[token.name] {
                // If several users show it, the highest rank protects it.
                guard token.rank > known.rank else { return false }
                Self.forget([known], &state)
            }
            if state.tokens.count >= capacity {
                let order = state.tokens.values.sorted { $0.ends < $1.ends }
                Self.forget(order.prefix(max(1, order.count / 10)), &state)
            }
            let own = state.names[token.user] ?? []
            if own.count >= Self.ofUser, let first = own.compactMap({ state.tokens[$0] }).min(by: { $0.ends < $1.ends }) {
                Self.forget([first], &state)
            }
            state.tokens[token.name] = token
            state.names[token.user, default: []].append(token.name)
            return true
        }
    }

    /// The staff member who has shown a token, and the rank at that time; `nil` if nobody has.
    func holder(iss: String, jti: String, now: Int64) -> (user: UserID, rank: StaffRank)? {
        state.withLockedValue { state in
            guard let token = state.tokens[TokenName(iss: iss, jti: jti)], token.ends > now else { return nil }
            return (token.user, token.rank)
        }
    }

    /// Forgets tokens that have ended.
    func forget(now: Int64) {
        state.withLockedValue { state in Self.forget(state.tokens.values.filter { $0.ends <= now }, &state) }
    }

    private static func forget(_ tokens: some Sequence<StaffToken>, _ state: inout State) {
        for token in tokens {
            state.tokens[token.name] = nil
            let left = (state.names[token.user] ?? []).filter { $0 != token.name }
            state.names[token.user] = left.isEmpty ? nil : left
        }
    }
}
