import GatehousePolicy
import Testing

@Suite("Properties of generated policies") struct PropertyTests {
    /// A fresh seed each run, printed with every failure.
    private static let seed = UInt64.random(in: 0...UInt64.max)

    private func verdict(_ policy: NamespacePolicy, _ decision: Decision) -> ReferenceEvaluator.Verdict {
        ReferenceEvaluator.Verdict(
            effect: decision.effect.rawValue, reason: decision.reason.rawValue, rule: decision.rule.flatMap { policy.rule($0)?.id },
            wouldDeny: decision.wouldDeny)
    }

    @Test("POL-02/04/07/09: the compiled tables agree with a naive evaluator on 100,000 pairs of policy and request", arguments: 0..<4)
    func reference(part: UInt64) throws {
        let seed = Self.seed &+ part
        print("seed of the reference test, part \(part): \(seed)")
        var random = SplitMix64(seed: seed)
        for round in 0..<500 {
            var generated = GeneratedPolicy(rules: Int.random(in: 1...12, using: &random), using: &random)
            generated.mode = random.pick(["enforce", "enforce", "warn", "report"])
            for at in generated.rules.indices where generated.rules[at].effect == .deny && generated.rules[at].section != .global {
                if random.chance(20) { generated.rules[at].members.append("mode: \(random.pick(["report", "warn", "enforce"]))") }
            }
            let bundle = try generated.load()
            let policy = try #require(bundle.namespace("/chat"))
            for _ in 0..<5 {
                let subject = GeneratedPolicy.subject(bundle.global, using: &random)
                let grants = policy.grants(for: subject)
                let naive = ReferenceEvaluator(bundle: bundle, subject: subject, now: GeneratedPolicy.now)
                for _ in 0..<10 {
                    let action = GeneratedPolicy.action(using: &random)
                    let expected = naive.decide("/chat", action)
                    let actual = verdict(policy, grants.decide(action, now: GeneratedPolicy.now))
                    guard actual == expected else {
                        Issue.record("seed \(seed), round \(round): \(action): \(actual), naive \(expected)\n\(subject)\n\(generated)")
                        return
                    }
                }
            }
        }
    }
}
