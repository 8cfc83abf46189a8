internal import GatehouseJSON

extension AuditSchema {
    private static let parsed = Result { try JSONValue(parsing: Array(json.utf8), limits: JSONLimits()) }

    /// The parts of `line` that violate the schema; empty for a good record. For tests and tools, not for the hot path.
    package static func violations(in line: String) -> [String] {
        do {
            let schema = try parsed.get()
            let value = try JSONValue(parsing: Array(line.utf8), limits: JSONLimits())
            var found: [String] = []
            check(value, schema, "", &found)
            guard case .object(let members) = value, case .object(let root)? = schema["properties"] else { return found }
            // The order of the members is fixed.
            let names = members.members.map(\.key)
            if names != root.members.map(\.key).filter(names.contains) { found.append("the members are not in the fixed order") }
            return found
        } catch {
            return ["not JSON: \(error)"]
        }
    }

    /// The part of JSON Schema that `json` uses. It recurses over the schema, which is ours and four levels deep.
    private static func check(_ value: JSONValue, _ schema: JSONValue, _ path: String, _ found: inout [String]) {
        if let only = schema["const"], only != value { found.append("\(path): is not \(only.serialized)") }
        if let words = schema["enum"], case .array(let allowed) = words, !allowed.contains(value) { found.append("\(path): unknown word") }
        if let type = schema["type"], !matches(value, type) {
            found.append("\(path): has another type")
            return
        }
        switch value {
        case .string(let text):
            // The log counts escaped bytes, of which there are never fewer than characters.
            if let limit = schema.integer("maxLength"), text.unicodeScalars.count > limit { found.append("\(path): too long") }
            if let limit = schema.integer("minLength"), text.unicodeScalars.count < limit { found.append("\(path): too short") }
            if let pattern = schema["pattern"], case .string(let source) = pattern {
                let isMatch = (try? Regex(source).wholeMatch(in: text)) ?? nil
                if isMatch == nil { found.append("\(path): does not match \(source)") }
            }
        case .integer(let number):
            if let least = schema.integer("minimum"), number < least { found.append("\(path): below \(least)") }
            if let most = schema.integer("maximum"), number > most { found.append("\(path): above \(most)") }
        case .array(let items):
            if let limit = schema.integer("maxItems"), items.count > limit { found.append("\(path): too many items") }
            if let each = schema["items"] { for item in items { check(item, each, path + "/-", &found) } }
        case .object(let object):
            checkMembers(object, schema, path, &found)
        default:
            break
        }
    }

    private static func checkMembers(_ object: JSONObject, _ schema: JSONValue, _ path: String, _ found: inout [String]) {
        if let limit = schema.integer("maxProperties"), object.members.count > limit { found.append("\(path): too many members") }
        if case .array(let required)? = schema["required"] {
            for case .string(let name) in required where object[name] == nil { found.append("\(path)/\(name): is missing") }
        }
        for (key, member) in object.members {
            if let property = schema["properties"]?[key] {
                check(member, property, "\(path)/\(key)", &found)
            } else if let others = schema["additionalProperties"] {
                if others == .bool(false) { found.append("\(path)/\(key): is not known") }
                if case .object = others { check(member, others, "\(path)/\(key)", &found) }
            }
        }
    }

    private static func matches(_ value: JSONValue, _ type: JSONValue) -> Bool {
        if case .array(let types) = type { return types.contains { matches(value, $0) } }
        return switch (value, type) {
        case (.string, .string("string")), (.integer, .string("integer")), (.bool, .string("boolean")), (.object, .string("object")),
            (.array, .string("array")):
            true
        default: false
        }
    }
}

extension JSONValue {
    fileprivate subscript(_ key: String) -> JSONValue? {
        if case .object(let object) = self { object[key] } else { nil }
    }

    fileprivate func integer(_ key: String) -> Int64? {
        if case .integer(let number)? = self[key] { number } else { nil }
    }
}
