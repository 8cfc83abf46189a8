import EngineIO
import NIOCore

/// `/engine.io/`: every message comes back.
final class EngineEcho: EngineApplication {
    func admit(_ request: EngineRequest) -> EngineRefusal? { nil }

    func sessionOpened(_ session: EngineSession) -> any EngineSessionDelegate { EngineEchoSession(session) }
}

@available(*, unavailable)
extension EngineEcho: Sendable {}

/// One session of the echo. It forgets the session at its end, since each holds the other.
final class EngineEchoSession: EngineSessionDelegate {
    private var session: EngineSession?

    init(_ session: EngineSession) { self.session = session }

    func engineReceived(text: ByteBuffer) {
        guard let session, !session.sendBare(text: text) else { return }
        // A text with the separator of payloads in it cannot be sent back (EIO-06): a client that waits for it is better told.
        session.close(.forcedClose, code: 1003, reasonText: "a text packet cannot hold 0x1E")
    }

    func engineReceived(binary: ByteBuffer) { session?.sendBinary(binary) }

    func engineReadComplete() {}

    func engineClosed(_ reason: EngineCloseReason) { session = nil }
}

@available(*, unavailable)
extension EngineEchoSession: Sendable {}
