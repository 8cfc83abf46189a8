/// What happens next.
enum SimulatedTurn {
    case connect(Int), lose(Int)
    case handshake(Int, isWebSocket: Bool)
    case poll(Int, session: Int)
    case post(Int, session: Int, [PostedPacket])
    case upgrade(Int, session: Int)
    /// A frame of a WebSocket client.
    case frame(Int, PostedPacket)
    /// Bytes that may be anything.
    case bytes(Int, [UInt8])
    case wait(milliseconds: Int)
    case serverSends(Int), serverCloses(Int), serverPauses(Int), serverResumes(Int)
    case authenticate(Int)

    enum PostedPacket {
        /// The next message of the client, numbered.
        case message
        case binary
        case pong, close, probe, upgrade
        case other([UInt8])

        init(_ byte: UInt8, _ script: inout ArraySlice<UInt8>) {
            switch byte % 8 {
            case 0, 1: self = .message
            case 2: self = .binary
            case 3: self = .pong
            case 4: self = .close
            case 5: self = .probe
            case 6: self = .upgrade
            default: self = .other(script.some(Int(byte / 8)))
            }
        }
    }

    /// Nil at the end of the script.
    init?(_ script: inout ArraySlice<UInt8>) {
        guard let turn = script.popFirst() else { return nil }
        let who = Int(turn >> 4) & 3
        let session = Int(turn >> 6)
        switch turn & 15 {
        case 0: self = .connect(who)
        case 1: self = .lose(who)
        case 2: self = .handshake(who, isWebSocket: false)
        case 3: self = .handshake(who, isWebSocket: true)
        case 4: self = .poll(who, session: session)
        case 5:
            let choices = script.some(Int(script.popFirst() ?? 0) % 6)
            self = .post(who, session: session, choices.map { PostedPacket($0, &script) })
        case 6: self = .upgrade(who, session: session)
        case 7, 8: self = .frame(who, PostedPacket(script.popFirst() ?? 0, &script))
        case 9: self = .bytes(who, script.some(Int(script.popFirst() ?? 0)))
        case 10: self = .wait(milliseconds: Int(script.popFirst() ?? 0) * 20)
        case 11: self = .serverSends(session)
        case 12: self = .serverCloses(session)
        case 13: self = .serverPauses(session)
        case 14: self = .serverResumes(session)
        default: self = .authenticate(session)
        }
    }
}

extension ArraySlice<UInt8> {
    /// Takes up to `count` bytes off the front.
    fileprivate mutating func some(_ count: Int) -> [UInt8] {
        defer { self = dropFirst(count) }
        return Array(prefix(count))
    }
}
