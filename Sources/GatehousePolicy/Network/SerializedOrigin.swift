/// Origins as browsers send them (RFC 6454 section 6.2): scheme, host, and a port other than the scheme's own.
package enum SerializedOrigin {
    /// What one looks like, for whoever wrote something else.
    package static let form = "https://host or https://host:port in lower case, no path, no '*'"

    package static func isValid(_ text: String) -> Bool {
        let schemes = ["https://": ":443", "http://": ":80"]
        guard let scheme = schemes.keys.first(where: { text.hasPrefix($0) }), let port = schemes[scheme] else { return false }
        let rest = text.dropFirst(scheme.count)
        guard !rest.isEmpty, text.utf8.count <= 300, !rest.hasSuffix(port) else { return false }
        return rest.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
                true
            default: false
            }
        }
    }
}
