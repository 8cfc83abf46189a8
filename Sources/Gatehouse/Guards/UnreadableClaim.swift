/// A claim of a verified token has the wrong type for a guard. The guard cannot decide, so it refuses in every combination. It is logged,
/// since the issuer is at fault and not the client.
struct UnreadableClaim: Error, CustomStringConvertible {
    let description: String

    /// - Parameter claim: what cannot be read, such as `auth_time`; no value.
    init(_ claim: String) { description = "the token has \(claim), but not of the right type: ask its issuer" }
}
