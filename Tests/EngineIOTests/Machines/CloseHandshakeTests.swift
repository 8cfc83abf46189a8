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

    /// The handshake told by what has left: a close frame goes out once, unless the connection is lost, and the connection ends once.
    struct Model {
        var isSent = false
        var isEnded = false

        mutating func closeLocally() -> CloseHandshake.Action {
            guard !isSent, !isEnded else { return .nothing }
            isSent = true
            return .sendAndWait
        }

        mutating func end(mayAnswer: Bool) -> CloseHandshake.Action {
            guard !isEnded else { return .nothing }
            isEnded = true
            guard mayAnswer, !isSent else { return .end }
            isSent = true
            return .sendAndEnd
        }
    }

    @Test("WS-02: any order of events sends one close frame at most and ends once, as soon as there is cause", arguments: 0..<50)
    func random(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var (handshake, model) = (CloseHandshake(), Model())
        for step in 0..<20 {
            switch Int.random(in: 0...3, using: &random) {
            case 0: try #require(handshake.closeLocally() == model.closeLocally(), "step \(step)")
            case 1: try #require(handshake.fail() == model.end(mayAnswer: true), "step \(step)")
            case 2: try #require(handshake.peerClosed() == model.end(mayAnswer: true), "step \(step)")
            default: try #require(handshake.expire() == model.end(mayAnswer: false), "step \(step)")
            }
            let state: CloseHandshake.State = model.isEnded ? .finished : model.isSent ? .awaitingPeer : .open
            try #require(handshake.state == state, "step \(step)")
        }
    }
}
