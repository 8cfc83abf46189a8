import EngineIO
import GatehouseJSON
import GatehouseNetwork
import GatehouseTestSupport
import NIOConcurrencyHelpers
import NIOCore

/// What the applications of a test server saw.
final class Record: Sendable {
    struct Seen: Sendable {
        var opened = 0
        var closed: [EngineCloseReason] = []
        var addresses: [String] = []
        /// Addresses of clients that broke a protocol.
        var malformed: [String] = []
        var watchers: [(Int, @Sendable () -> Void)] = []
    }

    private let seen = NIOLockedValueBox(Seen())

    var now: Seen { seen.withLockedValue { $0 } }

    func note(_ change: (inout Seen) -> Void) {
        let due = seen.withLockedValue { seen in
            change(&seen)
            let count = seen.closed.count
            let due = seen.watchers.filter { $0.0 <= count }
            seen.watchers.removeAll { $0.0 <= count }
            return due
        }
        for (_, wake) in due { wake() }
    }

    /// The reasons of the first `count` sessions that ended, as soon as there are so many.
    func closed(_ count: Int = 1) async -> [EngineCloseReason] {
        let latch = Latch(within: patience)
        seen.withLockedValue { seen in
            if seen.closed.count >= count { latch.open() } else { seen.watchers.append((count, { latch.open() })) }
        }
        await latch.wait()
        return seen.withLockedValue { $0.closed }
    }
}

/// Echoes every message; a few texts are commands.
final class EchoApplication: EngineApplication {
    private let record: Record
    private let refusing: Set<String>
    private let raises: Bool

    /// - Parameter refusing: origins that are refused.
    init(_ record: Record, refusing: Set<String> = [], raises: Bool = true) {
        self.record = record
        self.refusing = refusing
        self.raises = raises
    }

    func admit(_ request: EngineRequest) -> EngineRefusal? {
        record.note { $0.addresses.append(request.address.description) }
        return request.headers.all("origin").contains(where: refusing.contains) ? .forbidden : nil
    }

    func malformed(from address: ClientAddress) { record.note { $0.malformed.append(address.description) } }

    func sessionOpened(_ session: EngineSession) -> any EngineSessionDelegate {
        record.note { $0.opened += 1 }
        if raises { session.raiseInboundLimit() }
        return Echo(session, record)
    }

    private final class Echo: EngineSessionDelegate {
        private let session: EngineSession
        private let record: Record
        /// Whether reading goes on at the end of the batch.
        private var wakes = false

        init(_ session: EngineSession, _ record: Record) {
            self.session = session
            self.record = record
        }

        func engineReceived(text: ByteBuffer) {
            switch String(buffer: text) {
            case "close": session.close(.forcedServerClose, code: 4500, reasonText: "bye")
            case "pause": session.pauseReading()
            case "blink":
                session.pauseReading()
                session.resumeReading()
            case "nap":
                session.pauseReading()
                wakes = true
            case "attachments":
                session.sendTextThenBinary([ByteBuffer(bytes: [1]), ByteBuffer(bytes: [2, 3])]) { $0.writeStaticString("head") }
            case "shared": session.send(.textWithAttachments([ByteBuffer(bytes: [7])]) { $0.writeStaticString("shared") })
            case "raise": session.raiseInboundLimit()
            default: _ = session.sendBare(text: text)
            }
        }

        func engineReceived(binary: ByteBuffer) { session.sendBinary(binary) }
        func engineReadComplete() {
            guard wakes else { return }
            wakes = false
            session.resumeReading()
        }
        func engineClosed(_ reason: EngineCloseReason) { record.note { $0.closed.append(reason) } }
    }
}
