import GatehousePolicy
import GatehouseTestSupport
import Testing

@Suite("Rules that are added beside a deny") struct NarrowerRuleTests {
    @Test("AC-23: whatever allow is added, narrower or wider than a deny, what the deny refused stays refused", arguments: 0..<4)
    func denyStays(part: UInt64) throws {
        let seed = UInt64.random(in: 0...UInt64.max) &+ part
        print("seed of the narrower-rule test, part \(part): \(seed)")
        var random = SeededRandom(seed: seed)
        var denied = 0
        for round in 0..<400 {
            let base = GeneratedPolicy(rules: Int.random(in: 2...8, using: &random), using: &random)
            let bundle = try base.load()
            let policy = try #require(bundle.namespace("/chat"))
            var more = base
            more.rules.append(GeneratedPolicy.rule("narrower", effect: .allow, using: &random))
            let added = try #require(try more.load().namespace("/chat"))
            for _ in 0..<12 {
                let subject = GeneratedPolicy.subject(bundle.global, using: &random)
                let action = GeneratedPolicy.action(using: &random)
                let before = policy.grants(for: subject).decide(action, now: GeneratedPolicy.now)
                guard before.reason == .denyRule, !before.isAllowed else { continue }
                denied += 1
                let after = added.grants(for: subject).decide(action, now: GeneratedPolicy.now)
                guard !after.isAllowed else {
                    Issue.record("seed \(seed), round \(round): allowed by \(more.rules.last as Any): \(action) \(subject)\n\(base)")
                    return
                }
            }
        }
        #expect(denied > 100, "too few requests were denied by a rule for the test to mean anything")
    }
}
