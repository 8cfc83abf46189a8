/// What the pipeline of one event loop counts for staff. Bound to the loop; nothing is locked.
final class LoopTally {
    /// The most rules that are counted apart: a server has a few, and clients make none.
    private static let most = 1_024

    /// Not checked for exclusive access: only the event loop touches it, and counting does not call out.
    @safe @exclusivity(unchecked) var messages = RateWindow()
    var connects = RateWindow()
    /// Refusals since the start, by the rule that refused, or the reason where no rule did.
    private(set) var denials: [String: UInt64] = [:]

    init() {}

    func denied(by rule: String?) {
        let rule = rule ?? "none"
        guard denials[rule] != nil || denials.count < Self.most else { return }
        denials[rule, default: 0] &+= 1
    }
}

@available(*, unavailable)
extension LoopTally: Sendable {}
