internal import NIOConcurrencyHelpers
internal import Synchronization

/// The revocations in force, asked in constant time on every CONNECT and `auth.refresh`, and changed in place.
///
/// They lie in many small lists, each behind a lock of its own: a reader waits only while one of a few neighbouring entries is being
/// written, and an insertion costs the same behind ten entries and behind ``RevocationList/capacity``. The entries of one user lie in one
/// list, so that they change as a whole. Any thread may ask; one writer at a time changes it.
package final class CurrentRevocations: Sendable {
    private static let shards = 256

    private let capacity: Int
    private let lists: [NIOLockedValueBox<RevocationList>]
    private let total = Atomic<Int>(0)

    /// - Parameter list: what is in force from the start.
    package init(_ list: RevocationList = RevocationList()) {
        capacity = list.capacity
        lists = (0..<Self.shards).map { _ in NIOLockedValueBox(RevocationList(capacity: .max)) }
        replace(with: list)
    }

    package var count: Int { total.load(ordering: .acquiring) }
    package var isFull: Bool { count >= capacity }
    /// In no order.
    package var revocations: [Revocation] { lists.flatMap { list in list.withLockedValue { Array($0.revocations) } } }

    package func verdict(on token: TokenIdentity, now: Int64) -> RevocationList.Verdict {
        guard count > 0 else { return .good }
        if let jti = token.jti, list(token.iss, jti).withLockedValue({ $0.revokes(jti: jti, of: token.iss, now: now) }) { return .revoked }
        if list(token.iss, token.iss).withLockedValue({ $0.revokesAll(before: token, now: now) }) { return .revoked }
        return list(token.iss, token.sub).withLockedValue { $0.verdict(onUserOf: token, now: now) }
    }

    /// As ``RevocationList/changes(by:now:)``, with which of them take room that is not taken yet.
    package func changes(by revocation: Revocation, now: Int64) throws(RevocationError) -> (all: [Revocation], new: [Revocation]) {
        let key = RevocationKey(revocation.subject)
        try key.check()
        let changes = list(key).withLockedValue { list in
            let all = list.changes(by: revocation, now: now)
            return (all, all.filter { !list.contains($0) })
        }
        guard count + changes.1.count <= capacity || changes.1.isEmpty else { throw .full(capacity) }
        return changes
    }

    /// Puts changes in force, which are all of one token or user.
    package func put(_ changes: [Revocation]) throws(RevocationError) {
        guard let first = changes.first else { return }
        let result = list(RevocationKey(first.subject)).withLockedValue { list -> Result<Int, RevocationError> in
            let before = list.count
            do throws(RevocationError) {
                for change in changes { try list.insert(change) }
                return .success(list.count - before)
            } catch {
                return .failure(error)
            }
        }
        total.add(try result.get(), ordering: .acquiringAndReleasing)
    }

    /// Removes ended entries.
    /// - Returns: the removed entries.
    package func removeEnded(at now: Int64) -> [Revocation] {
        var ended: [Revocation] = []
        for list in lists { ended += list.withLockedValue { $0.removeEnded(at: now) } }
        total.subtract(ended.count, ordering: .acquiringAndReleasing)
        return ended
    }

    /// Replaces all entries by those of another source.
    package func replace(with list: RevocationList) {
        var parts = [RevocationList](repeating: RevocationList(capacity: .max), count: Self.shards)
        for revocation in list.revocations {
            // The entry was checked when it went into the list, and there is room for any number here.
            try? parts[shard(RevocationKey(revocation.subject))].insert(revocation)
        }
        for (shard, part) in zip(lists, parts) { shard.withLockedValue { $0 = part } }
        total.store(list.count, ordering: .releasing)
    }

    // MARK: Shards

    /// By the name alone: all entries of one user lie in one list.
    private func shard(_ iss: String, _ name: String) -> Int {
        var hasher = Hasher()
        hasher.combine(iss)
        hasher.combine(name)
        return Int(UInt(bitPattern: hasher.finalize()) % UInt(Self.shards))
    }

    private func shard(_ key: RevocationKey) -> Int { shard(key.iss, key.name) }

    private func list(_ iss: String, _ name: String) -> NIOLockedValueBox<RevocationList> { lists[shard(iss, name)] }

    private func list(_ key: RevocationKey) -> NIOLockedValueBox<RevocationList> { lists[shard(key)] }
}
