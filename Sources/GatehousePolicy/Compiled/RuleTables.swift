/// The tables of one namespace; those of the global denies are repeated in each, so that a decision looks in one place.
struct RuleTables: Sendable {
    var globalDeny = RuleTable()
    var connectDeny = RuleTable()
    var connectAllow = RuleTable()
    var joinDeny = RuleTable()
    var joinAllow = RuleTable()
    var sendDeny = RuleTable()
    var sendAllow = RuleTable()
    var receiveDeny = RuleTable()
    var receiveAllow = RuleTable()
    /// The 64-bit words that a session needs for all of them.
    var bitCount = 0

    static let all:
        [(path: any WritableKeyPath<RuleTables, RuleTable> & Sendable, section: PolicyRule.Section, effect: PolicyRule.Effect)] = [
            (\.globalDeny, .global, .deny), (\.connectDeny, .connect, .deny), (\.connectAllow, .connect, .allow),
            (\.joinDeny, .join, .deny), (\.joinAllow, .join, .allow), (\.sendDeny, .send, .deny), (\.sendAllow, .send, .allow),
            (\.receiveDeny, .receive, .deny), (\.receiveAllow, .receive, .allow),
        ]
}
