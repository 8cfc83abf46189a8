import GatehouseJSON
import GatehouseTesting

@testable import Gatehouse
@testable import GatehouseModeration

/// What the tests of reports have in common.
enum ReportScript {
    static func report(_ client: SocketIOClient, _ payload: JSONObject, in namespace: String = "/") async throws -> JSONValue {
        try await client.emitWithAck("report", [.object(payload)], in: namespace).first ?? .null
    }

    /// Reports a user from a session of its own for each of these.
    static func report(_ subject: String, by reporters: [String], to server: TestServer) async throws {
        for reporter in reporters {
            let client = try await server.join(reporter)
            _ = try await report(client, ["user": ActScript.user(subject), "reason": "spam"])
        }
    }
}
