import Gatehouse
import GatehouseTokens
import NIOConcurrencyHelpers

/// The decisions of staff that survive a restart: revoked tokens, and users who are kept out for a while. Give one to ``AdminGateway``.
///
/// One thread of its own writes it, never an event loop. Decisions read a copy in memory, which is replaced once the change is durable
/// (MOD-51). A store serves one server at a time. Any thread may hold it.
public final class ModerationStore: Sendable {
    enum Place: Sendable, Equatable {
        case file(String)
        case memory
    }

    let place: Place
    private let state = NIOLockedValueBox<OpenModerationStore?>(nil)

    private init(_ place: Place) { self.place = place }

    /// A SQLite database, `var/moderation.sqlite` by custom. It is created at the first start, in an existing directory, readable by its
    /// owner alone. A server does not start with a file that is damaged, newer, or somebody else's (MOD-52).
    /// - Parameter path: the file, relative to the working directory unless absolute. Two further files beside it belong to it while the
    ///   server runs.
    public static func file(_ path: String) -> ModerationStore { ModerationStore(.file(path)) }

    /// Keeps nothing: **a restart lets revoked tokens in again**. For tests, and for tokens that live for minutes.
    public static func inMemory() -> ModerationStore { ModerationStore(.memory) }

    /// Whether the file is missing; false for a store in memory.
    func isMissing() throws(StartError) -> Bool {
        guard case .file(let path) = place else { return false }
        return try usable { try !ModerationFile(path: path).isThere() }
    }

    /// Whether the file is there and has something in it.
    func holdsSomething() throws(StartError) -> Bool {
        guard case .file(let path) = place else { return false }
        return try usable { try ModerationFile(path: path).isThere() && OpenModerationStore.holdsSomething(place) }
    }

    /// Makes the file if it is missing.
    func make() throws(StartError) {
        guard case .file(let path) = place else { return }
        try usable { try OpenModerationStore.makeIfMissing(ModerationFile(path: path)) }
    }

    private func usable<Value>(_ body: () throws -> Value) throws(StartError) -> Value {
        do {
            return try body()
        } catch {
            let name = if case .file(let path) = place { path } else { "in memory" }
            throw StartError(code: .moderation, message: "the moderation store \(name) cannot be used", cause: error)
        }
    }

    /// Opens the database and puts its contents in force. Blocks on the disk.
    /// - Throws: `StartError` if it cannot be used.
    func open(for runtime: ServerRuntime) throws(StartError) {
        guard opened == nil else {
            throw StartError(code: .moderation, message: "a moderation store serves one server at a time: give each its own")
        }
        let store = try usable { try OpenModerationStore(place, runtime) }
        state.withLockedValue { $0 = store }
    }

    /// The open store; `nil` before the server starts and after it has stopped.
    var opened: OpenModerationStore? { state.withLockedValue { $0 } }

    func close() throws {
        let store = state.withLockedValue { state in
            defer { state = nil }
            return state
        }
        try store?.close()
    }
}
