/// What the gateways of a program handle, as plain values, for the cross-check with policies.
package struct RouteCatalogue: Sendable {
    package struct Route: Sendable, Hashable {
        package var event: String
        /// The DTO's name; nil where the payload is not a DTO.
        package var dto: String?
        /// Whether the handler's payload names a room.
        package var hasRoom: Bool

        package init(event: String, dto: String?, hasRoom: Bool) {
            self.event = event
            self.dto = dto
            self.hasRoom = hasRoom
        }
    }

    /// By namespace.
    package var namespaces: [String: [Route]]

    package init(_ namespaces: [String: [Route]]) { self.namespaces = namespaces }
}
