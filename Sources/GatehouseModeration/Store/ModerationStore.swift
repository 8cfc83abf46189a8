import Gatehouse
import GatehouseTokens
import NIOConcurrencyHelpers

/// What staff decided and what must outlive a restart: revoked tokens, and users who are kept out for a while. Give one to ``AdminGateway``.
///
/// It is written by one thread of its own, never by an event loop; decisions are taken from a copy in memory that is replaced once the file
/// holds the change for good (MOD-51). A store serves one server at a time. Any thread may hold it.
public final class ModerationStore: Sendable {
    enum Place: Sendable, Equatable {
        case file(String)
        case memory
    }

    let place: Place
    private let state = NIOLockedValueBox<OpenModerationStore?>(nil)

    private init(_ place: Place) { self.place = place }

    /// A SQLite database, `var/moderation.sqlite` by custom. It is made when a server starts and there is none, in a directory that exists,
    /// readable by its owner alone. A server does not start with one that is damaged, of a newer version, or somebody else's (MOD-52).
    /// - Parameter path: the file, relative to the working directory unless absolute. Two further files beside it belong to it while the
    ///   server runs.
    public static func file(_ path: String) -> ModerationStore { ModerationStore(.file(path)) }

    /// Nothing is kept: **a restart lets revoked tokens in again**. For tests, and where tokens live for minutes.
    public static func inMemory() -> ModerationStore { ModerationStore(.memory) }

    /// Opens the database and puts what it holds in force. Blocks on the disk.
    /// - Throws: `StartError` if it cannot be used.
    func open(for runtime: ServerRuntime) throws(StartError) {
        guard opened == nil else {
            throw StartError(code: .moderation, message: "a moderation store serves one server at a time: give each its own")
        }
        let store: OpenModerationStore
        do {
            store = try OpenModerationStore(place, runtime)
        } catch {
            let name = if case .file(let path) = place { path } else { "in memory" }
            throw StartError(code: .moderation, message: "the moderation store \(name) cannot be used", cause: error)
        }
        state.withLockedValue { $0 = store }
    }

    /// What is open; `nil` before the server starts and after it has stopped.
    var opened: OpenModerationStore? { state.withLockedValue { $0 } }

    func close() throws {
        let store = state.withLockedValue { state in
            defer { state = nil }
            return state
        }
        try store?.close()
    }
}
