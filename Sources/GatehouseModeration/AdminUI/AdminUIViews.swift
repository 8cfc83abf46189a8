import Gatehouse
import NIOConcurrencyHelpers
import Synchronization

/// What the server keeps with one client of the Admin UI. The client's data owns it.
final class AdminUIView: Sendable {
    /// Its place in the data.
    struct Place: ClientData {
        var view: AdminUIView?
    }

    let client: Client
    private let isStale = Atomic<Bool>(false)

    init(_ client: Client) { self.client = client }

    /// Items of its feed were dropped, so what it shows is no longer what there is.
    func becomeStale() { isStale.store(true, ordering: .relaxed) }

    /// - Returns: whether it was stale; from here on it is not.
    func takeStale() -> Bool { isStale.exchange(false, ordering: .relaxed) }
}

/// The clients of the Admin UI that are here. Any thread may use it.
final class AdminUIViews: Sendable {
    private struct Entry: Sendable {
        weak var view: AdminUIView?
    }

    private let entries = NIOLockedValueBox<[Entry]>([])

    /// Those whose client has not gone.
    var all: [AdminUIView] {
        entries.withLockedValue { entries in
            entries.removeAll { $0.view == nil }
            return entries.compactMap(\.view)
        }
    }

    /// Keeps a view with its client, until that goes.
    func add(_ view: AdminUIView) {
        view.client[AdminUIView.Place.self].view = view
        entries.withLockedValue { entries in
            entries.removeAll { $0.view == nil }
            entries.append(Entry(view: view))
        }
    }
}
