/// The id of one socket in one namespace: 128 random bits, unrelated to the Engine.IO session id (SIO-01, SEC-06).
///
/// It names a socket to staff and to other members of its namespace (every socket is in a room of this name). It grants nothing. A session
/// that is recovered keeps its id.
public struct SocketID: Sendable, Hashable, CustomStringConvertible {
    private let bits: Bits128

    /// A new id from the system's random source.
    package init() { bits = .random() }

    /// - Returns: `nil` if the text is not 22 characters of base64url as ``description`` writes them.
    package init?(_ text: some StringProtocol) {
        guard let bits = Bits128(text) else { return nil }
        self.bits = bits
    }

    /// 22 characters of base64url.
    public var description: String { bits.description }
}
