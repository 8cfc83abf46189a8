import Gatehouse
import GatehouseAudit
import GatehouseJSON
import GatehousePolicy
import NIOCore
import SocketIO

/// What a node tells the others of its staff's acts, and what it does when they tell of theirs (CLU-22).
struct SharedActs: Sendable {
    let gateway: AdminGateway
    let runtime: ServerRuntime
    let store: OpenModerationStore
    let cluster: any ClusterMembership
    let log: any SharedLog
    let gate: CatchUpGate

    /// How long the first reading may keep a start waiting. It goes on afterwards, with nobody let in.
    private static let startLimit: Duration = .seconds(10)
    /// How long an idle read waits: less than a connection to Redis may be silent.
    private static let readWait: Duration = .seconds(2)
    /// Entries of one read: of the longest ones (4 MiB) so many are within the bound of a reply.
    private static let batch = 15
    private static let retry: Duration = .milliseconds(200)

    /// `nil` for a node that is alone.
    init?(_ gateway: AdminGateway, _ runtime: ServerRuntime) {
        guard let cluster = runtime.cluster, let gate = runtime.catchUp, let store = gateway.store.opened else { return nil }
        self.gateway = gateway
        self.runtime = runtime
        self.store = store
        self.cluster = cluster
        self.gate = gate
        log = cluster.log
    }

    private var now: Int64 { runtime.clock.wallMilliseconds() }

    private func closeGate() {
        guard !cluster.servesBehind else { return }
        gate.close("this node does not know yet what staff did on other nodes: newcomers wait")
    }

    // MARK: Reading

    /// Before the server listens: reads what was missed. Without Redis the gate stays closed.
    func start() async {
        closeGate()
        guard cluster.status.isConnected else {
            if !cluster.servesBehind {
                runtime.logError(
                    "nobody is let in until Redis answers, for bans of other nodes may have been missed; see cluster_serve_behind")
            }
            return
        }
        let reading = Task { try await catchUp(isLive: false) }
        let timer = Task {
            try await Task.sleep(for: Self.startLimit)
            reading.cancel()
        }
        do {
            try await reading.value
            gate.open()
        } catch {
            runtime.logError("what staff did on other nodes is not read yet, and nobody is let in until it is: \(error)")
        }
        timer.cancel()
    }

    /// Reads and sends until it is cancelled.
    func run() async {
        let bells = gateway.publication.bells()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await follow() }
            group.addTask { await send(bells) }
        }
    }

    private func follow() async {
        var isAway = false
        var sinceSnapshot = 0
        while !Task.isCancelled {
            do {
                // Throws while Redis is away; the gate stays as it is then.
                _ = try await log.name()
                if isAway { closeGate() }
                try await catchUp(isLive: true)
                gate.open()
                isAway = false
                while !Task.isCancelled {
                    let place = try await store.place()
                    let lines = try await log.entries(after: place.position, limit: Self.batch, waitingFor: Self.readWait)
                    try await take(lines, place, isLive: true)
                    if lines.isEmpty, try await hasLostItsPlace(place) { break }
                    sinceSnapshot += lines.count
                    if sinceSnapshot >= log.retention.entries, try await keepSnapshot() { sinceSnapshot = 0 }
                }
            } catch {
                if error is ModerationStoreError { closeGate() }
                // Once for an outage; that Redis is away is in the log already.
                if !isAway, cluster.status.isConnected { runtime.logError("acts of other nodes cannot be taken now: \(error)") }
                isAway = true
                guard (try? await Task.sleep(for: Self.retry)) != nil else { return }
            }
        }
    }

    /// Reads all that there is now.
    private func catchUp(isLive: Bool) async throws {
        let name = try await log.name()
        var place = try await store.place()
        if place.name != name {
            // Another log, or one that was lost: everybody tells what they keep.
            try await join(name, replacing: false, place)
        } else if let position = place.position {
            switch try await log.standing(of: position) {
            case .whole: break
            case .gap: try await replace(name, place, position)
            case .lost: try await join(name, replacing: false, place)
            }
        }
        place = try await store.place()
        while true {
            try Task.checkCancellation()
            let lines = try await log.entries(after: place.position, limit: Self.batch, waitingFor: .zero)
            guard !lines.isEmpty else { return }
            try await take(lines, place, isLive: isLive)
            place = try await store.place()
        }
    }

    /// Whether Redis has lost the log while the connection stood: by FLUSHALL, by a deleted key, or by eviction.
    private func hasLostItsPlace(_ place: SharedPlace) async throws -> Bool {
        guard try await log.name() == place.name else { return true }
        guard let position = place.position else { return false }
        return try await log.standing(of: position) == .lost
    }

    /// Entries went that this node has not read. Only a snapshot of what they led to may take the place of what is kept here: that they went
    /// is written without a seal.
    private func replace(_ name: String, _ place: SharedPlace, _ position: String) async throws {
        guard let own = SharedPosition(position), let snapshot = try await log.snapshot(),
            let end = SharedPosition(snapshot.position), end > own
        else {
            return runtime.logError(
                "the cluster's log of acts has lost entries that this node has not read, and no snapshot has them: it goes on without")
        }
        try await join(name, replacing: true, place)
    }

    private func join(_ name: String, replacing: Bool, _ place: SharedPlace) async throws {
        let snapshot = try await log.snapshot()
        let taking = try await store.join(name, snapshot, replacing: replacing, own: place.origin, now: now)
        tell(taking)
        gateway.publication.ring()
        _ = try await runtime.directory.enforceBans() + runtime.directory.enforceRevocations()
    }

    private func keepSnapshot() async throws -> Bool {
        guard try await log.needsSnapshot(), let snapshot = try await store.snapshot(now: now) else { return false }
        return try await log.keep(snapshot)
    }

    private func take(_ lines: [SharedLogLine], _ place: SharedPlace, isLive: Bool) async throws {
        guard !lines.isEmpty else { return }
        let taking = try await store.take(lines, as: place.origin, now: now)
        tell(taking)
        for (node, act) in taking.acts { await apply(act, of: node, isLive: isLive) }
    }

    private func tell(_ taking: OpenModerationStore.Taking) {
        for sighting in taking.sightings { gateway.staff.restore(sighting.user, sighting.rank, seen: sighting.seen) }
        for token in taking.tokens { gateway.tokens.remember(token, now: now) }
        for fault in taking.faults {
            runtime.logError("an entry of the cluster's log of acts is not of one of its nodes, and is left out: \(fault)")
            runtime.audit.record(AuditRecord(.nodeActRefused, detail: ["reason": .string(fault)]))
        }
        if taking.unfit > 0 {
            runtime.logError("\(taking.unfit) restrictions of other nodes have no room here: remove some")
        }
    }

    // MARK: Effects

    /// An act of another node is in force here: on record, then done to open sessions.
    private func apply(_ act: SharedAct, of node: String, isLive: Bool) async {
        await record(act, of: node)
        do {
            if isLive, let live = try act.live, live.concernsHere(act, now) { _ = try await live.act.effect(on: ActNode(runtime: runtime)) }
            let changes = act.request.changes
            if changes.contains(where: { if case .ban = $0 { true } else { false } }) { _ = try await runtime.directory.enforceBans() }
            if changes.contains(where: { if case .revoke = $0 { true } else { false } }) {
                _ = try await runtime.directory.enforceRevocations()
            }
        } catch {
            let name = "\(act.request.event) \(act.request.id) of node \(node)"
            runtime.logError("\(name) is in force, and has not reached all open sessions: \(error)")
        }
    }

    private func record(_ act: SharedAct, of node: String) async {
        let request = act.request
        let event = AdminVerb(rawValue: request.event)?.auditEvent ?? .adminStats
        var detail: AuditDetail = ["stage": "applied", "reason": .string(act.reason), "by_node": .string(node)]
        let changes = JSONValue.array(request.changes.map { $0.recorded(with: runtime.auditKey).json }).serialized
        if !request.changes.isEmpty, AuditText.fits(changes) { detail.append("changes", .document(changes)) }
        var target = request.target
        // A token stands in the log as a keyed hash only, and each node has a key of its own.
        if AdminVerb(rawValue: request.event) == .tokenRevoke { target.reference = nil }
        // Records name issuers as the policies do.
        let issuers = runtime.policies.current.global.issuers
        let issuer = issuers.first { $0.iss.utf8.elementsEqual(request.actor.iss.utf8) }?.name ?? request.actor.iss
        do {
            _ = try await runtime.audit.recordDurably(
                AuditRecord(
                    event, actor: AuditActor(issuer: issuer, subject: request.actor.subject), target: target, detail: detail,
                    request: request.id))
        } catch {
            runtime.logError("an act of node \(node) (\(request.event), request \(request.id)) is not in the audit log: \(error)")
        }
        runtime.feed.publish(
            .moderation,
            FeedItem(
                act: request.event, by: request.actor, on: target, reason: act.reason, request: request.id.description,
                counts: [], at: now))
    }

    // MARK: Sending

    private func send(_ bells: AsyncStream<Void>) async {
        gateway.publication.ring()
        for await _ in bells {
            while !Task.isCancelled {
                do {
                    guard let entry = try await store.unsent() else { break }
                    let place = try await store.place()
                    try await log.append(
                        SharedEntry(origin: place.origin, number: entry.number, node: runtime.node, text: entry.text))
                    try await store.markSent(entry.number)
                    gateway.publication.sent(entry.number)
                } catch {
                    guard (try? await Task.sleep(for: Self.retry)) != nil else { return }
                }
            }
        }
    }
}

extension SharedAct {
    struct Live {
        let act: any LiveAct

        /// Whether there is still something to do.
        func concernsHere(_ shared: SharedAct, _ now: Int64) -> Bool {
            type(of: act).lifetime.map { now.subtractingClamped(shared.request.at) < $0 } ?? true
        }
    }

    /// What it does to open sessions beside its changes.
    var live: Live? {
        get throws {
            guard ActCodec.types.contains(where: { $0.verb.rawValue == request.event }) else { return nil }
            let payload = try JSONValue(parsing: Array(request.payload.utf8), limits: SharedBody.limits)
            return (try ActCodec.act(request.event, payload) as? any LiveAct).map { Live(act: $0) }
        }
    }
}
