/// The field in which trusted proxies name their client.
package enum ForwardedField: String, Sendable, Hashable, CaseIterable {
    case xForwardedFor = "x-forwarded-for"
    /// RFC 7239.
    case forwarded

    /// The field's name in small letters.
    package var name: String { rawValue }
}
