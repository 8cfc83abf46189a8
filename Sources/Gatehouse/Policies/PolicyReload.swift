package import GatehouseAudit
package import GatehousePolicy
import GatehouseTokens
import Logging
import NIOCore
import SocketIO

/// Changes the policies of a running server: read, check, test, swap one reference on every event loop, audit, decide live sessions again
/// (POL-40). One change at a time, in the order of requests. A failure keeps the policies in force (POL-41).
package actor PolicyReload {
    /// Who asked for a change.
    package enum Origin: Sendable {
        case hangUp
        case fileChange
        /// A member of staff, as the subject of `/admin`'s rules: nobody may activate policies that give more rights to themselves
        /// (POL-44).
        case staff(Subject, AuditActor)
        /// A member of staff at another node of the cluster, which has judged the right to it (CLU-25).
        case cluster(node: String, AuditActor)

        var name: String {
            switch self {
            case .hangUp: "sighup"
            case .fileChange: "file"
            case .staff: "staff"
            case .cluster: "cluster"
            }
        }

        var actor: AuditActor? {
            switch self {
            case .hangUp, .fileChange: nil
            case .staff(_, let actor), .cluster(_, let actor): actor
            }
        }

        /// The other node that asked.
        var node: String? { if case .cluster(let node, _) = self { node } else { nil } }
    }

    /// The result of a change.
    package struct Outcome: Sendable {
        package let bundle: PolicyBundle
        /// Connections that the new policies closed.
        package let closed: Int
        /// Warnings of `policy check`.
        package let warnings: [PolicyFinding]
        /// Whether anything changed. Files that equal the policies in force are ignored.
        package let changed: Bool
    }

    private let source: PolicySource
    /// The directory of the policy files.
    package nonisolated var directory: String { source.directory }
    private let policies: PolicyHolder
    private let tokens: CurrentTokenVerifier
    /// Puts the keys of a bundle's issuers in force together with it; `nil` if a test has its own keys.
    private let keys: TokenKeys?
    private let sockets: SocketIOServer
    private let audit: AuditLog
    private let logger: Logger
    private let wallSeconds: @Sendable () -> Int64
    private var lastGeneration: UInt64
    private var plans = PolicyPlans()
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(
        source: PolicySource, policies: PolicyHolder, tokens: CurrentTokenVerifier, keys: TokenKeys? = nil, sockets: SocketIOServer,
        audit: AuditLog,
        logger: Logger, wallSeconds: @escaping @Sendable () -> Int64
    ) {
        self.source = source
        self.policies = policies
        self.tokens = tokens
        self.keys = keys
        self.sockets = sockets
        self.audit = audit
        self.logger = logger
        self.wallSeconds = wallSeconds
        lastGeneration = policies.current.generation
    }

    /// Reads the directory again.
    /// - Parameters:
    ///   - force: take files whose revision does not grow (POL-22); this is recorded.
    ///   - plan: what several nodes have agreed on: only these files are taken, under this generation.
    @discardableResult
    package func reload(by origin: Origin, force: Bool = false, as plan: PolicyPlan? = nil) async throws(PolicyReloadError) -> Outcome {
        await begin()
        defer { end() }
        let current = policies.current
        do throws(PolicyReloadError) {
            if let plan { try plans.begin(plan, after: lastGeneration) }
            let ready = try source.read(generation: plan?.generation ?? lastGeneration + 1, following: current, force: force)
            let bundle = ready.activation.bundle
            guard plan == nil || plan?.sha256 == bundle.sha256 else {
                throw PolicyReloadError(.differs, "the files in \(source.directory) have changed since they were checked")
            }
            guard bundle.sha256 != current.sha256 else {
                return Outcome(bundle: current, closed: 0, warnings: ready.activation.warnings, changed: false)
            }
            let outcome = try await activate(ready, .policyActivated, origin)
            if let plan { plans.carriedOut(plan) }
            return outcome
        } catch {
            reject(error, origin)
            throw error
        }
    }

    /// Reads, checks and tests the directory, and changes nothing (CLU-25). What is wrong is recorded, as for a change.
    package func rehearse(by origin: Origin, force: Bool) async throws(PolicyReloadError) -> PolicyRehearsal {
        await begin()
        defer { end() }
        do throws(PolicyReloadError) {
            let ready = try source.read(generation: lastGeneration + 1, following: policies.current, force: force)
            try requireNoGain(ready.activation.bundle, origin)
            return PolicyRehearsal(sha256: ready.activation.bundle.sha256, generation: lastGeneration + 1)
        } catch {
            reject(error, origin)
            throw error
        }
    }

    /// Takes back what was done by a plan that failed on another node; the plan is not carried out later either.
    /// - Returns: `nil` if it has changed nothing here, or something else is in force by now.
    package func takeBack(_ plan: PolicyPlan.ID, by origin: Origin) async throws(PolicyReloadError) -> Outcome? {
        await begin()
        defer { end() }
        guard let sha256 = plans.withdraw(plan), policies.current.sha256 == sha256, let former = policies.earlier.first else { return nil }
        do throws(PolicyReloadError) {
            let ready = try source.revive(former, generation: lastGeneration + 1, following: policies.current)
            return try await activate(ready, .policyRolledBack, origin)
        } catch {
            reject(error, origin)
            throw error
        }
    }

    /// Puts the policies of `steps` changes ago in force again. The files stay as they are: the next change of one reads all of them.
    package func rollback(_ steps: Int, by origin: Origin) async throws(PolicyReloadError) -> Outcome {
        await begin()
        defer { end() }
        let earlier = policies.earlier
        do throws(PolicyReloadError) {
            guard steps >= 1, steps <= earlier.count else {
                throw PolicyReloadError(.noEarlier, "\(earlier.count) earlier policies are kept, so there is nothing \(steps) back")
            }
            let ready = try source.revive(earlier[steps - 1], generation: lastGeneration + 1, following: policies.current)
            return try await activate(ready, .policyRolledBack, origin)
        } catch {
            reject(error, origin)
            throw error
        }
    }

    private func activate(
        _ ready: PolicySource.Ready, _ event: AuditEvent, _ origin: Origin
    ) async throws(PolicyReloadError) -> Outcome {
        let bundle = ready.activation.bundle
        try requireNoGain(bundle, origin)
        var detail: AuditDetail = [
            "generation": .integer(Int64(clamping: bundle.generation)), "revision": .integer(bundle.revision),
            "sha256": .string(bundle.sha256), "by": .string(origin.name), "tests": .integer(Int64(ready.activation.tests)),
        ]
        if let node = origin.node { detail.append("by_node", .string(node)) }
        if !ready.activation.forced.isEmpty { detail.append("forced", .integer(Int64(ready.activation.forced.count))) }
        do {
            // Class A: on the disk before the effect.
            try await audit.recordDurably(AuditRecord(.policyChecked, actor: origin.actor, detail: detail))
        } catch {
            throw PolicyReloadError(.auditUnavailable, "the change cannot be recorded now, so it was not made", cause: error)
        }
        lastGeneration = bundle.generation
        let closed = await activateOnEveryLoop(try commit(ready))
        detail.append("closed", .integer(Int64(closed)))
        audit.record(AuditRecord(event, actor: origin.actor, detail: detail))
        audit.recordRelaxations(of: bundle)
        ready.activation.logWarnings(of: source.directory, to: logger)
        logger.info("policies of revision \(bundle.revision) are in force", metadata: ["generation": "\(bundle.generation)"])
        return Outcome(bundle: bundle, closed: closed, warnings: ready.activation.warnings, changed: true)
    }

    private func requireNoGain(_ bundle: PolicyBundle, _ origin: Origin) throws(PolicyReloadError) {
        guard case .staff(let subject, _) = origin else { return }
        let gains = bundle.gains(for: subject, over: policies.current, in: "/admin", now: wallSeconds())
        guard gains.isEmpty else {
            throw PolicyReloadError(
                .gain, "this would give you what the policies in force do not: \(gains.map(\.description).joined(separator: ", "))")
        }
    }

    /// Keys and policies change together.
    private func commit(_ ready: PolicySource.Ready) throws(PolicyReloadError) -> PolicyInForce {
        let bundle = ready.activation.bundle
        guard let keys else {
            if let reading = ready.keys { tokens.replace(with: tokens.current.replacing(issuers: reading.issuers)) }
            return policies.replace(with: bundle)
        }
        var inForce = policies.inForce
        do {
            _ = try keys.reload(for: bundle, with: ready.keys) { inForce = policies.replace(with: bundle) }
        } catch {
            throw PolicyReloadError(.rejected, "token keys cannot be used", cause: error)
        }
        return inForce
    }

    private func activateOnEveryLoop(_ inForce: PolicyInForce) async -> Int {
        var results: [EventLoopFuture<Int>] = []
        for loop in sockets.allLoops {
            let promise = loop.eventLoop.makePromise(of: Int.self)
            loop.execute { socketLoop in
                guard let pipeline = socketLoop.application as? Pipeline else { return promise.succeed(0) }
                pipeline.activate(inForce) { promise.succeed($0) }
            }
            results.append(promise.futureResult)
        }
        var closed = 0
        for result in results { closed += (try? await result.get()) ?? 0 }
        return closed
    }

    private func reject(_ error: PolicyReloadError, _ origin: Origin) {
        var detail: AuditDetail = ["by": .string(origin.name), "reason": .string(error.code.rawValue)]
        if let node = origin.node { detail.append("by_node", .string(node)) }
        audit.record(AuditRecord(.policyRejected, actor: origin.actor, detail: detail))
        logger.error("the policies were not taken; those before stay in force", metadata: ["error": "\(error)"])
    }

    // MARK: One at a time

    private func begin() async {
        guard isBusy else { return isBusy = true }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func end() {
        if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() }
    }
}
