import GatehouseJSON

/// Why one event, ack or CONNECT is refused while its connection goes on (VAL-08): its end is known, so later packets can be read.
/// ``PacketError`` is for the other case.
package struct EventFault: Error, Sendable, Equatable {
    /// The code for the client: `too_large` or `invalid`.
    package enum Kind: Sendable { case tooLarge, invalid }

    // One reference: a fault is a part of every packet, and copies of a packet without one are to cost nothing.
    private let details: Details

    private final class Details: Sendable {
        let kind: Kind
        let reason: String
        let message: String

        init(_ kind: Kind, _ reason: String, _ message: String) {
            self.kind = kind
            self.reason = reason
            self.message = message
        }
    }

    package var kind: Kind { details.kind }
    /// A stable name for the audit log and for the `violations` of the answer.
    package var reason: String { details.reason }
    /// What is wrong, in English and without any of the input.
    package var message: String { details.message }

    private init(_ kind: Kind, _ reason: String, _ message: String) { details = Details(kind, reason, message) }

    package static func == (left: Self, right: Self) -> Bool {
        left.kind == right.kind && left.reason == right.reason && left.message == right.message
    }

    /// What the scanner refuses: over a limit, or ambiguous. A text that is not JSON at all is a ``PacketError``.
    init(_ error: JSONError) {
        self.init(error.kind == .tooLarge ? .tooLarge : .invalid, error.code.description, error.message)
    }

    static func attachments(limit: Int) -> Self { Self(.tooLarge, "attachments", "a packet has at most \(limit) attachments") }

    static func eventName(limit: Int) -> Self { Self(.tooLarge, "eventName", "an event's name has at most \(limit) bytes") }

    static let ackID = Self(.invalid, "ackID", "an ack id is a number below 2^53")

    static func placeholder(_ message: String) -> Self { Self(.invalid, "placeholder", message) }
}
