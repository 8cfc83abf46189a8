import EngineIO
import Foundation
import GatehouseJSON
import GatehouseTestSupport
import Testing

@testable import Gatehouse

/// Clients that nobody here wrote, each on each transport; what a case is stands in `Clients/payloads` and `Clients/semantics`, in Python and
/// in JavaScript.
///
/// They need `python3 -m pip install "python-socketio[asyncio_client]"`, `python3 -m pip install --no-deps nicegui` (the package carries the
/// official JavaScript client), and `chromium`.
@Suite("CONF-01: gateways and clients of others")
struct ForeignGatewayTests {
    enum Client: String, Sendable, CaseIterable {
        case python = "python_client.py"
        case javaScript = "browser_client.py"

        /// Where `browser_client.py` says its page is from.
        static let origin = "http://page.test"
    }

    static let transports = ["websocket", "polling", "upgrade"]

    /// - Parameter count: how many cases a run reports when it leaves none out.
    private func run(
        _ cases: String, _ count: Int, _ client: Client, _ transport: String, _ mounts: PendingMount..., stages: Stages = Stages()
    ) async throws {
        try await TestServer.with(
            mounts,
            configure: {
                $0.stages = stages
                $0.policies.replace("https://app.example", with: Client.origin, in: "root.yaml")
                $0.engine.cors = CORSPolicy(origins: .exactly([Client.origin]))
            }
        ) { server in
            let tokens = try ["alice", "bob"].map { try server.auth($0)["token"]?.stringValue ?? "" }
            let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            let script = directory.appendingPathComponent("Clients/\(client.rawValue)")
            let run = try await ForeignClient.run(script, [cases, server.url, transport] + tokens)
            #expect(run.status == 0, "\(run.lines.joined(separator: "\n"))")
            #expect(run.good.count == count, "\(run.lines.joined(separator: "\n"))")
        }
    }

    @Test(
        "MDL-01: a gateway's payloads and attachments in events, acks and broadcasts", arguments: Client.allCases, transports)
    func payloads(_ client: Client, _ transport: String) async throws {
        try await run("payloads", 7, client, transport, PendingMount(AlbumGateway()), PendingMount(ShapeGateway()))
    }

    @Test(
        "GW-01, GW-02, GW-04, GW-05, GW-06: the order of stages, answers, errors and refusals", arguments: Client.allCases, transports)
    func semantics(_ client: Client, _ transport: String) async throws {
        let recorder = Recorder()
        let all = StageOrderTests.Stage(name: "all", recorder: recorder)
        try await run(
            "semantics", 8, client, transport, PendingMount(HandlerReturnTests.Returns()), PendingMount(StreamTests.Streaming()),
            PendingMount(StageOrderTests.Staged(recorder: recorder)),
            stages: Stages(guards: [all], interceptors: [all], pipes: [all], filters: [all]))
        #expect(Array(recorder.notes.suffix(StageOrderTests.order.count)) == StageOrderTests.order)
    }
}
