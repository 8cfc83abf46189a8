/// The cookie by which a load balancer leads all polling requests of a client to the node that has its session (CLU-27). It names the node
/// and says nothing of the client.
package struct AffinityCookie: Sendable, Equatable {
    package let name: String
    package let value: String

    /// `nil` for what no cookie may hold, or what a load balancer's configuration would have to quote: letters, digits, `_`, `-` and `.`.
    package init?(name: String, value: String) {
        guard Self.isPlain(name), Self.isPlain(value) else { return nil }
        self.name = name
        self.value = value
    }

    package static func isPlain(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }

    /// The value of `Set-Cookie`. It lasts as long as the browser: a session does not last longer.
    /// - Parameters:
    ///   - isSecure: whether the client speaks TLS.
    ///   - isForeign: whether pages of other origins use the server with credentials; browsers take such a cookie over TLS alone.
    func field(path: String, isSecure: Bool, isForeign: Bool) -> String {
        "\(name)=\(value); Path=\(path); HttpOnly; SameSite=\(isSecure && isForeign ? "None" : "Lax")" + (isSecure ? "; Secure" : "")
    }
}
