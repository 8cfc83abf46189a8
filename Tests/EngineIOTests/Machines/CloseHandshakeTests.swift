import EngineIO
import GatehouseTestSupport
import Testing

@Suite("WebSocket closing handshake")
struct CloseHandshakeTests {
    @Test("WS-02: we begin, the peer answers")
    func local() {
        var handshake = CloseHandshake()
        #expect(handshake.closeLocally() == .sendAndWait)
        #expect(handshake.closeLocally() == .nothing)
        #expect(handshake.peerClosed() == .end)
        #expect(handshake.expire() == .nothing)
    }

    @Test("WS-02: the peer begins, we answer once")
    func remote() {
        var handshake = CloseHandshake()
        #expect(handshake.peerClosed() == .sendAndEnd)
        #expect(handshake.peerClosed() == .nothing)
        #expect(handshake.closeLocally() == .nothing)
    }

    @Test("WS-02: a fault sends its code, unless ours is out already")
    func faults() {
        var handshake = CloseHandshake()
        #expect(handshake.fail() == .sendAndEnd)
        var closing = CloseHandshake()
        #expect(closing.closeLocally() == .sendAndWait)
        #expect(closing.fail() == .end)
    }

    @Test("WS-02: any order of events sends at most one close frame and ends at most once", arguments: 0..<50)
    func random(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var handshake = CloseHandshake()
        var sent = 0
        var ended = 0
        for _ in 0..<20 {
            let action =
                switch Int.random(in: 0...3, using: &random) {
                case 0: handshake.closeLocally()
                case 1: handshake.fail()
                case 2: handshake.peerClosed()
                default: handshake.expire()
                }
            if action == .sendAndWait || action == .sendAndEnd { sent += 1 }
            if action == .end || action == .sendAndEnd { ended += 1 }
        }
        #expect(sent <= 1 && ended <= 1)
    }
}
