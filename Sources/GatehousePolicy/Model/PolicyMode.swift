/// What happens when the rules say no (POL-09).
package enum PolicyMode: String, Sendable, CaseIterable {
    /// It is refused.
    case enforce
    /// It is allowed, and the client is warned with `would_deny`.
    case warn
    /// It is allowed, and only the audit says `would_deny`.
    case report
}
