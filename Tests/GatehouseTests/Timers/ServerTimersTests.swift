import GatehouseLiveObjects
import GatehouseTestSupport
import GatehouseTesting
import Logging
import NIOConcurrencyHelpers
import NIOCore
import Testing

@testable import Gatehouse

@Suite("Timers of a server")
struct ServerTimersTests {
    private struct Trouble: Error {}

    /// A gateway with timers that the test brings along.
    private struct TickerGateway: Gateway {
        static let namespace: Namespace = "/ticker"

        var starting: @Sendable (ServerHandle) throws -> Void

        func routes(_ on: inout Routes) {
            on("nothing", nothing)
        }

        func nothing(_ context: EventContext) throws {}

        func willStart(_ server: ServerHandle) async throws { try starting(server) }
    }

    private func run(
        _ starting: @escaping @Sendable (ServerHandle) throws -> Void = { _ in }, logger: Logger? = nil,
        _ body: (TestApplication) async throws -> Void
    ) async throws {
        try await TestApplication.run(
            { configuration in
                var configuration = configuration
                configuration.handlerTimeout = .seconds(5)
                return Application(configuration, logger: logger ?? Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
                    .mount(TickerGateway(starting: starting))
            }, body)
    }

    @Test("MDL-34: every runs at each of its times as the tests' clock passes them, and clients get what it sends")
    func every() async throws {
        let count = NIOLockedValueBox<Int64>(0)
        try await run({ server in
            server.every(.milliseconds(200)) {
                try server.of("/ticker").emit(
                    "tick",
                    count.withLockedValue { count in
                        count += 1
                        return count
                    })
            }
        }) { app in
            let ada = try await app.join("/ticker", as: "ada")
            try await app.advance(by: .milliseconds(199))
            #expect(count.withLockedValue { $0 } == 0)
            try await app.advance(by: .milliseconds(1))
            #expect(count.withLockedValue { $0 } == 1)
            try await app.advance(by: .milliseconds(801))
            #expect(count.withLockedValue { $0 } == 5)
            for tick in 1...5 { #expect(try await ada.event("tick") == [.integer(Int64(tick))]) }
        }
    }

    @Test("MDL-34: after runs once, at its time; a cancelled timer does not run; the clock stands at each time as it is due")
    func after() async throws {
        try await run { app in
            let notes = Recorder()
            let start = app.now
            let server = app.server.handle
            server.after(.milliseconds(700)) { notes.note("late \(app.now - start)") }
            server.after(.milliseconds(300)) { notes.note("early \(app.now - start)") }
            server.after(.seconds(-1)) { notes.note("now \(app.now - start)") }
            let cancelled = server.every(.milliseconds(100)) { notes.note("tick \(app.now - start)") }
            server.after(.milliseconds(250)) { cancelled.cancel() }
            try await app.advance(by: .seconds(10))
            #expect(notes.notes == ["now 0", "tick 100", "tick 200", "early 300", "late 700"])
            cancelled.cancel()
        }
    }

    @Test("MDL-34: what a timer throws is logged with its place, and the timer goes on")
    func throwing() async throws {
        let lines = LogLines()
        let runs = NIOLockedValueBox(0)
        try await run(logger: lines.logger) { app in
            app.server.handle.every(.seconds(1)) {
                runs.withLockedValue { $0 += 1 }
                throw Trouble()
            }
            try await app.advance(by: .seconds(3))
        }
        #expect(runs.withLockedValue { $0 } == 3)
        let failures = lines.all.filter { $0.contains("a timer's body failed") }
        #expect(failures.count == 3)
        #expect(failures.first?.contains("ServerTimersTests.swift:") == true && failures.first?.contains("Trouble") == true)
    }

    @Test("MDL-34: runs of one timer never overlap: a late one leaves times out, and the others go on meanwhile")
    func late() async throws {
        let latch = Latch()
        let notes = Recorder()
        try await run { app in
            let start = app.now
            app.server.handle.every(.milliseconds(300)) {
                notes.note("begun \(app.now - start)")
                await latch.wait()
            }
            app.server.handle.after(.milliseconds(500)) { notes.note("other") }
            try await app.advance(by: .milliseconds(1_000))
            #expect(notes.notes == ["begun 300", "other"])
            #expect(app.server.live[.tasks] == 1)
            latch.open()
            await app.server.runtime.timers.runsEnded(within: .seconds(10))
            try await app.advance(by: .milliseconds(199))
            #expect(notes.notes.count == 2)
            try await app.advance(by: .milliseconds(1))
            #expect(notes.notes.last == "begun 1200")
        }
    }

    @Test("MDL-34: with the server everything stops: what runs is cancelled and waited for, nothing is counted, nothing begins")
    func stopping() async throws {
        let notes = Recorder()
        let lines = LogLines()
        let kept = NIOLockedValueBox<ServerHandle?>(nil)
        try await run(logger: lines.logger) { app in
            let server = app.server.handle
            kept.withLockedValue { $0 = server }
            let before = app.server.live[.timers]
            server.every(.seconds(1)) {
                notes.note("begun")
                do {
                    try await Task.sleep(for: .seconds(600))
                } catch {
                    notes.note("cancelled")
                    throw error
                }
            }
            server.after(.seconds(3_600)) { notes.note("never") }
            #expect(app.server.live[.timers] == before + 2)
            try await app.advance(by: .seconds(1))
            #expect(app.server.live[.timers] == before + 1 && app.server.live[.tasks] == 1)
            try await app.server.stop()
            #expect(notes.notes == ["begun", "cancelled"])
            #expect(app.server.live.isEmpty)
        }
        kept.withLockedValue { $0 }?.after(.zero) { notes.note("never") }.cancel()
        #expect(notes.notes == ["begun", "cancelled"])
        #expect(!lines.all.contains { $0.contains("a timer's body failed") })
    }

    @Test("MDL-34: a start that fails leaves no timer behind, and none has run")
    func failedStart() async throws {
        let notes = Recorder()
        let kept = NIOLockedValueBox<ServerHandle?>(nil)
        await #expect(throws: StartError.self) {
            try await run({ server in
                kept.withLockedValue { $0 = server }
                server.after(.zero) { notes.note("ran") }
                throw Trouble()
            }) { _ in }
        }
        let server = try #require(kept.withLockedValue { $0 })
        #expect(LiveCounts([server.runtime.live]).isEmpty && notes.notes.isEmpty)
    }

    @Test("MDL-34: by the system's clock timers run too, and earlier ones than those that were there")
    func systemClock() async throws {
        let fixture = try StartFixture()
        defer { fixture.directory.remove() }
        let running = try await fixture.application.start()
        let runs = NIOLockedValueBox(0)
        let isFirst = NIOLockedValueBox(false)
        running.handle.after(.seconds(3_600)) { Issue.record("an hour has not passed") }
        let timer = running.handle.every(.milliseconds(1)) { runs.withLockedValue { $0 += 1 } }
        running.handle.after(.zero) { isFirst.withLockedValue { $0 = true } }
        try await eventually { runs.withLockedValue { $0 } >= 3 && isFirst.withLockedValue { $0 } }
        timer.cancel()
        try await running.stopLeavingNothing()
    }
}
