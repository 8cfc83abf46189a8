import Foundation
import GatehouseTestSupport
import Testing

extension Conformance {
    /// Clients that nobody here wrote, each on each transport; what a case is stands in `clients/cases.js` and `clients/python_client.py`.
    ///
    /// They need `python3 -m pip install --no-deps nicegui` (the package carries the official JavaScript client), `chromium`, and
    /// `python3 -m pip install "python-socketio[asyncio_client]"`.
    @Suite("CONF-01: clients of others")
    struct ForeignClientTests {
        enum Client: String, Sendable, CaseIterable {
            case javaScript = "browser.py"
            case python = "python_client.py"

            /// Cases a run reports when it leaves none out.
            static let cases = 13
        }

        enum Transport: String, Sendable, CaseIterable {
            case websocket, polling, upgrade
        }

        @Test("They see the server that their protocol promises", arguments: Client.allCases, Transport.allCases)
        func seesNoDifference(_ client: Client, _ transport: Transport) async throws {
            let run = try await ForeignClient.run(client.rawValue, try ConformanceServer.executable().path, transport.rawValue)
            for failure in run.lines.filter({ $0.hasPrefix("failed ") }) { Issue.record("\(failure)") }
            #expect(run.status == 0, "\(run.lines.joined(separator: "\n"))")
            #expect(run.lines.count { $0.hasPrefix("ok ") } == Client.cases, "\(run.lines.joined(separator: "\n"))")
        }

        /// Set where Python 2.7 and the suite are: `INTERPRETER:DIRECTORY`, as `clients/autobahn.py` says.
        private static let autobahnPlaces = ProcessInfo.processInfo.environment["GATEHOUSE_AUTOBAHN"]

        @Test("WS-03, R19: Autobahn's fuzzing client finds nothing", .enabled(if: autobahnPlaces != nil, "GATEHOUSE_AUTOBAHN is not set"))
        func autobahn() async throws {
            let places = try #require(Self.autobahnPlaces).split(separator: ":", maxSplits: 1).map(String.init)
            try #require(places.count == 2, "GATEHOUSE_AUTOBAHN is INTERPRETER:DIRECTORY")
            let run = try await ForeignClient.run("autobahn.py", try ConformanceServer.executable().path, places[0], places[1])
            for failure in run.lines.filter({ $0.hasPrefix("failed ") }) { Issue.record("\(failure)") }
            #expect(run.status == 0, "\(run.lines.suffix(20).joined(separator: "\n"))")
        }
    }
}
