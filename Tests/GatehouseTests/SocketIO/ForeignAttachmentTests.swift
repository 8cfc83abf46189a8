import EngineIO
import Foundation
import GatehouseJSON
import GatehouseTestSupport
import Testing

@testable import Gatehouse

/// Clients that nobody here wrote, each on each transport; what a case is stands in `Clients/python_client.py` and `Clients/binary.js`.
///
/// They need `python3 -m pip install "python-socketio[asyncio_client]"`, `python3 -m pip install --no-deps nicegui` (the package carries the
/// official JavaScript client), and `chromium`.
@Suite("CONF-01, MDL-01: attachments and every shape of payload, to and from clients of others")
struct ForeignAttachmentTests {
    enum Client: String, Sendable, CaseIterable {
        case python = "python_client.py"
        case javaScript = "browser_client.py"

        /// Cases a run reports when it leaves none out.
        static let cases = 7
        /// Where `browser_client.py` says its page is from.
        static let origin = "http://page.test"
    }

    @Test(
        "A gateway's payloads and attachments in events, acks and broadcasts", arguments: Client.allCases,
        ["websocket", "polling", "upgrade"])
    func attachments(_ client: Client, _ transport: String) async throws {
        try await TestServer.with(
            PendingMount(AlbumGateway()), PendingMount(ShapeGateway()),
            configure: {
                $0.policies.replace("https://app.example", with: Client.origin, in: "root.yaml")
                $0.engine.cors = CORSPolicy(origins: .exactly([Client.origin]))
            }
        ) { server in
            let tokens = try ["alice", "bob"].map { try server.auth($0)["token"]?.stringValue ?? "" }
            let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            let script = directory.appendingPathComponent("Clients/\(client.rawValue)")
            let run = try await ForeignClient.run(script, [server.url, transport] + tokens)
            #expect(run.status == 0, "\(run.lines.joined(separator: "\n"))")
            #expect(run.good.count == Client.cases, "\(run.lines.joined(separator: "\n"))")
        }
    }
}
