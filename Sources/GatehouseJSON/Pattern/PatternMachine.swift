/// The automaton of a pattern: every state and class of bytes has one next state, so that matching looks at each byte once.
struct PatternMachine: Sendable {
    static let maxStates = 4_096
    private static let maxSteps = 16_384

    private enum Step {
        case bytes(ByteSet, next: Int)
        case split([Int])
        case match
    }

    private var classes = [UInt8](repeating: 0, count: 256)
    private var classCount = 1
    /// Next states by state and class; state 0 is the dead one.
    private var table: [UInt16] = []
    private var accepts: [Bool] = []

    /// Builds the automaton; nil if it would be too big.
    init?(_ node: PatternNode) {
        var steps: [Step] = [.match]
        guard let start = Self.compile(node, next: 0, &steps) else { return nil }
        classify(steps)
        guard determine(start, steps) else { return nil }
    }

    /// Appends the steps of a node that go on to a step, and gives the first of them.
    private static func compile(_ node: PatternNode, next: Int, _ steps: inout [Step]) -> Int? {
        guard steps.count < maxSteps else { return nil }
        switch node {
        case .bytes(let set):
            steps.append(.bytes(set, next: next))
            return steps.count - 1
        case .sequence(let parts):
            var next = next
            for part in parts.reversed() {
                guard let first = compile(part, next: next, &steps) else { return nil }
                next = first
            }
            return next
        case .alternatives(let branches):
            var firsts: [Int] = []
            for branch in branches {
                guard let first = compile(branch, next: next, &steps) else { return nil }
                firsts.append(first)
            }
            steps.append(.split(firsts))
            return steps.count - 1
        case .repetition(let inner, let min, let max):
            var next = next
            if let max {
                for _ in min..<max {
                    guard let first = compile(inner, next: next, &steps) else { return nil }
                    steps.append(.split([first, next]))
                    next = steps.count - 1
                }
            } else {
                let loop = steps.count
                steps.append(.split([]))
                guard let first = compile(inner, next: loop, &steps) else { return nil }
                steps[loop] = .split([first, next])
                next = loop
            }
            for _ in 0..<min {
                guard let first = compile(inner, next: next, &steps) else { return nil }
                next = first
            }
            return next
        }
    }

    /// Puts bytes that no set tells apart into one class.
    private mutating func classify(_ steps: [Step]) {
        let sets = Set(steps.compactMap { if case .bytes(let set, _) = $0 { set } else { nil } })
        var known: [[Bool]: UInt8] = [:]
        for byte in UInt8.min...UInt8.max {
            let signature = sets.map { $0.contains(byte) }
            let index = known[signature] ?? UInt8(truncatingIfNeeded: known.count)
            known[signature] = index
            classes[Int(byte)] = index
        }
        classCount = known.count
    }

    /// Builds the states from sets of steps.
    private mutating func determine(_ start: Int, _ steps: [Step]) -> Bool {
        var representatives = [UInt8](repeating: 0, count: classCount)
        for byte in UInt8.min...UInt8.max { representatives[Int(classes[Int(byte)])] = byte }
        var states: [[Int]] = [[], Self.closure([start], steps)]
        var index: [[Int]: Int] = [states[0]: 0, states[1]: 1]
        var current = 0
        while current < states.count {
            accepts.append(states[current].contains { if case .match = steps[$0] { true } else { false } })
            for byte in representatives {
                let next = states[current].compactMap { step -> Int? in
                    guard case .bytes(let set, let next) = steps[step], set.contains(byte) else { return nil }
                    return next
                }
                let set = Self.closure(next, steps)
                if let known = index[set] {
                    table.append(UInt16(truncatingIfNeeded: known))
                } else {
                    guard states.count < Self.maxStates else { return false }
                    index[set] = states.count
                    table.append(UInt16(truncatingIfNeeded: states.count))
                    states.append(set)
                }
            }
            current += 1
        }
        return true
    }

    /// The steps that are reached without reading a byte.
    private static func closure(_ roots: [Int], _ steps: [Step]) -> [Int] {
        var seen: Set<Int> = []
        var reached: [Int] = []
        var open = roots
        while let step = open.popLast() {
            guard seen.insert(step).inserted else { continue }
            if case .split(let next) = steps[step] { open += next } else { reached.append(step) }
        }
        return reached.sorted()
    }

    func matches(_ text: RawSpan) -> Bool {
        var state = 1
        var i = 0
        while i < text.byteCount {
            state = Int(table[state &* classCount &+ Int(classes[Int(text.byte(i))])])
            guard state != 0 else { return false }
            i &+= 1
        }
        return accepts[state]
    }
}
