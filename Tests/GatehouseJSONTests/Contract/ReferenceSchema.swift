import GatehouseJSON

/// A second reader of JSON Schema, which knows nothing of constraints: whether a value keeps a schema.
///
/// One difference is known and left out: for JSON Schema `1.0` is an integer, and Gatehouse refuses its spelling (VAL-05).
struct ReferenceSchema {
    let definitions: JSONObject

    func resolved(_ schema: JSONObject) -> JSONObject {
        guard let reference = schema["$ref"]?.stringValue else { return schema }
        return definitions[String(reference.dropFirst("#/$defs/".count))]?.objectValue ?? [:]
    }

    func accepts(_ value: JSONValue, _ schema: JSONValue?) -> Bool {
        if let schema = schema?.boolValue { return schema }
        guard let schema = schema?.objectValue.map(resolved) else { return true }
        return schema.members.allSatisfy { keeps(value, $0.key, $0.value, schema) }
    }

    private func keeps(_ value: JSONValue, _ keyword: String, _ rule: JSONValue, _ schema: JSONObject) -> Bool {
        switch keyword {
        case "type": isType(value, rule.stringValue ?? "")
        case "const": isSame(value, rule)
        case "enum": rule.arrayValue?.contains { isSame(value, $0) } == true
        case "not": !accepts(value, rule)
        case "allOf": rule.arrayValue?.allSatisfy { accepts(value, $0) } == true
        case "anyOf": rule.arrayValue?.contains { accepts(value, $0) } == true
        case "oneOf": rule.arrayValue?.count { accepts(value, $0) } == 1
        default:
            switch value {
            case .string(let text): keeps(text, keyword, rule)
            case .integer, .number: keeps(value.doubleValue ?? .nan, keyword, rule)
            case .array(let items): keeps(items, keyword, rule)
            case .object(let object): keeps(object, keyword, rule, schema)
            case .null, .bool: true
            }
        }
    }

    private func isType(_ value: JSONValue, _ type: String) -> Bool {
        switch value {
        case .null: type == "null"
        case .bool: type == "boolean"
        case .integer: type == "integer" || type == "number"
        case .number: type == "number"
        case .string: type == "string"
        case .array: type == "array"
        case .object: type == "object"
        }
    }

    private func isSame(_ one: JSONValue, _ other: JSONValue) -> Bool {
        if let first = one.doubleValue, let second = other.doubleValue { return first == second }
        return one == other
    }

    private func keeps(_ text: String, _ keyword: String, _ rule: JSONValue) -> Bool {
        switch keyword {
        case "minLength": Int64(text.unicodeScalars.count) >= rule.integerValue ?? 0
        case "maxLength": Int64(text.unicodeScalars.count) <= rule.integerValue ?? .max
        case "pattern": Self.matches(text, rule.stringValue ?? "")
        case "format" where rule == "date-time": Self.isTime(text)
        default: true
        }
    }

    static func matches(_ text: String, _ pattern: String) -> Bool {
        guard let regex = try? Regex(pattern).matchingSemantics(.unicodeScalar) else { return false }
        // The standard library's `$` also stands before a last line end; that of ECMA 262 does not.
        if pattern.hasPrefix("^"), pattern.hasSuffix("$") {
            return (try? Regex(String(pattern.dropFirst().dropLast())).matchingSemantics(.unicodeScalar).wholeMatch(in: text)) ?? nil != nil
        }
        return (try? regex.firstMatch(in: text)) ?? nil != nil
    }

    private static func isTime(_ text: String) -> Bool {
        matches(
            text,
            "^[0-9]{4}-(?:0[1-9]|1[0-2])-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,9})?(?:Z|[+-][0-2][0-9]:[0-5][0-9])$")
    }

    private func keeps(_ number: Double, _ keyword: String, _ rule: JSONValue) -> Bool {
        let bound = rule.doubleValue ?? 0
        return switch keyword {
        case "minimum": number >= bound
        case "maximum": number <= bound
        case "exclusiveMinimum": number > bound
        case "exclusiveMaximum": number < bound
        case "multipleOf": (number / bound).rounded() == number / bound
        default: true
        }
    }

    private func keeps(_ items: [JSONValue], _ keyword: String, _ rule: JSONValue) -> Bool {
        switch keyword {
        case "minItems": Int64(items.count) >= rule.integerValue ?? 0
        case "maxItems": Int64(items.count) <= rule.integerValue ?? .max
        case "items": items.allSatisfy { accepts($0, rule) }
        case "contains": items.contains { accepts($0, rule) }
        case "uniqueItems": items.indices.allSatisfy { index in !items[..<index].contains { isSame($0, items[index]) } }
        default: true
        }
    }

    private func keeps(_ object: JSONObject, _ keyword: String, _ rule: JSONValue, _ schema: JSONObject) -> Bool {
        switch keyword {
        case "minProperties": return Int64(object.count) >= rule.integerValue ?? 0
        case "maxProperties": return Int64(object.count) <= rule.integerValue ?? .max
        case "required": return rule.arrayValue?.allSatisfy { object[$0.stringValue ?? ""] != nil } == true
        case "propertyNames": return object.keys.allSatisfy { accepts(.string($0), rule) }
        case "properties":
            return object.members.allSatisfy { member in rule[member.key].map { accepts(member.value, $0) } ?? true }
        case "additionalProperties":
            return object.members.allSatisfy { schema["properties"]?[$0.key] != nil || accepts($0.value, rule) }
        default: return true
        }
    }
}
