/// The origin that a request was sent to, as its pages would be named: scheme and `Host`, or the values that a trusted proxy forwards.
struct OwnOrigin: Sendable {
    private let candidates: [String]

    init(_ head: HTTPRequestHead, isSecure: Bool, isProxied: Bool) {
        var hosts: [String] = []
        if let host = head.authority ?? head.fields["host"] { hosts.append(host) }
        if isProxied, let host = Self.only(head.fields.all("x-forwarded-host")) { hosts.append(host) }
        candidates = hosts.compactMap { Self.serialized($0, isSecure: isSecure) }
    }

    /// As a browser would write it; nil if the request does not tell.
    var text: String? { candidates.last }

    /// Whether an `Origin` is this one.
    func isNamed(by origin: String) -> Bool { candidates.contains { $0.utf8.elementsEqual(origin.utf8) } }

    /// Whether a URL belongs to this origin.
    func isBeginning(of address: String) -> Bool {
        candidates.contains { own in
            address == own || address.hasPrefix(own + "/") || address.hasPrefix(own + "?")
        }
    }

    private static func only(_ values: [String]) -> String? { values.count == 1 ? values.first : nil }

    private static func serialized(_ host: String, isSecure: Bool) -> String? {
        guard !host.isEmpty, host.utf8.count <= 300, host.utf8.allSatisfy(isHostByte) else { return nil }
        let (scheme, port) = isSecure ? ("https://", ":443") : ("http://", ":80")
        let lower = host.lowercased()
        return scheme + (lower.hasSuffix(port) ? String(lower.dropLast(port.utf8.count)) : lower)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x3A, 0x5B, 0x5D, 0x5F: true
        default: false
        }
    }
}
