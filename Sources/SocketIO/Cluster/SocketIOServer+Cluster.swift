import EngineIO
package import NIOCore

/// What another node asked for, done to the clients of this node alone (CLU-20). Any thread.
extension SocketIOServer {
    /// Delivers an event of another node that asks for acks.
    /// - Parameter acknowledged: called for each ack that comes in time, on the event loop of its client.
    /// - Returns: how many clients were asked.
    package func askHere(
        _ broadcast: Broadcast, ackID: UInt64, timeout: TimeAmount, acknowledged: @escaping @Sendable (AckAnswer) -> Void
    ) async -> Int {
        var asked = 0
        for loop in allLoops {
            asked += (try? await loop.submit { $0.ask(broadcast, ackID: ackID, timeout: timeout, acknowledged) }) ?? 0
        }
        return asked
    }

    /// Acts on clients of this node for another one. A name that no room can have is left out.
    /// - Parameter join: puts a client into a room, if what holds here allows it; called on the event loop of the client.
    package func applyHere(
        _ act: SocketsAct, to target: BroadcastTarget, in namespace: NamespaceDefinition,
        join: @escaping @Sendable (Socket, RoomName) -> Void
    ) {
        for loop in allLoops {
            loop.execute { loop in
                guard let share = loop.share(of: namespace) else { return }
                share.forEach(in: target) { socket in
                    switch act {
                    case .join(let rooms): for room in rooms.compactMap(RoomName.init) { join(socket, room) }
                    case .leave(let rooms): for room in rooms.compactMap(RoomName.init) { socket.leave(room) }
                    case .disconnect(close: true): socket.connection.close(ConnectionClosure(.kicked))
                    case .disconnect(close: false): socket.disconnect()
                    }
                }
            }
        }
    }

    /// The clients of this node, each as `body` describes it.
    package func socketsHere<Result: Sendable>(
        in target: BroadcastTarget, of namespace: NamespaceDefinition, _ body: @escaping @Sendable (Socket) -> Result
    ) async -> [Result] {
        let parts = try? await gather(namespace) { share in
            var found: [Result] = []
            share.forEach(in: target) { found.append(body($0)) }
            return found
        }
        return (parts ?? []).flatMap { $0 }
    }
}

extension SocketIOLoop {
    fileprivate func ask(
        _ broadcast: Broadcast, ackID: UInt64, timeout: TimeAmount, _ acknowledged: @escaping @Sendable (AckAnswer) -> Void
    ) -> Int {
        var asked = 0
        let deadline = now + timeout
        forEachRecipient(of: broadcast) { socket in
            guard socket.pendingAcks.count < limits.pendingAcksPerSocket else { return }
            asked &+= 1
            socket.pendingAcks.insert(ackID, deadline: deadline) { if case .success(let answer) = $0 { acknowledged(answer) } }
            socket.connection.reschedule()
            socket.connection.session.send(broadcast.message)
        }
        return asked
    }
}
