import GatehouseJSON

/// A schema of one document, its references followed.
struct SchemaSide {
    let members: JSONObject
    let name: String?
    private let document: JSONValue

    init(_ schema: JSONValue?, _ document: JSONValue) {
        self.document = document
        var members = schema?.objectValue ?? (schema == false ? ["not": [:]] : [:])
        var name: String?
        var steps = 0
        // One schema out of `$ref` and `allOf`. A contract has no references in a circle; a forged one ends here too.
        while steps < 64, members["$ref"] != nil || members["allOf"] != nil {
            steps += 1
            var parts = members["allOf"]?.arrayValue ?? []
            if let reference = members["$ref"]?.stringValue {
                name = name ?? reference
                parts.append(document["$defs"]?[String(reference.dropFirst("#/$defs/".count))] ?? [:])
            }
            members["$ref"] = nil
            members["allOf"] = nil
            for part in parts {
                var all = Keywords(members)
                all.add(part.objectValue ?? [:])
                members = all.members
            }
            // Two patterns, say, stay apart: they are compared as one list.
            if let rest = members["allOf"]?.arrayValue, !rest.contains(where: { $0["$ref"] != nil }) {
                members["allOf"] = nil
                members["x-all"] = .array((members["x-all"]?.arrayValue ?? []) + rest)
            }
        }
        self.members = members
        self.name = name
    }

    func part(_ schema: JSONValue?) -> SchemaSide { SchemaSide(schema, document) }

    subscript(_ keyword: String) -> JSONValue? { members[keyword] }

    /// The values of `const` or `enum`.
    var values: [JSONValue]? { members["const"].map { [$0] } ?? members["enum"]?.arrayValue }

    /// The schemas of which a value keeps one.
    var choices: [SchemaSide]? { (members["anyOf"] ?? members["oneOf"])?.arrayValue.map { $0.map(part) } }
}

/// Finds why a value of one schema might not be one of another: a comparison of keywords, which errs on the side of telling too much.
struct SchemaCover {
    struct Gap {
        let path: String
        let text: String
    }

    private(set) var gaps: [Gap] = []
    private let direction: PayloadDirection
    /// The pairs of payloads that are compared already, or just now.
    private var seen: Set<String> = []
    private var depth = 0

    init(_ direction: PayloadDirection) { self.direction = direction }

    private mutating func report(_ path: String, _ text: String) { gaps.append(Gap(path: path, text: text)) }

    /// Whether the narrow schema is the older one.
    private var isNarrowOld: Bool { direction == .received }

    private mutating func changed(_ path: String, _ keyword: String, _ narrow: JSONValue?, _ wide: JSONValue?) {
        let (was, now) = isNarrowOld ? (narrow, wide) : (wide, narrow)
        report(path, "\(keyword) is \(now?.serialized ?? "gone") and was \(was?.serialized ?? "not given")")
    }

    mutating func check(_ narrow: SchemaSide, within wide: SchemaSide, _ path: String) {
        guard depth < 256 else { return report(path, "the schemas are nested too deeply to be compared") }
        depth += 1
        defer { depth -= 1 }
        if let first = narrow.name, let second = wide.name, !seen.insert("\(first) \(second)").inserted { return }
        if let choices = narrow.choices {
            for choice in choices { check(choice, within: wide, path) }
            return
        }
        if let choices = wide.choices { return checkOne(narrow, of: choices, path) }
        let (type, wanted) = (narrow["type"], wide["type"])
        if let wanted, type != wanted, !(type == "integer" && wanted == "number"), narrow.values == nil || type != nil {
            return changed(path, "type", type, wanted)
        }
        checkValues(narrow, wide, path)
        for keyword in ["minLength", "minItems", "minProperties", "minimum", "exclusiveMinimum"]
        where keyword != "minItems" || !narrow.isList {
            checkBound(narrow, wide, keyword, path) { $0 >= $1 }
        }
        for keyword in ["maxLength", "maxItems", "maxProperties", "maximum", "exclusiveMaximum"]
        where keyword != "maxItems" || !narrow.isList {
            checkBound(narrow, wide, keyword, path) { $0 <= $1 }
        }
        for keyword in ["pattern", "format", "multipleOf", "uniqueItems", "contains", "not", "contentMediaType", "x-gatehouse-attachment"] {
            guard let rule = wide[keyword], rule != narrow[keyword], !(keyword == "multipleOf" && isMultiple(narrow, rule)) else {
                continue
            }
            if narrow.values == nil { changed(path, keyword, narrow[keyword], rule) }
        }
        for keyword in ["x-all", ConstraintNote.keyword] {
            let known = narrow[keyword]?.arrayValue ?? []
            for rule in wide[keyword]?.arrayValue ?? [] where !known.contains(rule) {
                let text = rule["text"]?.stringValue ?? rule.serialized
                report(path, isNarrowOld ? "there is a new constraint: \(text)" : "a constraint is gone: \(text)")
            }
        }
        checkItems(narrow, wide, path)
        checkMembers(narrow, wide, path)
    }

    private func isMultiple(_ narrow: SchemaSide, _ rule: JSONValue) -> Bool {
        guard let own = narrow["multipleOf"]?.doubleValue, let wanted = rule.doubleValue, wanted != 0 else { return false }
        return (own / wanted).rounded() == own / wanted
    }

    private mutating func checkOne(_ narrow: SchemaSide, of choices: [SchemaSide], _ path: String) {
        var best: [Gap]?
        for choice in choices {
            var attempt = self
            attempt.gaps = []
            attempt.check(narrow, within: choice, path)
            if attempt.gaps.isEmpty { return }
            // The form with the same tag says it best.
            if attempt.gaps.count < best?.count ?? .max { best = attempt.gaps }
        }
        gaps += best ?? [Gap(path: path, text: "no form is left")]
    }

    private mutating func checkValues(_ narrow: SchemaSide, _ wide: SchemaSide, _ path: String) {
        guard let allowed = wide.values else { return }
        guard let values = narrow.values else { return changed(path, "enum", nil, .array(allowed)) }
        let others = values.filter { !allowed.contains($0) }
        guard !others.isEmpty else { return }
        let list = others.map(\.serialized).joined(separator: ", ")
        report(path, isNarrowOld ? "\(list) is taken no more" : "\(list) is new")
    }

    private mutating func checkBound(
        _ narrow: SchemaSide, _ wide: SchemaSide, _ keyword: String, _ path: String, _ holds: (Double, Double) -> Bool
    ) {
        guard let bound = wide[keyword]?.doubleValue, narrow.values == nil || wide.values == nil else { return }
        if keyword.hasPrefix("min"), !keyword.hasPrefix("minimum"), bound <= 0 { return }
        if let own = narrow[keyword]?.doubleValue, holds(own, bound) { return }
        // `minimum: 1` is within `exclusiveMinimum: 0`, and the other way round.
        if let other = Self.counterparts[keyword], let own = narrow[other]?.doubleValue,
            own != bound ? holds(own, bound) : !keyword.hasPrefix("e")
        {
            return
        }
        changed(path, keyword, narrow[keyword], wide[keyword])
    }

    private static let counterparts = [
        "minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum", "exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum",
    ]

    private mutating func checkItems(_ narrow: SchemaSide, _ wide: SchemaSide, _ path: String) {
        if narrow.isList {
            let (own, other) = (narrow["prefixItems"]?.arrayValue ?? [], wide["prefixItems"]?.arrayValue ?? [])
            let (least, wanted) = (narrow["minItems"]?.integerValue ?? 0, wide["minItems"]?.integerValue ?? 0)
            if least < wanted {
                let what = isNarrowOld ? "must be there now" : "may be missing now"
                for index in Int(least)..<max(Int(least), Int(min(wanted, 64))) { report("argument \(index + 1)", what) }
            }
            if isNarrowOld, own.count > other.count {
                for index in other.count..<own.count { report("argument \(index + 1)", "is taken no more") }
            }
            for (index, (first, second)) in zip(own, other).enumerated() {
                let name = first["title"]?.stringValue ?? second["title"]?.stringValue
                check(narrow.part(first), within: wide.part(second), "argument \(index + 1)" + (name.map { " (\($0))" } ?? ""))
            }
        } else if narrow["type"] == "array" {
            check(narrow.part(narrow["items"]), within: wide.part(wide["items"]), path + "[]")
        }
    }

    private mutating func checkMembers(_ narrow: SchemaSide, _ wide: SchemaSide, _ path: String) {
        guard narrow["type"] == "object" else { return }
        func place(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
        let (own, other) = (narrow["properties"]?.objectValue ?? [:], wide["properties"]?.objectValue ?? [:])
        let known = narrow["required"]?.arrayValue ?? []
        for name in wide["required"]?.arrayValue?.compactMap(\.stringValue) ?? [] where !known.contains(.string(name)) {
            report(place(name), isNarrowOld ? "must be there now" : "may be missing now")
        }
        for (name, schema) in own.members {
            if let rule = other[name] {
                check(narrow.part(schema), within: wide.part(rule), place(name))
            } else if wide["additionalProperties"] == false, isNarrowOld {
                // A client does not mind a member that it does not know.
                report(place(name), "is taken no more")
            }
        }
        guard narrow["properties"] == nil else { return }
        if narrow["additionalProperties"] != nil || wide["additionalProperties"]?.objectValue != nil {
            check(
                narrow.part(narrow["additionalProperties"]), within: wide.part(wide["additionalProperties"]), path + "{}")
        }
        if let names = wide["propertyNames"] { check(narrow.part(narrow["propertyNames"]), within: wide.part(names), path + " (names)") }
    }
}

extension SchemaSide {
    /// Whether it is the list of an event's arguments, or of an ack's.
    fileprivate var isList: Bool { self["type"] == "array" && (self["prefixItems"] != nil || self["maxItems"] == 0) }
}
