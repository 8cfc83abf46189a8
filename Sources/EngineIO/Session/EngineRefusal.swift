/// An answer other than success to an Engine.IO request (specification: protocol, section 1).
package struct EngineRefusal: Error, Hashable, Sendable {
    package let status: HTTPStatus
    /// The Engine.IO code; nil where the protocol has none.
    package let code: Int?
    package let message: String

    package init(status: HTTPStatus, code: Int?, message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    package static let unknownTransport = Self(status: .badRequest, code: 0, message: "Transport unknown")
    package static let unknownSession = Self(status: .badRequest, code: 1, message: "Session ID unknown")
    package static let badHandshakeMethod = Self(status: .badRequest, code: 2, message: "Bad handshake method")
    package static let badRequest = Self(status: .badRequest, code: 3, message: "Bad request")
    package static let forbidden = Self(status: .forbidden, code: 4, message: "Forbidden")
    package static let unsupportedVersion = Self(status: .badRequest, code: 5, message: "Unsupported protocol version")
    package static let tooManyConnections = Self(status: .tooManyRequests, code: nil, message: "Too many connections")
    package static let overloaded = Self(status: .unavailable, code: nil, message: "Server is at its connection limit")
    package static let shuttingDown = Self(status: .unavailable, code: nil, message: "Server is shutting down")
    static let notFound = Self(status: .notFound, code: nil, message: "Not found")

    var response: HTTPResponse { .refusal(status, code: code, message: message) }
}
