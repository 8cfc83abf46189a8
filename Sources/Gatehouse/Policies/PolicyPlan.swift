/// Which policies the nodes of a cluster put in force together (CLU-25).
package struct PolicyPlan: Sendable, Equatable {
    /// The id of the request that it comes from.
    package typealias ID = String

    package let id: ID
    /// Of the files, the same on all nodes.
    package let sha256: String
    /// The number that they get on all nodes.
    package let generation: UInt64

    package init(id: ID, sha256: String, generation: UInt64) {
        self.id = id
        self.sha256 = sha256
        self.generation = generation
    }
}

/// What a node would put in force if it read its policies now.
package struct PolicyRehearsal: Sendable, Equatable {
    package let sha256: String
    /// The lowest number that it could give them.
    package let generation: UInt64
}

/// The latest plans that reached a node: each is carried out once, and none after it was withdrawn. Pure.
struct PolicyPlans {
    /// How many are remembered.
    static let kept = 64
    /// How far a generation may be ahead of this node's: a number that somebody made up does not use them up.
    static let reach: UInt64 = 1_000_000

    /// The files that a plan put in force, by its id; `nil` where it changed nothing.
    private var known: [(id: PolicyPlan.ID, sha256: String?)] = []

    /// Takes note of a plan that is about to be carried out.
    /// - Throws: ``PolicyReloadError`` for one that is known, or was withdrawn, or names a generation that cannot be.
    mutating func begin(_ plan: PolicyPlan, after last: UInt64) throws(PolicyReloadError) {
        guard !known.contains(where: { $0.id == plan.id }) else {
            throw PolicyReloadError(.differs, "this change was made or given up before")
        }
        guard plan.generation > last, plan.generation - last <= Self.reach else {
            throw PolicyReloadError(.differs, "other policies have come into force since the files were checked")
        }
        note(plan.id, nil)
    }

    /// Its files are in force.
    mutating func carriedOut(_ plan: PolicyPlan) {
        known.removeAll { $0.id == plan.id }
        note(plan.id, plan.sha256)
    }

    /// - Returns: the files that it put in force here.
    mutating func withdraw(_ id: PolicyPlan.ID) -> String? {
        let found = known.last { $0.id == id }?.sha256
        known.removeAll { $0.id == id }
        note(id, nil)
        return found
    }

    private mutating func note(_ id: PolicyPlan.ID, _ sha256: String?) {
        known.append((id, sha256))
        if known.count > Self.kept { known.removeFirst() }
    }
}
