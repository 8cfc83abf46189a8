/// The checks of one field in the form that decoding walks: one reference a check, no copies.
struct Checks<Value: Sendable>: Sendable {
    final class Check: Sendable {
        let run: @Sendable (Value) -> Int?
        let constraint: Constraint<Value>
        /// Whether the result is the index of an item instead of a face.
        let findsItem: Bool

        init(_ run: @escaping @Sendable (Value) -> Int?, _ constraint: Constraint<Value>, findsItem: Bool = false) {
            self.run = run
            self.constraint = constraint
            self.findsItem = findsItem
        }

        /// Whether the rule holds; reports it if not.
        @inline(__always) func holds(_ value: Value, _ document: JSONDocument, _ reading: inout Reading) -> Bool {
            guard let found = run(value), constraint.applies(document, reading) else { return true }
            let face = constraint.faces[findsItem ? 0 : found]
            reading.report(face, override: constraint.override, at: findsItem ? [.index(found)] : [])
            return false
        }
    }

    let checks: [Check]
    let steps: [@Sendable (Value) -> Value]
    /// Stored: to ask generic arrays costs a lookup of their metadata for each message.
    let isEmpty: Bool

    init(_ constraints: [Constraint<Value>]) {
        var checks: [Check] = []
        var steps: [@Sendable (Value) -> Value] = []
        for constraint in constraints {
            switch constraint.body {
            case .value(let run): checks.append(Check(run, constraint))
            case .step(let step): steps.append(step)
            case .item(let run): checks.append(Check(run, constraint, findsItem: true))
            case .bytes, .items, .keys, .count: break
            }
        }
        self.checks = checks
        self.steps = steps
        isEmpty = checks.isEmpty && steps.isEmpty
    }

    /// Applies steps and checks to a value in place; destroys it where a rule is broken.
    func hold(in raw: UnsafeMutableRawPointer, _ document: JSONDocument, _ reading: inout Reading) -> Bool {
        let place = unsafe raw.assumingMemoryBound(to: Value.self)
        for step in steps { unsafe place.pointee = step(place.pointee) }
        var holds = true
        for check in checks {
            holds = unsafe check.holds(place.pointee, document, &reading) && holds
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
            holds = check.holds(value, document, &reading) && holds
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
