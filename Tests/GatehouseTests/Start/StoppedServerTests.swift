import EngineIO
import GatehouseAudit
import GatehouseTestSupport
import GatehouseTesting
import SocketIO
import Testing

@testable import Gatehouse

@Suite("A server that has stopped")
struct StoppedServerTests {
    /// What a server is made of, held by nobody here.
    private struct Parts {
        weak var server: RunningServer?
        weak var runtime: ServerRuntime?
        weak var audit: AuditLog?
        weak var engine: EngineServer?
        weak var sockets: SocketIOServer?
        weak var reload: PolicyReload?

        init(_ server: RunningServer) {
            self.server = server
            runtime = server.runtime
            audit = server.runtime.audit
            engine = server.engine
            sockets = server.runtime.sockets
            reload = server.runtime.policyReload
        }

        var left: [String] {
            var names: [String] = []
            if server != nil { names.append("server") }
            if runtime != nil { names.append("runtime") }
            if audit != nil { names.append("audit") }
            if engine != nil { names.append("engine") }
            if sockets != nil { names.append("sockets") }
            if reload != nil { names.append("reload") }
            return names
        }
    }

    @Test("It is let go whole, with its memory for the audit log", arguments: [false, true])
    func isLetGo(_ hadClient: Bool) async throws {
        let start = try StartFixture()
        defer { start.directory.remove() }
        func run() async throws -> Parts {
            let server = try await start.application(ScriptGateway<Root>()).start()
            if hadClient {
                let client = try await SocketIOClient.connect(server.url, options: .init())
                try await client.close()
            }
            try await server.stopLeavingNothing()
            return Parts(server)
        }
        let parts = try await run()
        try await eventually("it is gone, and not \(parts.left)") { parts.left.isEmpty }
    }
}
