import GatehouseJSON
import GatehouseTesting
import Testing

@testable import Gatehouse

@Suite("What a handler throws, in the audit log")
struct RefusalAuditTests {
    struct Surprise: Error {}

    enum Thrown: CaseIterable {
        case notFound, application, surprise, fault

        var error: any Error {
            switch self {
            case .notFound: GatewayError(.notFound, "No such thing")
            case .application: GatewayError.app("sold_out", "Sold out")
            case .surprise: Surprise()
            case .fault: GatewayError(.internal, "Broken")
            }
        }

        var isRefusal: Bool { self == .notFound || self == .application }
    }

    @Test("ERR-02: a refusal is a notice and denied; only what was not expected is an error and failed", arguments: Thrown.allCases)
    func severity(_ thrown: Thrown) async throws {
        let gateway = ScriptGateway<Root>(now: { _, _ in throw thrown.error })
        try await TestServer.with(PendingMount(gateway)) { server in
            let client = try await server.join()
            _ = try? await client.emitWithAck("now", [[:]])
            let records = try await server.records("handler.error")
            #expect(records.map { $0["sev"]?.stringValue } == [thrown.isRefusal ? "notice" : "error"])
            #expect(records.map { $0["outcome"]?.stringValue } == [thrown.isRefusal ? "denied" : "failed"])
        }
    }
}
