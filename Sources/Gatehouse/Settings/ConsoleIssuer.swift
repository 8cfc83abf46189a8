/// The address of an OpenID Connect issuer. It stands in a header field of the console's pages, so it has the characters of an address and no
/// others.
package struct ConsoleIssuer: Sendable, Equatable {
    package static let expected = "an https address without query, or an http one on a loopback address"

    /// As it is written, without a slash at its end.
    package let text: String
    /// Scheme, host and port.
    package let origin: String

    /// - Returns: nil for anything else.
    package init?(_ text: String) {
        guard text.utf8.count <= 200, let mark = text.firstRange(of: "://") else { return nil }
        let scheme = text[..<mark.lowerBound]
        let rest = text[mark.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        guard !authority.isEmpty, rest.utf8.allSatisfy(Self.isAllowed), scheme == "https" || scheme == "http" else { return nil }
        let port = authority.lastIndex(of: ":").filter { !authority[$0...].contains("]") }
        let host = String(port.map { authority[..<$0] } ?? authority)
        guard !host.isEmpty, scheme == "https" || Configuration.isLoopback(host) else { return nil }
        self.text = text.hasSuffix("/") ? String(text.dropLast()) : text
        origin = "\(scheme)://\(authority)"
    }

    /// Letters, digits, and what else names a host and a path.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x3A, 0x5B, 0x5D, 0x5F, 0x7E: true
        default: false
        }
    }
}

extension Optional {
    fileprivate func filter(_ isWanted: (Wrapped) -> Bool) -> Wrapped? { flatMap { isWanted($0) ? $0 : nil } }
}
