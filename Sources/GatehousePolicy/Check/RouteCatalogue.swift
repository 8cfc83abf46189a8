/// What the gateways of a program handle, as plain values, for the cross-check with policies.
package struct RouteCatalogue: Sendable {
    package struct Route: Sendable, Hashable {
        package var event: String
        /// The DTO's name; nil where the payload is not a DTO.
        package var dto: String?
        /// Whether the handler's payload names a room.
        package var hasRoom: Bool
        /// Events that belong together: policies may leave some of them out.
        package var family: String?
        /// Whether it is an event of the runtime, which no policy needs to allow.
        package var isOptional: Bool

        package init(event: String, dto: String?, hasRoom: Bool, family: String? = nil, isOptional: Bool = false) {
            self.family = family
            self.isOptional = isOptional
            self.event = event
            self.dto = dto
            self.hasRoom = hasRoom
        }
    }

    /// By namespace.
    package var namespaces: [String: [Route]]
    /// What the gateways say that they send, by namespace; none where they say nothing.
    package var emitted: [String: [String]]
    /// Namespaces with a gateway that serves users only, and nobody without a token.
    package var forUsers: Set<String>

    /// Namespaces whose gateway keeps to `scope` and `send.approvals`: moderation, whose events have families.
    package var moderated: Set<String> {
        Set(namespaces.filter { $0.value.contains { $0.family != nil } }.keys)
    }

    /// What the server itself sends to any namespace.
    package var systemEvents: Set<String>

    /// What moderation takes in every namespace where a rule allows it. Nobody takes it in a program without moderation, whose policies may
    /// be the shipped ones all the same.
    package static let report = "report"

    /// The namespace of the Socket.IO Admin UI, which a setting of the server mounts.
    package static let adminUI = "/admin-ui"

    package init(
        _ namespaces: [String: [Route]], emitted: [String: [String]] = [:], systemEvents: Set<String> = [], forUsers: Set<String> = []
    ) {
        self.namespaces = namespaces
        self.emitted = emitted
        self.systemEvents = systemEvents
        self.forUsers = forUsers
    }
}
