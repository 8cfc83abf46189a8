import GatehouseJSON
import NIOHTTP1
import Testing

@testable import GatehouseTesting

/// Both public suites ask for these, each at its own path.
enum EnginePath: String, Sendable, CaseIterable {
    case engine = "/engine.io/"
    case socket = "/socket.io/"
}

extension Conformance {
    @Suite("Engine.IO v4, the handshake")
    struct EngineHandshakeTests {
        @Test("A session opens, with exactly the settings in its open packet", arguments: EnginePath.allCases, WireTransport.allCases)
        func opens(_ path: EnginePath, _ transport: WireTransport) async throws {
            let session = try await WireSession(transport, path.rawValue)
            let opening = try #require(session.opening.objectValue)
            #expect(Set(opening.keys) == ["sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"])
            #expect(opening["upgrades"] == (transport == .polling ? ["websocket"] : []))
            #expect(opening["pingInterval"] == .integer(Int64(ConformanceServer.pingInterval)))
            #expect(opening["pingTimeout"] == .integer(Int64(ConformanceServer.pingTimeout)))
            #expect(opening["maxPayload"] == .integer(Int64(ConformanceServer.maxPayload)))
        }

        /// Queries that are not those of an Engine.IO 4 handshake.
        private static let badQueries = [
            "transport=TRANSPORT", "EIO=abc&transport=TRANSPORT", "EIO=3&transport=TRANSPORT", "EIO=4", "EIO=4&transport=abc",
            "EIO=4&transport=__proto__", "EIO=4&transport=TRANSPORT&transport=TRANSPORT",
        ]

        @Test("A handshake with an invalid EIO or transport is refused with 400", arguments: EnginePath.allCases, badQueries)
        func polling(_ path: EnginePath, _ query: String) async throws {
            let reply = try await Wire().request(.GET, path.rawValue + "?" + query.replacing("TRANSPORT", with: "polling"))
            #expect(reply.status == 400, "\(reply)")
        }

        @Test("A WebSocket handshake with an invalid EIO or transport is refused with 400", arguments: EnginePath.allCases, badQueries)
        func webSocket(_ path: EnginePath, _ query: String) async throws {
            let error = await #expect(throws: SocketIOClientError.self) {
                _ = try await WireSocket.open(path.rawValue + "?" + query.replacing("TRANSPORT", with: "websocket"), Wire())
            }
            #expect(error?.httpStatus == 400)
        }

        @Test("A handshake by another method is refused with 400", arguments: EnginePath.allCases, [HTTPMethod.POST, .PUT])
        func method(_ path: EnginePath, _ method: HTTPMethod) async throws {
            let reply = try await Wire().request(method, path.rawValue + "?EIO=4&transport=polling", method == .POST ? "" : nil)
            #expect(reply.status == 400, "\(reply)")
        }
    }
}
