import EngineIO
import NIOCore
import NIOEmbedded
import NIOWebSocket

/// The messages of the frames that NIO's codec reads, put together in the plainest way (RFC 6455, sections 5.4 to 5.6 and 8.1), up to the
/// first fault.
struct ReferenceWebSocket {
    let limits: WebSocketLimits
    private(set) var hasFailed = false
    private var message: [UInt8]?
    private var isText = false
    private var fragments = 0

    init(limits: WebSocketLimits) { self.limits = limits }

    mutating func read(_ wire: [UInt8]) -> [WebSocketHarness.Event] {
        let handler = ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: limits.message))
        let channel = EmbeddedChannel(handler: handler)
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        var isRead = true
        do { try channel.writeInbound(ByteBuffer(bytes: wire)) } catch { isRead = false }
        var events: [WebSocketHarness.Event] = []
        while let frame = try? channel.readInbound(as: WebSocketFrame.self) {
            guard let event = take(frame) else {
                hasFailed = true
                return events
            }
            if let event = event { events.append(event) }
        }
        hasFailed = !isRead
        return events
    }

    /// Nil for a fault, and nil within for a frame that ends no message.
    private mutating func take(_ frame: WebSocketFrame) -> WebSocketHarness.Event?? {
        guard !frame.rsv1, !frame.rsv2, !frame.rsv3, frame.maskKey != nil else { return nil }
        let payload = Array(frame.unmaskedData.readableBytesView)
        switch frame.opcode {
        case .ping: return .some(.ping(payload))
        case .pong: return .some(.pong)
        case .connectionClose: return close(payload)
        case .text, .binary:
            guard message == nil else { return nil }
            (message, isText, fragments) = ([], frame.opcode == .text, 0)
            return add(payload, frame.fin)
        case .continuation: return add(payload, frame.fin)
        default: return nil
        }
    }

    private mutating func add(_ payload: [UInt8], _ isFinal: Bool) -> WebSocketHarness.Event?? {
        guard let sofar = message else { return nil }
        guard fragments < limits.fragments, sofar.count + payload.count <= limits.message else { return nil }
        guard isFinal || fragments < limits.freeFragments || payload.count >= limits.leastFragment else { return nil }
        fragments += 1
        let whole = sofar + payload
        guard isFinal else {
            message = whole
            return .some(nil)
        }
        message = nil
        guard isText else { return .some(.binary(whole)) }
        return String(validating: whole, as: UTF8.self) == nil ? nil : .some(.text(whole))
    }

    private func close(_ payload: [UInt8]) -> WebSocketHarness.Event?? {
        guard !payload.isEmpty else { return .some(.close(nil)) }
        guard payload.count >= 2, String(validating: payload[2...], as: UTF8.self) != nil else { return nil }
        let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
        let isSendable = (1000...1003).contains(code) || (1007...1014).contains(code) || (3000...4999).contains(code)
        return isSendable ? .some(.close(code)) : nil
    }
}
