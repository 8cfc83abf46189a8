/// The status codes this server answers with.
package struct HTTPStatus: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) {
        self.rawValue = rawValue
    }

    package static let ok = Self(rawValue: 200)
    package static let noContent = Self(rawValue: 204)
    package static let notModified = Self(rawValue: 304)
    package static let permanentRedirect = Self(rawValue: 308)
    package static let badRequest = Self(rawValue: 400)
    package static let unauthorized = Self(rawValue: 401)
    package static let forbidden = Self(rawValue: 403)
    package static let notFound = Self(rawValue: 404)
    package static let methodNotAllowed = Self(rawValue: 405)
    package static let requestTimeout = Self(rawValue: 408)
    package static let conflict = Self(rawValue: 409)
    package static let payloadTooLarge = Self(rawValue: 413)
    package static let uriTooLong = Self(rawValue: 414)
    package static let unsupportedMediaType = Self(rawValue: 415)
    package static let expectationFailed = Self(rawValue: 417)
    package static let upgradeRequired = Self(rawValue: 426)
    package static let tooManyRequests = Self(rawValue: 429)
    package static let headerFieldsTooLarge = Self(rawValue: 431)
    package static let internalError = Self(rawValue: 500)
    package static let unavailable = Self(rawValue: 503)
    package static let versionNotSupported = Self(rawValue: 505)

    /// Whether an answer with this code has a body (RFC 9110 section 6.4.1).
    var hasBody: Bool { self != .noContent && self != .notModified }

    var reason: String {
        switch rawValue {
        case 200: "OK"
        case 204: "No Content"
        case 304: "Not Modified"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 426: "Upgrade Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        default: "Status"
        }
    }
}
