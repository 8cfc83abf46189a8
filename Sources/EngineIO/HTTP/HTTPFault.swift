/// Why a request cannot be read. The connection is answered once and ended: after a fault nobody knows where the next request begins.
package struct HTTPFault: Error, Hashable, Sendable {
    package let status: HTTPStatus
    package let message: String

    static func bad(_ message: String) -> Self { Self(status: .badRequest, message: message) }
    static let targetTooLong = Self(status: .uriTooLong, message: "request target too long")
    static let headersTooLarge = Self(status: .headerFieldsTooLarge, message: "header fields too large")
    static let bodyTooLarge = Self(status: .payloadTooLarge, message: "body too large")
    static let versionUnsupported = Self(status: .versionNotSupported, message: "only HTTP/1.1 is spoken here")
}
