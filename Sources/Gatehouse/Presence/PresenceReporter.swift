import EngineIO
import GatehouseJSON
import GatehousePolicy
import NIOCore
import SocketIO

/// Tells rooms who came and who left. Bound to one event loop; whichever loop comes first tells of a change.
final class PresenceReporter: DeadlineTarget {
    private let board: PresenceBoard
    private let sockets: SocketIOServer
    private unowned let loop: EngineLoop
    private var scheduled: (due: NIODeadline, handle: DeadlineWheel<any DeadlineTarget>.Handle)?

    init(_ board: PresenceBoard, _ sockets: SocketIOServer, on loop: EngineLoop) {
        self.board = board
        self.sockets = sockets
        self.loop = loop
    }

    func joined(_ room: String, by socket: Socket) {
        guard let client = socket.clientState, client.policy.settings.presence != nil, client.policy.presenceRooms.matches(room),
            let user = client.user?.key
        else { return }
        wake(at: board.joined(user, room, of: socket.namespace.definition, at: loop.now))
    }

    func left(_ room: String, by socket: Socket) {
        guard let user = socket.clientState?.user?.key else { return }
        wake(at: board.left(user, room, of: socket.namespace.definition, at: loop.now))
    }

    private func wake(at due: NIODeadline?) {
        guard let due, due < scheduled?.due ?? .distantFuture else { return }
        if let scheduled { loop.cancel(scheduled.handle) }
        scheduled = (due, loop.schedule(self, at: due))
    }

    func deadlineReached(_ now: NIODeadline) {
        scheduled = nil
        let (reports, next) = board.take(at: now)
        wake(at: next)
        for report in reports { settle(report) }
    }

    /// Where nodes tell each other, clients hear what is a change for all of them.
    private func settle(_ report: PresenceChanges.Report) {
        guard sockets.isShared else { return Self.tell(report, sockets) }
        let word = PresenceWord(room: report.room, joined: report.joined, left: report.left)
        sockets.adapter?.tell(ClusterWord(.presence, word.value), in: report.definition)
        Self.tell(board.merge(report, of: nil), sockets)
    }

    /// Tells the clients of this node. Any thread.
    static func tell(_ report: PresenceChanges.Report, _ sockets: SocketIOServer) {
        guard !report.joined.isEmpty || !report.left.isEmpty else { return }
        let (definition, event) = (report.definition, BuiltInEvent.presenceChanges)
        let recovery = definition.recoveryInForce
        // Names of users and rooms are text, so writing cannot fail.
        guard
            let message = try? PacketWriter.message(
                event, prefix: definition.prefix, ackID: nil, offsetLength: recovery?.offsetLength ?? 0, PresenceChange(report))
        else { return }
        // Each node tells its own clients.
        sockets.broadcast(
            Broadcast(
                namespace: definition, event: event, message: message, target: BroadcastTarget(rooms: [report.room]), isLocal: true,
                recovery: recovery))
    }
}

@available(*, unavailable)
extension PresenceReporter: Sendable {}

/// The payload of `presence.changes`.
struct PresenceChange: JSONEncodable {
    private let report: PresenceChanges.Report

    init(_ report: PresenceChanges.Report) { self.report = report }

    func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.member("room", report.room)
            $0.member("joined", report.joined.map(PresenceName.init))
            $0.member("left", report.left.map(PresenceName.init))
        }
    }
}

/// A user as others see it: `{"iss", "sub"}`.
private struct PresenceName: JSONEncodable {
    let user: UserID

    func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.member("iss", user.iss)
            $0.member("sub", user.subject)
        }
    }
}
