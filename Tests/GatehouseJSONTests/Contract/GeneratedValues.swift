import GatehouseTestSupport

@testable import GatehouseJSON

/// Makes values of a JSON Schema, and changes them, from a seed.
struct GeneratedValues {
    let reference: ReferenceSchema
    var random: SeededRandom

    /// A value that keeps the schema; nil if none was found.
    mutating func value(_ schema: JSONValue, depth: Int = 0) -> JSONValue? {
        for _ in 0..<40 {
            guard let value = attempt(schema, depth) else { continue }
            if reference.accepts(value, schema) { return value }
        }
        return nil
    }

    private mutating func attempt(_ schema: JSONValue, _ depth: Int) -> JSONValue? {
        var members = reference.resolved(schema.objectValue ?? [:])
        for part in members["allOf"]?.arrayValue ?? [] {
            for (key, value) in reference.resolved(part.objectValue ?? [:]).members where members[key] == nil { members[key] = value }
        }
        if let constant = members["const"] { return constant }
        if let values = members["enum"]?.arrayValue { return random.pick(values) }
        if let choices = members["anyOf"]?.arrayValue ?? members["oneOf"]?.arrayValue {
            return value(depth > 4 ? choices.last ?? .null : random.pick(choices), depth: depth + 1)
        }
        switch members["type"]?.stringValue {
        case "null": return .null
        case "boolean": return .bool(random.chance(50))
        case "integer": return .integer(integer(members))
        case "number": return random.chance(50) ? .integer(integer(members)) : .number(Double(integer(members)) + 0.25)
        case "string": return .string(text(members))
        case "array": return array(members, depth)
        case "object": return object(members, depth)
        default: return random.pick(Self.junk)
        }
    }

    private mutating func integer(_ members: JSONObject) -> Int64 {
        let low = members["minimum"]?.integerValue ?? members["exclusiveMinimum"]?.integerValue.map { $0 + 1 } ?? -1_000
        let high = members["maximum"]?.integerValue ?? members["exclusiveMaximum"]?.integerValue.map { $0 - 1 } ?? max(low, 1_000)
        let number = random.chance(25) ? random.pick([low, high]) : Int64.random(in: low...max(low, high), using: &random)
        guard let factor = members["multipleOf"]?.integerValue else { return number }
        return number / factor * factor
    }

    private mutating func text(_ members: JSONObject) -> String {
        if members["format"] == "date-time" { return random.pick(["2026-03-01T12:00:00Z", "1999-12-31T23:59:59.123+02:00"]) }
        if let pattern = members["pattern"]?.stringValue { return text(pattern: pattern) }
        let low = Int(members["minLength"]?.integerValue ?? 0)
        let high = max(low, min(Int(members["maxLength"]?.integerValue ?? 40), low + 40))
        let count = random.chance(30) ? random.pick([low, high]) : Int.random(in: low...high, using: &random)
        var text = ""
        for _ in 0..<count { text.unicodeScalars.append(random.pick(["a", "B", "7", " ", "\"", "\u{E9}", "\u{301}", "\u{1F600}", "\n"])) }
        return text
    }

    /// A text of a pattern: the exported one is one of the own dialect again, but for its anchors and the marks of its groups.
    private mutating func text(pattern: String) -> String {
        var body = pattern.split(separator: "(?:", omittingEmptySubsequences: false).joined(separator: "(")
        guard body.hasPrefix("^"), body.hasSuffix("$") else { return "x" + pattern }
        body = String(body.dropFirst().dropLast())
        var parser = PatternParser(body)
        guard let node = try? parser.parse() else { return "" }
        var bytes: [UInt8] = []
        append(node, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func append(_ node: PatternNode, to bytes: inout [UInt8]) {
        switch node {
        case .bytes(let set): bytes.append(random.pick((0...UInt8.max).filter(set.contains)))
        case .sequence(let parts): for part in parts { append(part, to: &bytes) }
        case .alternatives(let branches): append(random.pick(branches), to: &bytes)
        case .repetition(let part, let low, let high):
            for _ in 0..<Int.random(in: low...min(high ?? low + 3, low + 3), using: &random) { append(part, to: &bytes) }
        }
    }

    private mutating func array(_ members: JSONObject, _ depth: Int) -> JSONValue? {
        let low = Int(members["minItems"]?.integerValue ?? 0)
        let high = depth > 4 ? low : min(Int(members["maxItems"]?.integerValue ?? 4), low + 4)
        var items: [JSONValue] = []
        for _ in 0..<Int.random(in: low...max(low, high), using: &random) {
            guard let item = value(members["items"] ?? true, depth: depth + 1) else { return nil }
            items.append(item)
        }
        return .array(items)
    }

    private mutating func object(_ members: JSONObject, _ depth: Int) -> JSONValue? {
        var object = JSONObject()
        let required = members["required"]?.arrayValue ?? []
        for (name, schema) in members["properties"]?.objectValue?.members ?? [] {
            guard required.contains(.string(name)) || (depth < 4 && random.chance(70)) else { continue }
            guard let value = value(schema, depth: depth + 1) else { return nil }
            object[name] = value
        }
        guard let rest = members["additionalProperties"], rest.objectValue != nil else { return .object(object) }
        for _ in 0..<Int.random(in: 0...min(3, Int(members["maxProperties"]?.integerValue ?? 3)), using: &random) {
            guard let name = value(members["propertyNames"] ?? ["type": "string"], depth: depth + 1)?.stringValue,
                let value = value(rest, depth: depth + 1)
            else { return nil }
            object[name] = value
        }
        return .object(object)
    }

    static let junk: [JSONValue] = [
        .null, true, "", "x", "a-b", .string(String(repeating: "a", count: 70)), 0, 1, -1, 6, 1_000_000, .number(0.5), [], ["x"], [:],
        ["x": 1],
    ]

    /// The value with one thing changed, somewhere in it. It may keep the schema all the same.
    mutating func mutation(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(var object) where !object.isEmpty && random.chance(85):
            let key = random.pick(object.keys)
            switch Int.random(in: 0..<8, using: &random) {
            case 0: object[key] = nil
            case 1: object["other"] = random.pick(Self.junk)
            default: object[key] = object[key].map { mutation($0) }
            }
            return .object(object)
        case .array(var items) where !items.isEmpty && random.chance(85):
            let index = Int.random(in: items.indices, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: items.remove(at: index)
            case 1: items += [items[index]]
            case 2: items = Array(repeating: items[index], count: 9)
            default: items[index] = mutation(items[index])
            }
            return .array(items)
        case .string(let text) where random.chance(60):
            return .string(random.pick([text + text, text + "\n", String(text.dropLast()), text.uppercased(), "\u{1F600}" + text]))
        case .integer(let number) where random.chance(60): return .integer(number &+ random.pick([1, -1, 1_000_000, -1_000_000]))
        default: return random.pick(Self.junk)
        }
    }
}
