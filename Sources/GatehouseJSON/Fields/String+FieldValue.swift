extension String: FieldValue {
    /// Reads a JSON string.
    public static func reader(_ constraints: [Constraint<String>]) -> FieldReader<String> {
        let checks = StringChecks(constraints)
        return FieldReader(problems: constraints.problems()) { document, text, node, reading in
            guard let value = document[node], value.kind == .string else {
                reading.report("isString", "must be a string")
                return nil
            }
            return checks.read(value, document, text, &reading)
        }.shaped(.string(format: nil), constraints)
    }
}

/// The checks of a string field. Most look at the received bytes, so that a string is made only of text that will be kept.
struct StringChecks: Sendable {
    final class Check: Sendable {
        let run: @Sendable (RawSpan) -> Int?
        let constraint: Constraint<String>

        init(_ run: @escaping @Sendable (RawSpan) -> Int?, _ constraint: Constraint<String>) {
            self.run = run
            self.constraint = constraint
        }
    }

    let checks: [Check]
    let steps: [@Sendable (String) -> String]

    init(_ constraints: [Constraint<String>]) {
        var checks: [Check] = []
        var steps: [@Sendable (String) -> String] = []
        for constraint in constraints {
            switch constraint.body {
            case .bytes(let run): checks.append(Check(run, constraint))
            case .value(let run):
                checks.append(Check({ bytes in run(String(copying: bytes)) }, constraint))
            case .step(let step): steps.append(step)
            case .item, .items, .keys, .count: break
            }
        }
        self.checks = checks
        self.steps = steps
    }

    @inline(__always)
    func read(_ value: JSONNode, _ document: JSONDocument, _ text: RawSpan, _ reading: inout Reading) -> String? {
        if steps.isEmpty && !value.hasEscapes {
            guard check(text.extracting(value.range), document, &reading) else { return nil }
            return value.string(text)
        }
        var string = value.string(text)
        for step in steps { string = step(string) }
        return check(unsafe string.utf8Span.span.bytes, document, &reading) ? string : nil
    }

    @inline(__always)
    func check(_ bytes: RawSpan, _ document: JSONDocument, _ reading: inout Reading) -> Bool {
        var holds = true
        let checks = checks.span
        for index in checks.indices {
            guard let face = checks[index].run(bytes) else { continue }
            let constraint = checks[index].constraint
            guard constraint.applies(document, reading) else { continue }
            reading.report(constraint.faces[face], override: constraint.override)
            holds = false
        }
        return holds
    }
}

extension String {
    /// The string of validated UTF-8.
    init(copying bytes: RawSpan) {
        self = unsafe bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
