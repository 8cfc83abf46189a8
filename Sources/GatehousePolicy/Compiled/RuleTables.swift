/// The tables of one namespace; those of the global denies are repeated in each, so that a decision looks in one place.
final class RuleTables: Sendable {
    let globalDeny: RuleTable
    let connectDeny: RuleTable
    let connectAllow: RuleTable
    let joinDeny: RuleTable
    let joinAllow: RuleTable
    let sendDeny: RuleTable
    let sendAllow: RuleTable
    let receiveDeny: RuleTable
    let receiveAllow: RuleTable
    /// All of them.
    let all: [RuleTable]
    /// The 64-bit words that a session needs for all of them.
    let bitCount: Int

    /// - Parameter make: makes the table of a section and effect, whose bits start at an offset.
    init(_ make: (PolicyRule.Section, PolicyRule.Effect, Int) -> RuleTable = { _, _, _ in RuleTable() }) {
        var all: [RuleTable] = []
        var offset = 0
        func table(_ section: PolicyRule.Section, _ effect: PolicyRule.Effect) -> RuleTable {
            let table = make(section, effect, offset)
            offset += table.bitCount
            all.append(table)
            return table
        }
        globalDeny = table(.global, .deny)
        connectDeny = table(.connect, .deny)
        connectAllow = table(.connect, .allow)
        joinDeny = table(.join, .deny)
        joinAllow = table(.join, .allow)
        sendDeny = table(.send, .deny)
        sendAllow = table(.send, .allow)
        receiveDeny = table(.receive, .deny)
        receiveAllow = table(.receive, .allow)
        self.all = all
        bitCount = offset
    }
}
