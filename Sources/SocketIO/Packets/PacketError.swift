/// Why a message is not a Socket.IO packet, or one out of place. Every one of them closes the connection (SIO-06), as the reference server
/// does: what the peer sends next cannot be understood. An event that only goes too far is an ``EventFault``.
package struct PacketError: Error, Sendable, Equatable {
    /// A stable name for the audit log and for tests.
    package enum Code: String, Sendable {
        case empty
        case unknownType = "unknown_type"
        case badAttachmentCount = "bad_attachment_count"
        case tooManyAttachments = "too_many_attachments"
        case badNamespace = "bad_namespace"
        case badPayload = "bad_payload"
        case badEventName = "bad_event_name"
        case reservedEventName = "reserved_event_name"
        case textWhileAttachmentsDue = "text_while_attachments_due"
        case unexpectedBinary = "unexpected_binary"
        case notJoined = "namespace_not_joined"
        case alreadyJoined = "namespace_already_joined"
        case notFromClient = "not_from_a_client"
        case attachmentsTimedOut = "attachments_timed_out"
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
