import GatehouseNetwork
import GatehouseTestSupport
import GatehouseTesting
import NIOCore

@testable import EngineIO
@testable import Gatehouse
@testable import SocketIO

/// Many polling sessions of a server, made on its event loops without HTTP: each with an address and a user of its own, in `/` and in two
/// rooms there.
enum Crowd {
    static let limits = "limits:\n  connections: { node: 200000, per_ip: 200000, per_user: 200000, unauthenticated: 200000 }\n"

    /// - Parameter roles: of every user.
    static func gather(_ count: Int, in server: TestServer, roles: [String] = ["user"]) async throws {
        let now = server.clock.wallMilliseconds / 1_000
        for start in stride(from: 0, to: count, by: 64) {
            let tokens = try (start..<min(start + 64, count)).map { try TestTokens.token("user\($0)", roles: roles, now: now) }
            let joined = try await server.engine.onEachLoop { loop in
                guard loop.index == 0 else { return 0 }
                return tokens.enumerated().reduce(0) { $0 + (open(start + $1.offset, $1.element, on: loop) ? 1 : 0) }
            }
            guard joined.reduce(0, +) == tokens.count else { throw CrowdError() }
        }
    }

    struct CrowdError: Error {}

    private static func open(_ number: Int, _ token: String, on loop: EngineLoop) -> Bool {
        var input = ByteBuffer(string: "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: gatehouse.example\r\n\r\n")
        var decoder = HTTPRequestDecoder(limits: loop.configuration.http)
        guard case .head(let head)? = try? decoder.next(&input), let sid = SessionID(loop: loop.index),
            let application = loop.applications[loop.configuration.path]
        else { return false }
        let request = EngineRequest(
            head: head, peer: nil, address: .known(IPAddress(v4: 0x0A00_0000 | UInt32(number))), certificate: nil, isSecure: false,
            issued: loop.configuration.clock.wallMilliseconds())
        guard case .welcome(let place) = loop.ledger.sessionOpened(request.address.key, detached: true, over: nil, leave: {}) else {
            return false
        }
        let session = EngineSession(loop: loop, sid: sid, request: request, application: application, polling: true, place: place)
        session.open()
        session.delegate?.engineReceived(text: ByteBuffer(string: "0{\"token\":\"\(token)\"}"))
        session.delegate?.engineReadComplete()
        guard let socket = (session.delegate as? SocketIOConnection)?.sockets.first else { return false }
        for room in ["lobby", "room\(number % 100)"].compactMap({ RoomName($0) }) { try? socket.join(room) }
        return true
    }
}
