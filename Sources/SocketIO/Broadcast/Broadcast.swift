package import EngineIO

/// One event on its way to many sockets: encoded once, WebSocket header included (API-02).
package struct Broadcast: Sendable {
    package let namespace: NamespaceDefinition
    package let event: String
    package private(set) var message: EngineMessage
    package let target: BroadcastTarget
    /// Not queued behind unsent bytes: a socket that is not writable does not get it (API-08).
    package let isVolatile: Bool
    /// ERR-04 events go past the `receive` rules: they are the system's own, under the rule `builtin.system` (POL-11).
    package let isSystem: Bool
    /// For clients of this node alone.
    package let isLocal: Bool
    /// The generation of the rules that decide who receives it (POL-08); `nil` for those that each event loop has.
    package let generation: UInt64?
    /// Who may have it besides; `nil`: everyone whom the rules allow. Asked on the event loop of each socket.
    package let isFor: (@Sendable (Socket) -> Bool)?
    /// Where it is kept for clients that come back: its message has room for an offset then (REC-07). `nil` where recovery is off.
    package let recovery: RecoverySpace?

    /// Whether no other node gets it: who may have it besides the rules can be asked here only.
    package var staysHere: Bool { isLocal || isFor != nil }

    package init(
        namespace: NamespaceDefinition, event: String, message: EngineMessage, target: BroadcastTarget, isVolatile: Bool = false,
        isSystem: Bool = false, isLocal: Bool = false, generation: UInt64? = nil, isFor: (@Sendable (Socket) -> Bool)? = nil,
        recovery: RecoverySpace? = nil
    ) {
        self.namespace = namespace
        self.event = event
        self.message = message
        self.target = target
        self.isVolatile = isVolatile
        self.isSystem = isSystem
        self.isLocal = isLocal
        self.generation = generation
        self.isFor = isFor
        self.recovery = recovery
    }

    /// The same event with its place.
    func carrying(_ offset: RecoveryOffset) -> Broadcast {
        var copy = self
        let text = offset.description
        copy.message.overwriteText(text, before: text.utf8.count &+ 2)
        return copy
    }
}

extension SocketIOLoop {
    /// Writes a broadcast to the sockets of this loop that it reaches. The same bytes go to each; nothing is allocated for a recipient.
    /// - Returns: how many it was written to.
    package func deliver(_ broadcast: Broadcast) -> Int {
        var reached = 0
        forEachRecipient(of: broadcast) { socket in
            socket.connection.session.send(broadcast.message)
            reached &+= 1
        }
        counters.delivered &+= reached
        return reached
    }

    /// Calls `body` for each socket that may have the event, and takes it now.
    func forEachRecipient(of broadcast: Broadcast, _ body: (Socket) -> Void) {
        guard let namespace = share(of: broadcast.namespace) else { return }
        delivery &+= 1
        let current = delivery
        let application = application
        let rules = broadcast.generation ?? audienceGeneration
        namespace.forEach(in: broadcast.target) { socket in
            // Sending to one socket may have removed another.
            guard socket.isConnected else { return }
            if let isFor = broadcast.isFor, !isFor(socket) { return }
            if !broadcast.isSystem {
                if socket.audience.generation != audienceGeneration {
                    application.renewAudience(of: socket)
                    // New rules may have removed it from the namespace or the room.
                    guard socket.isConnected, broadcast.target.means(socket) else { return }
                }
                let audience = socket.audience
                if rules != audienceGeneration {
                    guard application.mayReceive(broadcast.event, socket, under: rules) else { return }
                } else if audience.delivery != current {
                    audience.allowed = application.mayReceive(broadcast.event, socket)
                    audience.delivery = current
                    guard audience.allowed else { return }
                } else if !audience.allowed {
                    return
                }
            }
            if broadcast.isVolatile, !socket.isWritable {
                counters.droppedVolatile &+= 1
                return
            }
            body(socket)
        }
    }
}
