package import GatehouseJSON

/// What a token says about how and when its bearer authenticated, for the rules' `auth` and for guards.
package struct AuthenticationClaims: Sendable {
    /// Seconds since 1970.
    package let authTime: Subject.Claimed<Int64>
    package let amr: Subject.Claimed<[String]>
    package let acr: Subject.Claimed<String>

    package init(_ claims: JSONValue) {
        amr = Subject.words(claims["amr"])
        switch claims["acr"] {
        case nil: acr = .missing
        case .string(let text): acr = .value(text)
        default: acr = .invalid
        }
        switch claims["auth_time"] {
        case nil: authTime = .missing
        case .integer(let seconds): authTime = .value(seconds)
        case .number(let seconds): authTime = Int64(exactly: seconds.rounded(.down)).map { .value($0) } ?? .invalid
        default: authTime = .invalid
        }
    }

    /// Clocks may differ by this much, in seconds, before an `auth_time` in the future counts as none.
    private static let skew: Int64 = 60

    /// Whether an authentication is no older than `maxAge`; all in seconds.
    @inline(__always)
    package static func isFresh(_ authTime: Int64, maxAge: Int64, now: Int64) -> Bool {
        let (age, overflow) = now.subtractingReportingOverflow(authTime)
        return !overflow && age <= maxAge && age >= -skew
    }
}
