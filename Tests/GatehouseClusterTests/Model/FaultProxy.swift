import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Stands between one side and the other over TCP on loopback, and hurts what goes through (REL-03). Any thread; all of it is done on one
/// event loop.
final class FaultProxy: Sendable {
    let port: Int
    private let loop: any EventLoop
    private let listener: any Channel
    private let world: NIOLoopBound<World>

    /// What all connections of the proxy share.
    private final class World {
        var fault: Fault?
        var pipes: [ObjectIdentifier: Pipe] = [:]
    }

    private init(_ listener: any Channel, _ world: NIOLoopBound<World>, on loop: any EventLoop) {
        self.listener = listener
        self.world = world
        self.loop = loop
        port = listener.localAddress?.port ?? 0
    }

    static func start(to port: Int, on loop: any EventLoop) async throws -> FaultProxy {
        let world = try await loop.submit { NIOLoopBound(World(), eventLoop: loop) }.get()
        let listener = try await ServerBootstrap(group: loop)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { near in
                guard world.value.fault != .cut else { return near.close() }
                let pipe = Pipe(near)
                let id = ObjectIdentifier(pipe)
                pipe.fault = world.value.fault
                pipe.ended = { world.value.pipes[id] = nil }
                world.value.pipes[id] = pipe
                let bound = NIOLoopBound(pipe, eventLoop: loop)
                ClientBootstrap(group: loop)
                    .channelInitializer { far in
                        far.eventLoop.makeCompletedFuture { try far.pipeline.syncOperations.addHandler(PipeEnd(bound.value, toFar: false)) }
                    }
                    .connect(host: "127.0.0.1", port: port)
                    .whenComplete { bound.value.connected($0) }
                return near.eventLoop.makeCompletedFuture { try near.pipeline.syncOperations.addHandler(PipeEnd(pipe, toFar: true)) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return FaultProxy(listener, world, on: loop)
    }

    /// What goes on from now on; `nil` for nothing.
    func apply(_ fault: Fault?) async throws {
        try await loop.submit { [world] in
            let pipes = Array(world.value.pipes.values)
            switch fault {
            case .reset: for pipe in pipes { pipe.reset() }
            case .cut:
                world.value.fault = fault
                for pipe in pipes { pipe.close() }
            default:
                world.value.fault = fault
                for pipe in pipes {
                    pipe.fault = fault
                    pipe.pump()
                }
            }
        }.get()
    }

    func stop() async throws {
        try await listener.close()
        try await loop.submit { [world] in for pipe in Array(world.value.pipes.values) { pipe.close() } }.get()
    }
}

/// One connection through the proxy. Belongs to one event loop.
private final class Pipe {
    private enum Item {
        case bytes(ByteBuffer)
        case end
    }

    private struct Way {
        /// `nil` until it is there.
        var channel: (any Channel)?
        var queue = CircularBuffer<(due: NIODeadline, item: Item)>()
        /// Nothing overtakes.
        var last = NIODeadline.uptimeNanoseconds(0)
        var isWaking = false
    }

    var fault: Fault?
    var ended: () -> Void = {}
    private var far = Way()
    private var near: Way
    private var isClosed = false

    init(_ near: any Channel) { self.near = Way(channel: near) }

    /// The other side is there, or is not to be had.
    func connected(_ result: Result<any Channel, any Error>) {
        guard case .success(let channel) = result else { return close() }
        far.channel = channel
        if isClosed { close() } else { pump() }
    }

    func take(_ buffer: ByteBuffer, toFar: Bool) {
        var now = NIODeadline.now()
        if case .slices(let size) = fault {
            var rest = buffer
            // A large message is not held for longer than a tenth of a second.
            var pieces = 100
            while rest.readableBytes > size, pieces > 0, let piece = rest.readSlice(length: size) {
                append(.bytes(piece), due: now, toFar: toFar)
                now = now + .milliseconds(1)
                pieces -= 1
            }
            append(.bytes(rest), due: now, toFar: toFar)
        } else if case .latency(let time) = fault {
            append(.bytes(buffer), due: now + time, toFar: toFar)
        } else {
            append(.bytes(buffer), due: now, toFar: toFar)
        }
        pump()
    }

    /// One side has closed: the other hears of it after what was on its way.
    func end(toFar: Bool) {
        append(.end, due: .now(), toFar: toFar)
        pump()
    }

    private func append(_ item: Item, due: NIODeadline, toFar: Bool) {
        func add(_ way: inout Way) {
            way.last = max(way.last, due)
            way.queue.append((way.last, item))
        }
        if toFar { add(&far) } else { add(&near) }
    }

    func pump() {
        pump(\.far)
        pump(\.near)
    }

    private func pump(_ way: ReferenceWritableKeyPath<Pipe, Way>) {
        guard fault != .stall, let channel = self[keyPath: way].channel else { return }
        while let first = self[keyPath: way].queue.first {
            guard first.due <= .now() else {
                guard !self[keyPath: way].isWaking else { break }
                self[keyPath: way].isWaking = true
                channel.eventLoop.assumeIsolated().scheduleTask(deadline: first.due) {
                    self[keyPath: way].isWaking = false
                    self.pump(way)
                }
                break
            }
            self[keyPath: way].queue.removeFirst()
            switch first.item {
            case .bytes(let buffer): channel.writeAndFlush(buffer, promise: nil)
            case .end:
                close()
                return
            }
        }
    }

    func close() {
        isClosed = true
        near.channel?.close(promise: nil)
        far.channel?.close(promise: nil)
        ended()
    }

    /// Both sides get a RST.
    func reset() {
        isClosed = true
        for channel in [near.channel, far.channel].compactMap({ $0 }) {
            guard let options = channel as? any SocketOptionProvider else { continue }
            options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in channel.close(promise: nil) }
        }
        ended()
    }
}

private final class PipeEnd: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let pipe: Pipe
    private let toFar: Bool

    init(_ pipe: Pipe, toFar: Bool) {
        self.pipe = pipe
        self.toFar = toFar
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { pipe.take(unwrapInboundIn(data), toFar: toFar) }

    func channelInactive(context: ChannelHandlerContext) { pipe.end(toFar: toFar) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

@available(*, unavailable)
extension Pipe: Sendable {}

@available(*, unavailable)
extension PipeEnd: Sendable {}
