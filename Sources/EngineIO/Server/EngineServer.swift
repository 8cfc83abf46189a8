package import GatehouseLiveObjects
import GatehouseNetwork
import GatehouseTLS
import NIOConcurrencyHelpers
package import NIOCore
import NIOPosix

/// Listens, and runs one `EngineLoop` on every event loop of its group.
package final class EngineServer: Sendable {
    /// One event loop of ours.
    struct Member: Sendable {
        var eventLoop: any EventLoop
        var loop: NIOLoopBound<EngineLoop>
    }

    let configuration: EngineConfiguration
    private let group: any EventLoopGroup
    private let ledger: ConnectionLedger
    private let members: [Member]
    private let liveObjects: [LiveObjects]
    private let listeners = NIOLockedValueBox<[any Channel]>([])
    /// Connections of other servers that were taken over so far; `nil` once the loops end.
    private let takenOver = NIOLockedValueBox<Int?>(0)
    let hasTLS: Bool

    /// - Parameters:
    ///   - eventLoopGroup: its loops run the server. The caller shuts it down, after `shutdown`.
    ///   - tls: nil serves plain connections.
    ///   - application: makes the layer above, once for each event loop and on it; nil: there is no Engine.IO, only `configuration.routes`.
    package init(
        configuration: EngineConfiguration,
        eventLoopGroup: any EventLoopGroup,
        tls: EngineTLS? = nil,
        application: (@Sendable (EngineLoop) -> any EngineApplication)?
    ) async throws {
        self.configuration = configuration
        group = eventLoopGroup
        hasTLS = tls != nil
        let ledger = ConnectionLedger(limits: configuration.connections)
        self.ledger = ledger
        let loops = Array(eventLoopGroup.makeIterator().prefix(4_096))
        let relocation = loops.count > 1 ? ConnectionRelocation() : nil
        var members: [Member] = []
        let liveObjects = loops.map { _ in LiveObjects() }
        self.liveObjects = liveObjects
        for (index, (eventLoop, live)) in zip(loops, liveObjects).enumerated() {
            let loop = try await eventLoop.submit {
                NIOLoopBound(
                    EngineLoop(
                        eventLoop: eventLoop,
                        index: UInt16(truncatingIfNeeded: index),
                        configuration: configuration,
                        ledger: ledger,
                        tls: tls,
                        relocation: relocation,
                        live: live,
                        application: application
                    ),
                    eventLoop: eventLoop
                )
            }.get()
            relocation?.add(loop, on: eventLoop)
            members.append(Member(eventLoop: eventLoop, loop: loop))
        }
        self.members = members
    }

    /// TCP connections open and, among them and the polling sessions, entries that are not authenticated.
    package var counts: (connections: Int, unauthenticated: Int) { ledger.totals }

    /// The limit for which newcomers are refused now; nil: none.
    package var shortage: ConnectionShortage? { ledger.shortage }

    /// The live objects of this server, of all event loops together. Any thread may ask, even after the loops have ended.
    package var live: LiveCounts { LiveCounts(liveObjects) }

    /// Runs `body` on every event loop, one after another.
    package func onEachLoop<Value: Sendable>(_ body: @escaping @Sendable (EngineLoop) throws -> Value) async throws -> [Value] {
        var values: [Value] = []
        for member in members {
            values.append(try await member.eventLoop.submit { try body(member.loop.value) }.get())
        }
        return values
    }

    /// Listens on an address and returns it as bound (port 0 has become a real one).
    /// - Parameter host: a name, or a literal address; one of IPv6 may have brackets.
    package func bind(host: String, port: Int) async throws -> SocketAddress {
        let host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        let bootstrap = bootstrap(onUnixSocket: false).serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        let channel = try await bootstrap.bind(host: host, port: port).get()
        listeners.withLockedValue { $0.append(channel) }
        guard let address = channel.localAddress else { throw EngineServerError.noAddress }
        return address
    }

    /// Listens on a Unix domain socket, for its owner and group. Its peers are trusted proxies. The file is removed with the listener.
    /// - Throws: also where another server listens there, or the file is no socket.
    package func bind(unixSocket path: String) async throws {
        let file = UnixSocketFile(path: path)
        try file.prepare()
        let channel = try await bootstrap(onUnixSocket: true).bind(unixDomainSocketPath: file.preparedPath).get()
        listeners.withLockedValue { $0.append(channel) }
        channel.closeFuture.whenComplete { _ in file.remove() }
        try file.publish()
    }

    private func bootstrap(onUnixSocket isUnixSocket: Bool) -> ServerBootstrap {
        let members = members
        return ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(AcceptPause()) }
            }
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let member = members.first(where: { $0.eventLoop === channel.eventLoop }) else {
                        throw EngineServerError.foreignLoop
                    }
                    // A connection that was reset before it was accepted has no address, and may have bytes: limits and bans by address
                    // would not hold for it.
                    let loop = member.loop.value
                    guard isUnixSocket || channel.remoteAddress != nil else {
                        let error = EngineServerError.resetBeforeAccept
                        let failure = TLSError(.handshakeFailed, "The connection broke before the handshake.", cause: error)
                        loop.tls?.handshakeFailed(.unknown, failure)
                        throw error
                    }
                    let configuration = loop.configuration
                    let peer =
                        isUnixSocket ? .onUnixSocket : ConnectionPeer(accepted: channel.remoteAddress, configuration)
                    try ConnectionSetup.accept(channel, loop, peer)
                }
            }
    }

    /// Closes the listeners and opens no more sessions; those that are open go on.
    package func stopAccepting() async throws {
        for listener in listeners.withLockedValue({ $0 }) { try? await listener.close().get() }
        _ = try await onEachLoop { $0.beginShutdown() }
    }

    /// Has a connection given to one of our event loops, in turn.
    /// - Parameter give: called at most once, under a lock: while it runs the loops do not end.
    /// - Returns: whether it was called; not once the loops end.
    func hands(_ give: (Member) -> Void) -> Bool {
        takenOver.withLockedValue { count in
            guard let number = count, !members.isEmpty else { return false }
            count = number &+ 1
            give(members[Int(UInt(bitPattern: number) % UInt(members.count))])
            return true
        }
    }

    /// Stops accepting, closes every session in batches, waits until all connections are gone or `deadline` has passed, and then cuts the
    /// rest.
    /// - Returns: whether everything ended by itself.
    package func shutdown(
        code: UInt16 = 4000,
        reasonText: String = "shutdown",
        batch: Int = 256,
        interval: TimeAmount = .milliseconds(20),
        within deadline: TimeAmount = .seconds(30)
    ) async throws -> Bool {
        try await stopAccepting()
        let cut = NIODeadline.now() + deadline
        // On all loops: the connection of a session's client may still belong to another loop.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for member in members {
                group.addTask {
                    let closed = member.eventLoop.makePromise(of: Void.self)
                    member.eventLoop.execute {
                        LoopDrain(
                            loop: member.loop.value, code: code, reasonText: reasonText, batch: batch, interval: interval, limit: cut
                        ).run(closed)
                    }
                    try await closed.futureResult.get()
                }
            }
            try await group.waitForAll()
        }
        // Until here clients that poll came by connections of other servers, too, to fetch what they are to be told.
        takenOver.withLockedValue { $0 = nil }
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            for member in members {
                group.addTask {
                    try await Self.letGo(member, cut: cut)
                }
            }
            return try await group.reduce(true) { $0 && $1 }
        }
    }

    /// Ends the connections of one loop.
    /// - Returns: whether they ended by themselves.
    private static func letGo(_ member: Member, cut: NIODeadline) async throws -> Bool {
        let done = member.eventLoop.makePromise(of: Bool.self)
        member.eventLoop.execute {
            let loop = member.loop.value
            let drained = loop.eventLoop.makePromise(of: Void.self)
            let cutting = loop.eventLoop.assumeIsolated().scheduleTask(deadline: cut) {
                done.succeed(false)
                if !loop.isDraining { loop.drain(drained) }
                loop.cutConnections()
                loop.end()
            }
            drained.futureResult.assumeIsolated().whenSuccess {
                // It would hold the loop until its deadline.
                cutting.cancel()
                loop.end()
                done.succeed(true)
            }
            loop.drain(drained)
        }
        return try await done.futureResult.get()
    }
}

/// Why a server cannot run as asked.
package struct EngineServerError: Error, Hashable, Sendable, CustomStringConvertible {
    package let code: String
    package let message: String

    package var description: String { "\(code): \(message)" }

    static let foreignLoop = Self(
        code: "foreign_event_loop", message: "a connection was accepted on an event loop outside the server's group")
    static let resetBeforeAccept = Self(
        code: "reset_before_accept", message: "a connection was reset by its peer before it could be accepted")
    static let socketInUse = Self(code: "socket_in_use", message: "another server listens on this Unix domain socket")
    static let notASocket = Self(code: "not_a_socket", message: "a file is there that is no socket: remove it, or choose another place")
    static let noAddress = Self(code: "no_address", message: "the listening socket has no address")
}
