import Gatehouse
import GatehouseAudit
import GatehousePolicy
import NIOConcurrencyHelpers
import SocketIO

/// Makes the measures of `_moderation.yaml` (MOD-69): a mute or slow mode, as an act like those of staff, by an actor of its own. Its rank
/// is a moderator's, so it reaches no staff of that rank. Whoever is under a restriction of the same kind already is left to it.
final class Escalations: Sendable {
    /// The `iss` of the actor; its `sub` is the rule's id. No token has it: an issuer's `iss` in the policies is compared whole.
    static let issuer = "gatehouse:escalation"

    private struct ViolationKey: Hashable, Sendable {
        let rule: String
        let user: UserID
    }

    private struct Target: Hashable, Sendable {
        let rule: String
        let about: String
    }

    private struct State {
        var violations = RecentCounts<ViolationKey>()
        /// What is looked at now; true if something came in meanwhile.
        var running: [Target: Bool] = [:]
    }

    private let state = NIOLockedValueBox(State())

    // MARK: Reports

    /// A report is in the store.
    func reported(_ report: UserReport, _ gateway: AdminGateway, _ runtime: ServerRuntime) async {
        for rule in runtime.policies.current.moderation.escalations where rule.concerns(report.namespace) {
            switch rule.trigger {
            case .reportsOfUser(let reporters, let window):
                guard let user = report.user else { continue }
                await once(Target(rule: rule.id, about: "user \(user)"), runtime) {
                    let since = try await self.start(of: window, rule, gateway, runtime) { request in
                        request.target.issuer == user.iss && request.target.subject == user.subject
                    }
                    let namespace = rule.namespace == nil ? nil : report.namespace
                    let count = try await gateway.written {
                        try await $0.read { try ReportTable.reporters(of: user, in: namespace, since: since, $0) }
                    }
                    guard count >= reporters else { return }
                    try await self.mute(user, in: report.namespace, rule, "reported by \(count) people", gateway, runtime)
                }
            case .reportsOfRoom(let reporters, let window):
                guard let room = report.room else { continue }
                let place = RoomRestriction.Place(namespace: report.namespace, room: room)
                await once(Target(rule: rule.id, about: "room \(place.namespace.name) \(room)"), runtime) {
                    let since = try await self.start(of: window, rule, gateway, runtime) { request in
                        request.target.namespace == place.namespace.name && request.target.room == room
                    }
                    let count = try await gateway.written {
                        try await $0.read { try ReportTable.reporters(of: place, since: since, $0) }
                    }
                    guard count >= reporters else { return }
                    try await self.slow(place, rule, "reported by \(count) people", gateway, runtime)
                }
            case .violations: continue
            }
        }
    }

    /// From when on reports count: a report that has led to a measure already does not lead to another, even if that one was taken back.
    private func start(
        of window: Int64, _ rule: EscalationRule, _ gateway: AdminGateway, _ runtime: ServerRuntime,
        isAboutIt: @escaping @Sendable (KeptRequest) -> Bool
    ) async throws -> Int64 {
        let begin = runtime.clock.wallMilliseconds() - window / 1_000_000
        let actor = UserID(iss: Self.issuer, subject: rule.id)
        let latest = try await gateway.written {
            try await $0.read { database in
                try RequestTable.list(upon: nil, by: actor, event: nil, before: nil, limit: 1_000, database).first {
                    isAboutIt($0.request)
                }?.request.at
            }
        }
        return max(begin, latest ?? .min)
    }

    /// One after the other for one rule and subject, so that two reports at once lead to one measure.
    private func once(_ target: Target, _ runtime: ServerRuntime, _ body: () async throws -> Void) async {
        let isFirst = state.withLockedValue { state in
            let isFirst = state.running[target] == nil
            state.running[target] = !isFirst
            return isFirst
        }
        guard isFirst else { return }
        var isDue = true
        while isDue {
            do {
                try await body()
            } catch {
                runtime.logError("the escalation rule \(target.rule) could not be applied: \(error)")
            }
            isDue = state.withLockedValue { state in
                guard state.running[target] == true else {
                    state.running[target] = nil
                    return false
                }
                state.running[target] = false
                return true
            }
        }
    }

    // MARK: Violations

    /// A user has broken a rule. Called on event loops.
    func violated(_ user: UserID, in namespace: Namespace, _ gateway: AdminGateway, _ runtime: ServerRuntime) {
        for rule in runtime.policies.current.moderation.escalations where rule.concerns(namespace) {
            guard case .violations(let limit, let window) = rule.trigger else { continue }
            let now = runtime.clock.wallMilliseconds()
            let isDue = state.withLockedValue {
                $0.violations.count(ViolationKey(rule: rule.id, user: user), limit: limit, window: window / 1_000_000, now: now)
            }
            guard isDue else { continue }
            Task { [self] in
                await once(Target(rule: rule.id, about: "user \(user)"), runtime) {
                    try await self.mute(user, in: namespace, rule, "broke \(limit) rules", gateway, runtime)
                }
            }
        }
    }

    // MARK: Measures

    private func mute(
        _ user: UserID, in namespace: Namespace, _ rule: EscalationRule, _ why: String, _ gateway: AdminGateway, _ runtime: ServerRuntime
    ) async throws {
        guard case .mute(let span, let isShadow, let isEverywhere) = rule.measure else { return }
        let now = runtime.clock.wallMilliseconds()
        let place = Mute.Place(user: user, namespace: isEverywhere ? nil : namespace, room: nil)
        let everywhere = Mute.Place(user: user, namespace: nil, room: nil)
        let mutes = gateway.store.opened?.state.mutes ?? [:]
        guard ![place, everywhere].contains(where: { mutes[$0].map { $0.value.ends > now } ?? false }) else { return }
        try await make(
            UserMute(
                requestID: ULIDGenerator.shared.next().description, reason: "\(rule.id): \(why)", user: UserReference(user),
                ns: isEverywhere ? nil : namespace.name, room: nil, duration: span / 1_000_000_000, expires: nil, shadow: isShadow,
                dryRun: false), rule, gateway, runtime)
    }

    private func slow(
        _ place: RoomRestriction.Place, _ rule: EscalationRule, _ why: String, _ gateway: AdminGateway, _ runtime: ServerRuntime
    ) async throws {
        guard case .slow(let interval, let span) = rule.measure else { return }
        let now = runtime.clock.wallMilliseconds()
        let known = gateway.store.opened?.state.rooms[place]?.slow
        guard known.map({ $0.value.ends.map { $0 <= now } ?? false }) ?? true else { return }
        try await make(
            RoomSlow(
                requestID: ULIDGenerator.shared.next().description, reason: "\(rule.id): \(why)", ns: place.namespace.name,
                room: place.room, interval: interval / 1_000_000_000, exemptRoles: [], duration: span / 1_000_000_000, expires: nil,
                dryRun: false), rule, gateway, runtime)
    }

    private func make(_ act: any Act, _ rule: EscalationRule, _ gateway: AdminGateway, _ runtime: ServerRuntime) async throws {
        do {
            _ = try await ActRunner(gateway: gateway).make(act, by: rule.id, runtime)
        } catch let error as GatewayError where error.code == .init(.rank) {
            runtime.logNotice("the escalation rule \(rule.id) is due for one of the staff, who are not its to act on")
        }
    }
}

extension EscalationRule {
    fileprivate func concerns(_ namespace: Namespace) -> Bool { self.namespace.map { $0 == namespace.name } ?? true }
}
