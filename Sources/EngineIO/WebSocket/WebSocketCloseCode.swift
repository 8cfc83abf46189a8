/// Close codes of RFC 6455 section 7.4 and the ranges this server uses.
package struct WebSocketCloseCode: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    package static let normal = Self(rawValue: 1000)
    package static let goingAway = Self(rawValue: 1001)
    package static let protocolError = Self(rawValue: 1002)
    package static let invalidPayload = Self(rawValue: 1007)
    package static let tooBig = Self(rawValue: 1009)
    package static let internalError = Self(rawValue: 1011)
    /// The server needs the room for others; the client may come back (ERR-05).
    package static let overload = Self(rawValue: 4003)

    /// Whether an endpoint may put this code into a close frame: 1004, 1005, 1006 and 1015 are reserved, 1016…2999 are unassigned.
    package var maySend: Bool {
        switch rawValue {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
