import EngineIO
import GatehouseJSON
import NIOCore

/// Tokens of the demo's users (CON-08): two users of the chat, without any rank. There are none of staff, since whoever can open a
/// connection on this machine can ask for one.
package struct DemoTokens: Sendable {
    /// Who may be asked for.
    static let users = ["alice", "bob"]

    private let issue: @Sendable (_ subject: String) async throws -> String

    /// - Parameter issue: makes a token of a subject with the role `user`, with a development key.
    package init(_ issue: @escaping @Sendable (_ subject: String) async throws -> String) {
        self.issue = issue
    }

    func answer(to request: PageRequest, _ query: HTTPQuery) async -> HTTPResponse {
        // A page of another origin could not read it, but has no reason to ask.
        guard request.isOfThisMachine, request.isOwn, let user = query.single("user"), Self.users.contains(user) else {
            return HTTPResponse(.notFound)
        }
        do {
            let body: JSONValue = ["user": .string(user), "token": .string(try await issue(user))]
            return HTTPResponse(
                .ok, contentType: "application/json", body: ByteBuffer(string: body.serialized), fields: SecurityHeaders().fields)
        } catch {
            return HTTPResponse(.unavailable, body: ByteBuffer(string: "The development key makes no token: see the server's files.\n"))
        }
    }
}
