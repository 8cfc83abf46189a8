/// A decision with the part of every rule of its section (POL-31, POL-32).
package struct Explanation: Sendable {
    package enum Outcome: Sendable, Equatable {
        case matched
        /// The first condition that does not hold.
        case failed(String)
        /// The first condition that cannot be evaluated.
        case error(String)
        /// It speaks of another event or room.
        case elsewhere
    }

    package struct Line: Sendable {
        package let rule: PolicyRule
        package let outcome: Outcome
    }

    package let decision: Decision
    /// The id of the determining rule.
    package let rule: String
    /// What a decision turned on besides rules: transport, Origin, a missing token.
    package let note: String?
    package let lines: [Line]

    /// The rules that spoke of the action and did not match, each with the first condition that failed.
    package var nearMisses: [(id: String, failed: String)] {
        lines.compactMap { line in
            switch line.outcome {
            case .failed(let text): (line.rule.id, text)
            case .error(let text): (line.rule.id, "cannot be evaluated: \(text)")
            case .matched, .elsewhere: nil
            }
        }
    }

    /// The account for a person.
    package var text: String {
        var text = "\(decision.effect.rawValue) (\(decision.reason.rawValue)) by \(rule), generation \(decision.generation)"
        if decision.wouldDeny { text += "; would deny, but the mode is \(decision.mode.rawValue)" }
        if let note { text += "\n  \(note)" }
        for line in lines {
            let rule = "\(line.rule.effect.rawValue) \(line.rule.id) (\(line.rule.position))"
            switch line.outcome {
            case .matched: text += "\n  \(rule): matches"
            case .failed(let reason): text += "\n  \(rule): fails at \(reason)"
            case .error(let reason): text += "\n  \(rule): cannot be evaluated at \(reason)"
            case .elsewhere: break
            }
        }
        return text
    }
}
