/// Why a request cannot be read. The connection gets one answer and ends: after a fault the start of the next request is unknown.
package struct HTTPFault: Error, Hashable, Sendable {
    package let status: HTTPStatus
    package let message: String
    /// Whether a browser never sends such a request, whatever page asks it to. Only then is the address charged: any page can make its
    /// visitors' browsers send oversized requests, or speak TLS or TURN to an HTTP port.
    package let isNoBrowsers: Bool

    private init(_ status: HTTPStatus, _ message: String, isNoBrowsers: Bool) {
        self.status = status
        self.message = message
        self.isNoBrowsers = isNoBrowsers
    }

    static func bad(_ message: String) -> Self { Self(.badRequest, message, isNoBrowsers: true) }
    static let notHTTP = Self(.badRequest, "this is not HTTP", isNoBrowsers: false)
    static let targetTooLong = Self(.uriTooLong, "request target too long", isNoBrowsers: false)
    static let headersTooLarge = Self(.headerFieldsTooLarge, "header fields too large", isNoBrowsers: false)
    static let versionUnsupported = Self(.versionNotSupported, "only HTTP/1.1 is spoken here", isNoBrowsers: true)
    static let expectationFailed = Self(.expectationFailed, "expectation cannot be met", isNoBrowsers: true)

    /// Whether the head is well formed so far and too large: the rest of it can be searched for the origin.
    var isOversize: Bool { self == .targetTooLong || self == .headersTooLarge }
}
