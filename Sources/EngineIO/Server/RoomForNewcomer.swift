import NIOCore

/// A connection or session that may have to make room for a newcomer. Bound to its event loop.
protocol MakesRoom: AnyObject {
    /// Closes, with a record. It has not authenticated, and no longer counts as unauthenticated.
    func makeRoom()
}

/// A reference by which the ledger, which is bound to no loop, reaches one connection or session. It does not keep it alive.
struct RoomForNewcomer: Sendable {
    private final class Holder {
        weak var one: (any MakesRoom)?
    }

    private let eventLoop: any EventLoop
    private let holder: NIOLoopBound<Holder>

    /// On the event loop only.
    init(on eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        holder = NIOLoopBound(Holder(), eventLoop: eventLoop)
    }

    /// The connection or session to close; on the event loop only.
    func belongs(to one: any MakesRoom) { holder.value.one = one }

    /// From any thread.
    var leave: @Sendable () -> Void {
        { [eventLoop, holder] in eventLoop.execute { holder.value.one?.makeRoom() } }
    }
}
