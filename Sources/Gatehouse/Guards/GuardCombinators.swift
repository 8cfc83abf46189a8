/// Guards in combination (after hummingbird-auth and Nest's composed guards). Every part is asked in order; the first that settles the
/// matter ends it. A part that throws refuses the whole, whatever the combination.
public struct CombinedGuard: Guard {
    enum Mode: Sendable { case all, any, none }
    let mode: Mode
    let parts: [any Guard]

    /// Decides at once, if every part that is needed for it does.
    public func evaluateNow(_ request: GuardRequest) throws -> GuardVerdict? {
        var denial = GuardVerdict.deny(reason: "no_guard_allowed")
        for part in parts {
            guard let verdict = try part.evaluateNow(request) else { return nil }
            if let settled = settle(verdict, &denial) { return settled }
        }
        return mode == .any ? denial : .allow
    }

    /// Decides, asking those parts to wait that must.
    public func evaluate(_ request: GuardRequest) async throws -> GuardVerdict {
        var denial = GuardVerdict.deny(reason: "no_guard_allowed")
        for part in parts {
            var verdict = try part.evaluateNow(request)
            if verdict == nil { verdict = try await part.evaluate(request) }
            if let verdict, let settled = settle(verdict, &denial) { return settled }
        }
        return mode == .any ? denial : .allow
    }

    private func settle(_ verdict: GuardVerdict, _ denial: inout GuardVerdict) -> GuardVerdict? {
        switch (mode, verdict) {
        case (.all, .deny), (.any, .allow): return verdict
        case (.none, .allow): return .deny(reason: "negated_guard_allowed")
        case (.any, .deny):
            denial = verdict
            return nil
        case (.all, .allow), (.none, .deny): return nil
        }
    }
}

extension Guard where Self == CombinedGuard {
    /// Allows if every part allows.
    public static func allOf(_ parts: any Guard...) -> CombinedGuard { CombinedGuard(mode: .all, parts: parts) }
    /// Allows if one part allows.
    public static func anyOf(_ parts: any Guard...) -> CombinedGuard { CombinedGuard(mode: .any, parts: parts) }
    /// Allows if the part refuses.
    public static func not(_ part: any Guard) -> CombinedGuard { CombinedGuard(mode: .none, parts: [part]) }
}
