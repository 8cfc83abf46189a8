/// Why a client's bytes are not WebSocket: the close code the peer is told and the rule it broke.
package struct WebSocketFault: Error, Hashable, Sendable {
    package let code: WebSocketCloseCode
    package let message: String

    static let reservedBits = Self(code: .protocolError, message: "a reserved bit is set and no extension was negotiated")
    static let unknownOpcode = Self(code: .protocolError, message: "reserved opcode")
    static let unmasked = Self(code: .protocolError, message: "client frames must be masked")
    package static let badControl = Self(code: .protocolError, message: "a control frame is fragmented or longer than 125 bytes")
    package static let badLength = Self(code: .protocolError, message: "payload length is not in its shortest form or has its top bit set")
    static let strayContinuation = Self(code: .protocolError, message: "continuation frame without a message to continue")
    static let interleaved = Self(code: .protocolError, message: "a new message began before the last one ended")
    static let badClose = Self(code: .protocolError, message: "close payload is one byte or its code may not be sent")
    static let badText = Self(code: .invalidPayload, message: "text is not UTF-8")
    static let tooBig = Self(code: .tooBig, message: "message is longer than the limit")
    static let tooManyFragments = Self(code: .tooBig, message: "message has too many fragments")
    static let tinyFragment = Self(code: .tooBig, message: "a late fragment is too small")
}
