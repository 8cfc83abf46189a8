import Foundation
import GatehousePolicy
import GatehouseTestSupport
import Testing

@Suite("Properties of generated policies") struct PropertyTests {
    /// Rounds of four bundles in each of four parts. 6,250 make the 100,000 bundles of POL-03: set GATEHOUSE_PROPERTY_ROUNDS to that, and
    /// build for release, for the long run; a run of all tests has a sixteenth of it.
    private static let rounds = ProcessInfo.processInfo.environment["GATEHOUSE_PROPERTY_ROUNDS"].flatMap { Int($0) } ?? 390

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
        var random = SeededRandom(seed: seed)
        var reasons: [String: Int] = [:]
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
                    reasons[actual.reason, default: 0] += 1
                }
            }
        }
        let missing = Decision.Reason.allCases.filter { ![.builtin, .unknownNamespace].contains($0) && reasons[$0.rawValue] == nil }
        #expect(missing.isEmpty, "no request came to these reasons: \(missing)")
        #expect(reasons["allow_rule", default: 0] > 1_000)
    }

    @Test("POL-02: the order of rules, members and files changes no decision and no deciding rule", arguments: 0..<2)
    func shuffle(part: UInt64) throws {
        let seed = Self.seed &+ 100 &+ part
        print("seed of the shuffle test, part \(part): \(seed)")
        var random = SeededRandom(seed: seed)
        for _ in 0..<400 {
            let generated = GeneratedPolicy(rules: 8, using: &random)
            var shuffled = generated
            shuffled.rules.shuffle(using: &random)
            for at in shuffled.rules.indices {
                shuffled.rules[at].members.shuffle(using: &random)
                shuffled.rules[at].when.shuffle(using: &random)
            }
            let bundles = (try generated.load(), try shuffled.load())
            let policies = (try #require(bundles.0.namespace("/chat")), try #require(bundles.1.namespace("/chat")))
            for _ in 0..<20 {
                let subject = GeneratedPolicy.subject(bundles.0.global, using: &random)
                let action = GeneratedPolicy.action(using: &random)
                let first = verdict(policies.0, policies.0.grants(for: subject).decide(action, now: GeneratedPolicy.now))
                let second = verdict(policies.1, policies.1.grants(for: subject).decide(action, now: GeneratedPolicy.now))
                #expect(first == second, "seed \(seed): \(action) \(subject)\n\(generated)")
            }
        }
    }

    @Test("AC-23: a narrower rule beside a deny, allow or deny itself, never turns what is denied into what is allowed")
    func narrowerRule() throws {
        let seed = Self.seed &+ 400
        print("seed of the narrower-rule test: \(seed)")
        var random = SeededRandom(seed: seed)
        var denied = 0
        for _ in 0..<400 {
            let base = GeneratedPolicy(rules: 6, using: &random)
            guard let wide = base.rules.filter({ $0.effect == .deny && $0.section != .global }).randomElement(using: &random) else {
                continue
            }
            var narrow = wide
            narrow.id = "x"
            let name = { (member: String) in String(member.prefix { $0 != ":" }) }
            let taken = Set(narrow.when.map(name))
            if let more = GeneratedPolicy.members.filter({ !taken.contains(name($0)) && !taken.contains("anonymous") }).randomElement(
                using: &random)
            {
                narrow.when.append(more)
            }
            var deny = base, allow = base
            deny.rules.append(narrow)
            narrow.effect = .allow
            allow.rules.append(narrow)
            let bundles = try [base, deny, allow].map { try $0.load() }
            let policies = try bundles.map { try #require($0.namespace("/chat")) }
            for _ in 0..<20 {
                let subject = GeneratedPolicy.subject(bundles[0].global, using: &random)
                let action = GeneratedPolicy.action(using: &random)
                let decisions = policies.map { $0.grants(for: subject).decide(action, now: GeneratedPolicy.now) }
                let isDenied = [.denyRule, .evaluationError].contains(decisions[0].reason)
                if isDenied { denied += 1 }
                // A deny inside a deny changes nothing at all; an allow inside a deny opens nothing.
                guard decisions[1].isAllowed == decisions[0].isAllowed, !isDenied || !decisions[2].isAllowed else {
                    Issue.record("seed \(seed): \(decisions) for \(action) \(subject)\n\(base)\n\(narrow)")
                    return
                }
            }
        }
        #expect(denied > 100)
    }

    @Test("POL-09: report and warn decide as enforce does and only let it through", arguments: [PolicyMode.report, .warn])
    func watching(mode: PolicyMode) throws {
        let seed = Self.seed &+ 300
        print("seed of the mode test: \(seed)")
        var random = SeededRandom(seed: seed)
        var watched = 0
        for _ in 0..<300 {
            var generated = GeneratedPolicy(rules: 8, using: &random)
            let strict = try generated.load()
            generated.mode = mode.rawValue
            let lax = try generated.load()
            let policies = (try #require(strict.namespace("/chat")), try #require(lax.namespace("/chat")))
            for _ in 0..<20 {
                let subject = GeneratedPolicy.subject(strict.global, using: &random)
                let action = GeneratedPolicy.action(using: &random)
                let enforced = policies.0.grants(for: subject).decide(action, now: GeneratedPolicy.now)
                let recorded = policies.1.grants(for: subject).decide(action, now: GeneratedPolicy.now)
                // Guard rails of the transport, the Origin, the global file and the need for a token hold in every mode.
                guard recorded.isAllowed || !enforced.isAllowed, !recorded.isAllowed || recorded.wouldDeny == !enforced.isAllowed,
                    !recorded.isAllowed || (policies.0.ruleID(enforced), enforced.reason) == (policies.1.ruleID(recorded), recorded.reason)
                else {
                    Issue.record("seed \(seed): \(enforced), \(recorded) for \(action) \(subject)\n\(generated)")
                    return
                }
                if recorded.wouldDeny { watched += 1 }
            }
        }
        #expect(watched > 500)
    }

    /// Each round makes four bundles: the base, one with an allow more, one with a deny more, and one with an allow narrowed.
    @Test("POL-03: an allow more takes nothing, a deny more and a narrowed allow give nothing", arguments: 0..<4)
    func monotone(part: UInt64) throws {
        let seed = Self.seed &+ 200 &+ part
        print("seed of the monotonicity test, part \(part): \(seed)")
        var random = SeededRandom(seed: seed)
        var allowed = 0
        for _ in 0..<Self.rounds {
            let base = GeneratedPolicy(rules: Int.random(in: 1...4, using: &random), using: &random)
            var wider = base, stricter = base, narrowed = base
            wider.rules.append(GeneratedPolicy.rule("x", effect: .allow, using: &random))
            stricter.rules.append(GeneratedPolicy.rule("x", effect: .deny, using: &random))
            if let at = narrowed.rules.indices.filter({ narrowed.rules[$0].effect == .allow }).randomElement(using: &random) {
                let name = { (member: String) in String(member.prefix { $0 != ":" }) }
                let taken = Set(narrowed.rules[at].when.map(name))
                if !taken.contains("anonymous"),
                    let more = GeneratedPolicy.members.filter({ !taken.contains(name($0)) }).randomElement(using: &random)
                {
                    narrowed.rules[at].when.append(more)
                }
            }
            let policies = try [base, wider, stricter, narrowed].map { try #require(try $0.load().namespace("/chat")) }
            let settings = try base.load().global
            for _ in 0..<4 {
                let subject = GeneratedPolicy.subject(settings, using: &random)
                let action = GeneratedPolicy.action(using: &random)
                let answers = policies.map { $0.grants(for: subject).decide(action, now: GeneratedPolicy.now).isAllowed }
                if answers[0] { allowed += 1 }
                guard answers[1] || !answers[0], !answers[2] || answers[0], !answers[3] || answers[0] else {
                    Issue.record(
                        "seed \(seed): \(answers) \(action) \(subject)\n\(base)\n\(wider.rules.last as Any)\n\(stricter.rules.last as Any)")
                    return
                }
            }
        }
        #expect(allowed > Self.rounds / 20, "too few requests were allowed for the test to mean anything")
    }
}
