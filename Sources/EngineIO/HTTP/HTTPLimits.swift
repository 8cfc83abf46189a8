/// Limits of one request, in bytes (specification: protocol, section 7).
package struct HTTPLimits: Sendable, Hashable {
    /// The request target.
    package var target = 2_048
    /// One header field, name and value.
    package var field = 8_192
    /// The whole head.
    package var head = 32_768
    /// Header fields of a request.
    package var fields = 64

    package init() {}
}
