/// The checks of one field in the form that decoding walks: one reference a check, no copies.
struct Checks<Value: Sendable>: Sendable {
    final class Check: Sendable {
        let run: @Sendable (Value) -> Int?
        let constraint: Constraint<Value>

        init(_ run: @escaping @Sendable (Value) -> Int?, _ constraint: Constraint<Value>) {
            self.run = run
            self.constraint = constraint
        }
    }

    let checks: [Check]
    let steps: [@Sendable (Value) -> Value]

    init(_ constraints: [Constraint<Value>]) {
        var checks: [Check] = []
        var steps: [@Sendable (Value) -> Value] = []
        for constraint in constraints {
            switch constraint.body {
            case .value(let run): checks.append(Check(run, constraint))
            case .step(let step): steps.append(step)
            case .bytes, .items, .keys: break
            }
        }
        self.checks = checks
        self.steps = steps
    }

    var isEmpty: Bool { checks.isEmpty && steps.isEmpty }

    /// Applies steps and checks to a value in place; destroys it where a rule is broken.
    func hold(in raw: UnsafeMutableRawPointer, _ document: JSONDocument, _ reading: inout Reading) -> Bool {
        let place = unsafe raw.assumingMemoryBound(to: Value.self)
        for step in steps { unsafe place.pointee = step(place.pointee) }
        var holds = true
        for check in checks {
            guard let face = unsafe check.run(place.pointee), check.constraint.applies(document, reading) else { continue }
            reading.report(check.constraint.faces[face], override: check.constraint.override)
            holds = false
        }
        if !holds { unsafe place.deinitialize(count: 1) }
        return holds
    }

    /// The value after its steps, or nil where a rule is broken.
    @inline(__always)
    func apply(to value: Value, _ document: JSONDocument, _ reading: inout Reading) -> Value? {
        var value = value
        for step in steps { value = step(value) }
        var holds = true
        for check in checks {
            guard let face = check.run(value), check.constraint.applies(document, reading) else { continue }
            reading.report(check.constraint.faces[face], override: check.constraint.override)
            holds = false
        }
        return holds ? value : nil
    }
}

extension Constraint {
    @inline(__always) func applies(_ document: JSONDocument, _ reading: Reading) -> Bool {
        guard let condition else { return true }
        return condition(Siblings(document: document, object: reading.object))
    }
}
