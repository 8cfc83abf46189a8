import GatehousePolicy

/// Allows a client that has authenticated with several factors lately: by the claims `auth_time` and `amr` of its token, as `auth: {
/// max_age, amr_any }` of a rule reads them.
///
/// A token without these claims is refused, and one whose `auth_time` lies more than a minute in the future. A claim of the wrong type
/// refuses also within ``Guard/not(_:)``.
public struct AuthenticationGuard: Guard {
    /// In seconds.
    let longest: Int64
    let methods: [String]

    /// Decides at once.
    public func evaluateNow(_ request: EventRequest) throws -> GuardVerdict? {
        let context = request.context
        let now = context.client.server.runtime.clock.wallMilliseconds() / 1_000
        return try verdict(AuthenticationClaims(context.principal.claims), now: now)
    }

    /// - Parameter now: in seconds since 1970.
    func verdict(_ claims: AuthenticationClaims, now: Int64) throws -> GuardVerdict {
        switch claims.amr {
        case .invalid: throw UnreadableClaim("amr")
        case .missing: return .deny(reason: "amr_missing")
        case .value(let used):
            guard methods.contains(where: { used.containsBytes(of: $0) }) else { return .deny(reason: "no_second_factor") }
        }
        switch claims.authTime {
        case .invalid: throw UnreadableClaim("auth_time")
        case .missing: return .deny(reason: "auth_time_missing")
        case .value(let time):
            return AuthenticationClaims.isFresh(time, maxAge: longest, now: now) ? .allow : .deny(reason: "authentication_too_old")
        }
    }
}

extension Guard where Self == AuthenticationGuard {
    /// The client has authenticated with several factors.
    /// - Parameters:
    ///   - age: the longest time since then, in whole seconds; fractions are cut off.
    ///   - methods: the values of `amr` that count (RFC 8176); one of them is needed.
    public static func mfa(within age: Duration, methods: [String] = ["mfa"]) -> AuthenticationGuard {
        AuthenticationGuard(longest: max(0, age.components.seconds), methods: methods)
    }
}
