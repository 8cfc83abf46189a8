import GatehouseJSON

/// Typed scalars. YAML's own guesses are not used: the schema decides the type of a field, and ambiguous text is refused.
extension MappingReader {
    func text(_ node: YAMLNode, _ name: String) -> String? {
        guard case .scalar(let text, let quoted) = node.kind else {
            diagnostics.report(.type, at: node.position, "'\(name)' is \(node.kindName); text is due")
            return nil
        }
        if !quoted, ScalarForm.isAmbiguous(text) {
            diagnostics.report(.type, at: node.position, "'\(name)' is text, and \(text) may be read as something else: write \"\(text)\"")
            return nil
        }
        guard !text.isEmpty else {
            diagnostics.report(.value, at: node.position, "'\(name)' is empty: write a value or remove the key")
            return nil
        }
        return text
    }

    mutating func text(_ key: String) -> String? { take(key).flatMap { text($0, key) } }

    mutating func bool(_ key: String) -> Bool? {
        guard let node = take(key) else { return nil }
        if case .scalar(let text, false) = node.kind, text == "true" || text == "false" { return text == "true" }
        diagnostics.report(.type, at: node.position, "'\(key)' is either true or false (without quotes; 'yes' and 'no' are not booleans)")
        return nil
    }

    mutating func integer(_ key: String, _ range: ClosedRange<Int64>) -> Int64? {
        guard let node = take(key) else { return nil }
        guard case .scalar(let text, false) = node.kind, let value = WholeNumber.parse(text) else {
            diagnostics.report(.type, at: node.position, "'\(key)' is a whole number in digits only, without quotes, '_' or leading zeros")
            return nil
        }
        guard range.contains(value) else {
            diagnostics.report(.value, at: node.position, "'\(key)' is from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return value
    }

    mutating func count(_ key: String, _ range: ClosedRange<Int64> = 1...10_000_000) -> Int? {
        integer(key, range).flatMap { Int(exactly: $0) }
    }

    mutating func span(_ key: String, atMost limit: Int64 = 366 * 86_400_000_000_000) -> Int64? {
        guard let node = take(key) else { return nil }
        guard case .scalar(let text, _) = node.kind, let value = TimeSpan.parse(text) else {
            diagnostics.report(.type, at: node.position, "'\(key)' is a span of time with its unit (ms, s, m, h, d), such as 30s")
            return nil
        }
        guard value <= limit else {
            diagnostics.report(.value, at: node.position, "'\(key)' is at most \(TimeSpan.text(limit))")
            return nil
        }
        return value
    }

    mutating func size(_ key: String) -> Int64? {
        guard let node = take(key) else { return nil }
        guard case .scalar(let text, _) = node.kind, let value = ByteCount.parse(text), value > 0 else {
            diagnostics.report(.type, at: node.position, "'\(key)' is a size with its unit (B, KiB, MiB, GiB), such as 64KiB")
            return nil
        }
        return value
    }

    mutating func rate(_ key: String, bytes: Bool = false) -> RateLimit? {
        guard let node = take(key) else { return nil }
        guard case .scalar(let text, _) = node.kind, let value = RateLimit(parsing: text, bytes: bytes) else {
            let example = bytes ? "64KiB/s burst 256KiB" : "10/s burst 40"
            diagnostics.report(.type, at: node.position, "'\(key)' is a rate per s, m or h, with a burst if wished, such as \(example)")
            return nil
        }
        return value
    }

    /// A rate that is on by default: only `off` removes it.
    mutating func rate(_ key: String, default standard: RateLimit?) -> RateLimit? {
        guard let node = entries.first(where: { $0.key == key })?.value else { return standard }
        guard case .scalar("off", false) = node.kind else { return rate(key) }
        _ = take(key)
        return nil
    }

    mutating func choice<Value: RawRepresentable & CaseIterable>(_ key: String, _: Value.Type) -> Value?
    where Value.RawValue == String {
        guard let node = take(key) else { return nil }
        if case .scalar(let text, _) = node.kind, let value = Value(rawValue: text) { return value }
        let all = Value.allCases.map(\.rawValue).joined(separator: ", ")
        diagnostics.report(.value, at: node.position, "'\(key)' is one of: \(all)")
        return nil
    }

    mutating func pointer(_ key: String) -> JSONPointer? { take(key).flatMap { pointer($0, key) } }

    func pointer(_ node: YAMLNode, _ key: String) -> JSONPointer? {
        guard let text = text(node, key) else { return nil }
        guard let pointer = JSONPointer(text), !pointer.tokens.isEmpty else {
            diagnostics.report(.value, at: node.position, "'\(key)' is a JSON pointer that starts with '/', such as /room")
            return nil
        }
        return pointer
    }

    /// A typed value to compare with: quoted is text; plain is a boolean, a number, or text that cannot be anything else.
    func literal(_ node: YAMLNode, _ key: String) -> JSONValue? {
        guard case .scalar(let text, let quoted) = node.kind else {
            diagnostics.report(.type, at: node.position, "'\(key)' is \(node.kindName); text, a number, true or false is due")
            return nil
        }
        if quoted { return .string(text) }
        switch text {
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: break
        }
        let unsigned = text.hasPrefix("-") ? text.dropFirst() : text[...]
        if let value = WholeNumber.parse(unsigned) { return .integer(text.hasPrefix("-") ? -value : value) }
        let parts = unsigned.split(separator: ".", omittingEmptySubsequences: false)
        if parts.count == 2, WholeNumber.parse(parts[0]) != nil, WholeNumber.parse("1" + parts[1]) != nil, let value = Double(text) {
            return .number(value)
        }
        guard !ScalarForm.isAmbiguous(text) else {
            diagnostics.report(
                .type, at: node.position, "'\(key)': \(text) may be read in more than one way: quote text, write numbers in digits")
            return nil
        }
        return .string(text)
    }
}

/// What a YAML reader might take a plain scalar for.
enum ScalarForm {
    static func isAmbiguous(_ text: String) -> Bool {
        switch text.lowercased() {
        case "true", "false", "yes", "no", "on", "off", "y", "n", "null", "~", ".nan", ".inf", "-.inf", "+.inf", "=": return true
        default: break
        }
        guard let first = text.utf8.first else { return false }
        let digit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
        guard digit || first == UInt8(ascii: "+") || first == UInt8(ascii: "-") || first == UInt8(ascii: ".") else { return false }
        // Integers in any base, with '_', decimals, exponents, 12:30 and dates; words such as 10s and 64KiB are none of them.
        return text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "+-._:eExXoOabcdefABCDEF".utf8.contains($0) }
    }
}
