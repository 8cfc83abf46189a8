/// Guards in combination (after hummingbird-auth and Nest's composed guards). Every part is asked in order, once; the first that settles
/// the matter ends it. A part that throws refuses the whole, whatever the combination.
public struct CombinedGuard: Guard {
    enum Mode: Sendable { case all, any, none }

    /// The state of a combination before it waits.
    enum Progress {
        case settled(GuardVerdict)
        /// A part wants to wait. This asks it, and then those after it; what has answered is not asked again.
        case waiting(@Sendable () async throws -> GuardVerdict)
    }

    /// A combination within a combination is told apart, since it can be asked to go on where it stopped.
    private enum Part: Sendable {
        case one(any Guard)
        case combination(CombinedGuard)

        init(_ part: any Guard) {
            if let combination = part as? CombinedGuard { self = .combination(combination) } else { self = .one(part) }
        }

        func start(_ request: EventRequest) throws -> Progress {
            switch self {
            case .combination(let combination): return try combination.start(request)
            case .one(let part):
                if let verdict = try part.evaluateNow(request) { return .settled(verdict) }
                return .waiting { try await part.evaluate(request) }
            }
        }
    }

    private let mode: Mode
    private let parts: [Part]

    init(mode: Mode, parts: [any Guard]) {
        self.mode = mode
        self.parts = parts.map(Part.init)
    }

    /// Decides at once, if every part that is needed for it does.
    public func evaluateNow(_ request: EventRequest) throws -> GuardVerdict? {
        guard case .settled(let verdict) = try start(request) else { return nil }
        return verdict
    }

    /// Decides, asking those parts to wait that must.
    public func evaluate(_ request: EventRequest) async throws -> GuardVerdict {
        switch try start(request) {
        case .settled(let verdict): return verdict
        case .waiting(let rest): return try await rest()
        }
    }

    /// Asks the parts as far as they answer at once.
    func start(_ request: EventRequest) throws -> Progress {
        var denial = Self.noGuardAllowed
        for index in parts.indices {
            switch try parts[index].start(request) {
            case .settled(let verdict):
                if let settled = settle(verdict, &denial) { return .settled(settled) }
            case .waiting(let rest):
                return .waiting { [denial] in try await goOn(from: index, rest, denial, request) }
            }
        }
        return .settled(verdict(denial))
    }

    /// - Parameters:
    ///   - first: the part that waits.
    ///   - rest: what is left of it.
    private func goOn(
        from first: Int, _ rest: @Sendable () async throws -> GuardVerdict, _ denial: GuardVerdict, _ request: EventRequest
    ) async throws -> GuardVerdict {
        var denial = denial
        if let settled = settle(try await rest(), &denial) { return settled }
        for part in parts[first...].dropFirst() {
            let verdict: GuardVerdict
            switch try part.start(request) {
            case .settled(let now): verdict = now
            case .waiting(let rest): verdict = try await rest()
            }
            if let settled = settle(verdict, &denial) { return settled }
        }
        return self.verdict(denial)
    }

    private static let noGuardAllowed = GuardVerdict.deny(reason: "no_guard_allowed")

    /// When no part has settled it.
    private func verdict(_ denial: GuardVerdict) -> GuardVerdict { mode == .any ? denial : .allow }

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
