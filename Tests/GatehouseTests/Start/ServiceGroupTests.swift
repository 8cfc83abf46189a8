import GatehouseLiveObjects
import GatehouseTestSupport
import GatehouseTesting
import Logging
import NIOConcurrencyHelpers
import ServiceLifecycle
import Testing

@testable import Gatehouse

@Suite("A server among other services", .timeLimit(.minutes(1)))
struct ServiceGroupTests {
    /// Another server of the same program.
    private struct Neighbour: Service {
        let started: Latch
        let notes: Recorder

        func run() async throws {
            notes.note("neighbour started")
            started.open()
            try? await gracefulShutdown()
            notes.note("neighbour stopped")
        }
    }

    @Test(
        "MDL-37: in one ServiceGroup with others it starts, serves, and stops in order when the group is shut down",
        arguments: [false, true])
    func group(isFirst: Bool) async throws {
        let fixture = try StartFixture()
        defer { fixture.directory.remove() }
        let (started, neighbour, notes) = (Latch(), Latch(), Recorder())
        let running = NIOLockedValueBox<RunningServer?>(nil)
        let application = fixture.application.onStart { server in
            running.withLockedValue { $0 = server }
            started.open()
        }
        let other = Neighbour(started: neighbour, notes: notes)
        let services: [any Service] = isFirst ? [application, other] : [other, application]
        let group = ServiceGroup(services: services, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let run = Task { try await group.run() }
        await started.wait()
        await neighbour.wait()
        let server = try #require(running.withLockedValue { $0 })
        let client = try await fixture.connect(server)
        try await client.join("/", auth: fixture.auth())
        #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
        await group.triggerGracefulShutdown()
        #expect(try await client.event("system.closed").first?["code"] == "shutdown")
        try await run.value
        #expect(notes.notes == ["neighbour started", "neighbour stopped"])
        try await eventually { server.live.isEmpty }
        #expect(try fixture.directory.auditRecords().contains { $0["event"] == "node.drained" })
    }

    @Test("MDL-37: when it cannot start, the group ends with its error, and the others stop")
    func failedStart() async throws {
        var fixture = try StartFixture()
        defer { fixture.directory.remove() }
        fixture.configuration.policies = fixture.directory.path("nowhere")
        let notes = Recorder()
        let group = ServiceGroup(
            services: [Neighbour(started: Latch(), notes: notes), fixture.application],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        await #expect(throws: StartError.self) { try await group.run() }
    }
}
