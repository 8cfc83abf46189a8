import GatehouseTLS
import NIOConcurrencyHelpers
package import NIOCore
import NIOPosix

/// Listens, and runs one `EngineLoop` on every event loop of its group.
package final class EngineServer: Sendable {
    private struct Member: Sendable {
        var eventLoop: any EventLoop
        var loop: NIOLoopBound<EngineLoop>
    }

    private let configuration: EngineConfiguration
    private let group: any EventLoopGroup
    private let ledger: ConnectionLedger
    private let members: [Member]
    private let listeners = NIOLockedValueBox<[any Channel]>([])

    /// - Parameters:
    ///   - eventLoopGroup: its loops run the server; it is shut down by whoever made it, after `shutdown`.
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
        let ledger = ConnectionLedger(limits: configuration.connections)
        self.ledger = ledger
        let loops = Array(eventLoopGroup.makeIterator().prefix(4_096))
        let relocation = loops.count > 1 ? ConnectionRelocation() : nil
        var members: [Member] = []
        for (index, eventLoop) in loops.enumerated() {
            let loop = try await eventLoop.submit {
                NIOLoopBound(
                    EngineLoop(
                        eventLoop: eventLoop,
                        index: UInt16(truncatingIfNeeded: index),
                        configuration: configuration,
                        ledger: ledger,
                        tls: tls,
                        relocation: relocation,
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

    /// What there is no room for, so that whoever comes now is refused; nil: nothing.
    package var shortage: ConnectionShortage? { ledger.shortage }

    /// Runs `body` on every event loop, one after another.
    package func onEachLoop<Value: Sendable>(_ body: @escaping @Sendable (EngineLoop) throws -> Value) async throws -> [Value] {
        var values: [Value] = []
        for member in members {
            values.append(try await member.eventLoop.submit { try body(member.loop.value) }.get())
        }
        return values
    }

    /// Listens on an address and returns it as bound (port 0 has become a real one).
    package func bind(host: String, port: Int) async throws -> SocketAddress {
        let members = members
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(AcceptPause()) }
            }
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let member = members.first(where: { $0.eventLoop === channel.eventLoop }) else {
                        throw EngineServerError.foreignLoop
                    }
                    // One that was reset before it could be accepted has no address any more, and may have bytes: nothing that is counted or
                    // refused by address would hold for it.
                    let loop = member.loop.value
                    guard channel.remoteAddress != nil else {
                        let error = EngineServerError.resetBeforeAccept
                        let failure = TLSError(.handshakeFailed, "The connection broke before the handshake.", cause: error)
                        loop.tls?.handshakeFailed(nil, failure)
                        throw error
                    }
                    try ConnectionSetup.accept(channel, loop)
                }
            }
            .bind(host: host, port: port)
            .get()
        listeners.withLockedValue { $0.append(channel) }
        guard let address = channel.localAddress else { throw EngineServerError.noAddress }
        return address
    }

    /// Closes the listeners and opens no more sessions; those that are open go on.
    package func stopAccepting() async throws {
        for listener in listeners.withLockedValue({ $0 }) { try? await listener.close().get() }
        _ = try await onEachLoop { $0.beginShutdown() }
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
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            for member in members {
                group.addTask {
                    try await Self.shutDown(member, code: code, reasonText: reasonText, batch: batch, interval: interval, cut: cut)
                }
            }
            return try await group.reduce(true) { $0 && $1 }
        }
    }

    private static func shutDown(
        _ member: Member,
        code: UInt16,
        reasonText: String,
        batch: Int,
        interval: TimeAmount,
        cut: NIODeadline
    ) async throws -> Bool {
        let done = member.eventLoop.makePromise(of: Bool.self)
        member.eventLoop.execute {
            let loop = member.loop.value
            let drained = loop.eventLoop.makePromise(of: Void.self)
            drained.futureResult.whenSuccess { done.succeed(true) }
            LoopDrain(loop: loop, code: code, reasonText: reasonText, batch: batch, interval: interval).run(drained)
            loop.eventLoop.assumeIsolated().scheduleTask(deadline: cut) {
                loop.cutConnections()
                done.succeed(false)
            }
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
    static let noAddress = Self(code: "no_address", message: "the listening socket has no address")
}
