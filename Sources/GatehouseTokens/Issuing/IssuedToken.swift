/// A token just made.
package struct IssuedToken: Sendable {
    /// The compact form.
    package let text: String
    package let jti: String
    /// Seconds since the epoch.
    package let exp: Int64
}

extension IssuedToken: CustomStringConvertible {
    package var description: String { "token \(jti), expires at \(exp)" }
}
