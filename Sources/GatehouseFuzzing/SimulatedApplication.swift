import EngineIO
import GatehouseJSON
import NIOCore

/// The application of the simulation: it notes what it hears. Bound to the simulation's loop.
final class SimulatedApplication: EngineApplication {
    private(set) var sessions: [SimulatedSession] = []
    /// The first thing that must never be.
    private(set) var fault: String?

    func admit(_ request: EngineRequest) -> EngineRefusal? { nil }

    func sessionOpened(_ session: EngineSession) -> any EngineSessionDelegate {
        let heard = SimulatedSession(session, number: sessions.count) { [weak self] in if self?.fault == nil { self?.fault = $0 } }
        sessions.append(heard)
        return heard
    }
}

/// One session as the application sees it.
final class SimulatedSession: EngineSessionDelegate {
    let number: Int
    private(set) weak var session: EngineSession?
    let id: String
    private(set) var isClosed = false
    /// The number of the last message that came.
    private var last = 0
    private var sent = 0
    private let report: (String) -> Void

    init(_ session: EngineSession, number: Int, report: @escaping (String) -> Void) {
        self.session = session
        self.number = number
        id = session.id
        self.report = report
    }

    func engineReceived(text: ByteBuffer) { received(text) }
    func engineReceived(binary: ByteBuffer) { received(binary) }

    /// `m7` is the client's seventh message.
    private func received(_ bytes: ByteBuffer) {
        if isClosed { report("a message came after the end of its session") }
        let text = String(buffer: bytes)
        guard text.hasPrefix("m"), let number = Int(text.dropFirst()) else { return }
        if number <= last { report("message \(number) of a client came after \(last)") }
        last = number
    }

    func engineReadComplete() {
        if isClosed { report("a batch ended after the end of its session") }
    }

    func engineClosed(_ reason: EngineCloseReason) {
        if isClosed { report("a session ended twice") }
        isClosed = true
    }

    func send() {
        guard let session, session.isOpen else { return }
        sent += 1
        if sent.isMultiple(of: 3) {
            session.sendBinary(ByteBuffer(string: "s\(number).\(sent)"))
        } else if sent.isMultiple(of: 5) {
            session.send(.text { $0.writeString("s\(self.number).\(self.sent)") })
        } else {
            session.sendText { $0.writeString("s\(number).\(sent)") }
        }
    }
}

@available(*, unavailable) extension SimulatedApplication: Sendable {}
@available(*, unavailable) extension SimulatedSession: Sendable {}
