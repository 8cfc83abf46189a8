import Gatehouse
import Synchronization

/// The games that are open or played. Any thread may call it.
final class Lobby: Sendable {
    private struct State {
        var games: [Int: Game] = [:]
        var lastID = 0
        var lastWatcher = 0
        var watchers: [Int: AsyncStream<[Game]>.Continuation] = [:]

        var open: [Game] { games.values.filter { $0.phase == .open }.sorted { $0.id < $1.id } }
        func tell() { for watcher in watchers.values { watcher.yield(open) } }
    }
    private let state = Mutex(State())

    /// The open games, now and after each change. A watcher that is behind gets the latest only.
    func watch() -> AsyncStream<[Game]> {
        let (stream, watcher) = AsyncStream.makeStream(of: [Game].self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.lastWatcher += 1
            state.watchers[state.lastWatcher] = watcher
            watcher.yield(state.open)
            return state.lastWatcher
        }
        watcher.onTermination = { [weak self] _ in self?.state.withLock { $0.watchers[number] = nil } }
        return stream
    }

    func create(_ new: NewGame, by player: String) -> Game {
        state.withLock { state in
            state.lastID += 1
            let game = Game(id: state.lastID, name: new.name, seats: new.seats, players: [player], phase: .open)
            state.games[game.id] = game
            state.tell()
            return game
        }
    }

    /// Takes a seat. The game begins with the last one.
    func enter(_ id: Int, _ player: String) throws -> Game {
        try state.withLock { state in
            guard var game = state.games[id], game.phase == .open, !game.players.contains(player) else {
                throw GatewayError.app("no_seat", "You cannot take a seat in game \(id)")
            }
            game.players.append(player)
            if game.players.count == game.seats { game.phase = .playing }
            state.games[id] = game
            state.tell()
            return game
        }
    }

    /// Gives up a seat; a game without players is over. `nil` for one who has none.
    func leave(_ id: Int, _ player: String) -> Game? {
        state.withLock { state in
            guard var game = state.games[id], game.players.contains(player) else { return nil }
            game.players.removeAll { $0 == player }
            state.games[id] = game.players.isEmpty ? nil : game
            state.tell()
            return game
        }
    }
}
