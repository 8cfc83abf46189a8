import NIOCore

/// What travels in one Engine.IO packet, as it is on a WebSocket.
enum WirePacket: Sendable, Equatable, ExpressibleByStringLiteral {
    case text(String)
    case binary([UInt8])

    init(stringLiteral value: String) { self = .text(value) }
}
