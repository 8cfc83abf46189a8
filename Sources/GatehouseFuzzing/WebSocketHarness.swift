import EngineIO
import NIOCore

/// FZ-05: client frames, after one byte that chooses the limits. However the bytes arrive the same messages come out, and they are those that
/// RFC 6455 makes of the frames which NIO's codec reads.
package struct WebSocketHarness: FuzzHarness {
    package static let name = "websocket"

    enum Event: Equatable {
        case text([UInt8]), binary([UInt8]), ping([UInt8]), pong, close(UInt16?)
    }

    struct Outcome: Equatable {
        var events: [Event] = []
        var fault: WebSocketFault?
        var isIdle = true
    }

    /// Such as a few bytes reach.
    private static let small = WebSocketLimits(message: 200, fragments: 6, leastFragment: 4, freeFragments: 2)

    package init() {}

    package mutating func run(_ input: [UInt8]) throws {
        guard let choice = input.first else { return }
        let limits = choice & 1 == 0 ? WebSocketLimits() : Self.small
        let wire = Array(input.dropFirst())
        let ways = Splits.of(wire)
        let outcome = try Self.read(ways[0], limits)
        for way in ways.dropFirst() {
            try require(Self.read(way, limits) == outcome, "the messages depend on how their bytes arrive")
        }
        var reference = ReferenceWebSocket(limits: limits)
        let events = reference.read(wire)
        // NIO takes lengths that are not in their shortest form, those of control frames too; and text that is no UTF-8 is refused before its
        // message has ended.
        let isEarlier = outcome.fault.map { $0.code == .invalidPayload || $0 == .badLength || $0 == .badControl } ?? false
        try require(
            isEarlier ? events.starts(with: outcome.events) : events == outcome.events, "other messages than those of the frames")
        // Each sees some faults before the other: NIO judges a length before the mask has come.
        try require(outcome.fault != nil || !outcome.isIdle || !reference.hasFailed, "frames that break a rule were taken")
        if let fault = outcome.fault {
            try require([1002, 1007, 1009].contains(fault.code.rawValue), "a fault with the code \(fault.code.rawValue)")
        }
    }

    private static func read(_ pieces: [ByteBuffer], _ limits: WebSocketLimits) throws -> Outcome {
        var decoder = WebSocketDecoder(limits: limits)
        var scratch = ByteBuffer()
        var outcome = Outcome()
        for var piece in pieces {
            do throws(WebSocketFault) {
                while let event = try decoder.next(&piece, scratch: &scratch) { outcome.events.append(Event(event)) }
            } catch {
                (outcome.fault, outcome.isIdle) = (error, true)
                // The connection is ended, and nothing more is read of it.
                return outcome
            }
            outcome.isIdle = decoder.isIdle
            try require(piece.readableBytes == 0, "bytes are left over")
            // Capacities are powers of two: of the message, of a control frame, of a head.
            try require(decoder.heldBytes <= 2 * limits.message + 512, "more is held than the limit of a message")
        }
        return outcome
    }
}

extension WebSocketHarness.Event {
    fileprivate init(_ event: WebSocketEvent) {
        self =
            switch event {
            case .text(let bytes): .text(Array(bytes.readableBytesView))
            case .binary(let bytes): .binary(Array(bytes.readableBytesView))
            case .ping(let bytes): .ping(Array(bytes.readableBytesView))
            case .pong: .pong
            case .close(let code): .close(code?.rawValue)
            }
    }
}
