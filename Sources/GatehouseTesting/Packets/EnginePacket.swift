import GatehouseJSON
import NIOCore

/// One Engine.IO packet as a client sees it (protocol 4).
enum EnginePacket: Equatable {
    case open(EngineOpening)
    case close
    case ping(String)
    case pong(String)
    case message(String)
    case binary(ByteBuffer)
    case noop

    /// Reads a text packet: a digit and its payload.
    init(text: String) throws(SocketIOClientError) {
        let payload = String(text.dropFirst())
        switch text.utf8.first {
        case UInt8(ascii: "0"): self = .open(try EngineOpening(payload))
        case UInt8(ascii: "1"): self = .close
        case UInt8(ascii: "2"): self = .ping(payload)
        case UInt8(ascii: "3"): self = .pong(payload)
        case UInt8(ascii: "4"): self = .message(payload)
        case UInt8(ascii: "6"): self = .noop
        default: throw SocketIOClientError(.protocolViolation, "The server sent no Engine.IO packet: \(text.prefix(40))")
        }
    }
}

/// What the server's open packet says.
struct EngineOpening: Equatable {
    var sid: String
    var upgrades: [String]
    var pingInterval: TimeAmount
    var pingTimeout: TimeAmount
    var maxPayload: Int

    init(_ json: String) throws(SocketIOClientError) {
        let value = try? JSONValue(parsing: json)
        guard let sid = value?["sid"]?.stringValue, let interval = value?["pingInterval"]?.integerValue,
            let timeout = value?["pingTimeout"]?.integerValue, (0...86_400_000).contains(interval), (0...86_400_000).contains(timeout)
        else { throw SocketIOClientError(.protocolViolation, "The server's open packet lacks sid, pingInterval or pingTimeout.") }
        self.sid = sid
        upgrades = value?["upgrades"]?.arrayValue?.compactMap(\.stringValue) ?? []
        pingInterval = .milliseconds(interval)
        pingTimeout = .milliseconds(timeout)
        maxPayload = value?["maxPayload"]?.integerValue.flatMap(Int.init(exactly:)) ?? 65_536
    }
}
