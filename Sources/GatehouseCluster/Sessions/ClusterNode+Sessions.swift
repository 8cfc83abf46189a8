#if Redis
    import GatehouseRedis
    package import NIOCore
    package import SocketIO

    /// The sessions that the nodes of a cluster share, in its Redis (CLU-12).
    extension ClusterNode: SharedSessions {
        package func keep(_ session: RecoverySession, in namespace: NamespaceDefinition, isNew: Bool, lifetime: TimeAmount) {
            let milliseconds = lifetime.nanoseconds / 1_000_000
            guard let command = try? keeping.keep(session, namespace.namespace.name, isNew: isNew, milliseconds: milliseconds) else {
                return
            }
            // What is written again in a moment takes no room from what cannot be said again.
            let waits = isNew || session.isOver
            onCore { $0.send(command, waits: waits) }
        }

        package func forget(_ session: RecoverySession, in namespace: NamespaceDefinition) {
            guard let command = try? keeping.forget(session, namespace.namespace.name) else { return }
            onCore { $0.send(command, waits: true) }
        }

        package func take(
            _ pid: Bits128, of owner: [UInt8], in namespace: NamespaceDefinition, from offset: RecoveryOffset?
        ) async -> Result<RecoverySession, RecoveryRefusal> {
            guard let name = try? keeping.name(pid, owner, namespace.namespace.name) else { return .failure(.unknown) }
            let read: @Sendable (RedisValue) -> RecoverySession? = { [keeping] value in
                value.text.flatMap { keeping.session($0, name, pid: pid, owner: owner) }
            }
            let command = keeping.take(name)
            let value = try? await withCore { core in
                core.ask(
                    command,
                    upTo: { value in
                        guard let session = read(value) else { return nil }
                        let own = offset.flatMap { session.knows($0) ? $0.shared : nil }
                        return [session.since.shared, session.seen.shared, own].compactMap { $0 }.max()
                    })
            }
            guard let value else { return .failure(.unavailable) }
            guard let session = read(value) else { return .failure(.unknown) }
            if !session.isOver {
                // Its old node has not noticed that the client has gone, unless the node itself has.
                let target = BroadcastTarget(sockets: [session.socket])
                apply(.disconnect(close: true), to: target, in: namespace)
                server?.applyHere(.disconnect(close: true), to: target, in: namespace) { _, _ in }
            }
            return .success(session)
        }
    }
#endif
