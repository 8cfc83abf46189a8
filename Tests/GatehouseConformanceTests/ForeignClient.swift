import Foundation
import GatehouseTestSupport

extension ForeignClient {
    /// A driver in `clients`, run to its end.
    static func run(_ driver: String, _ arguments: String...) async throws -> ForeignClient {
        let clients = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("clients")
        return try await run(clients.appendingPathComponent(driver), arguments)
    }
}
