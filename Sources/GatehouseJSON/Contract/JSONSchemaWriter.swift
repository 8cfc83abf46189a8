/// Writes shapes as JSON Schema.
package struct JSONSchemaWriter: Sendable {
    /// How the arguments of an event, an array of fixed length, are written.
    package enum Draft: Sendable {
        /// 2020-12: `prefixItems` and `items: false`.
        case draft2020
        /// Draft 7, which AsyncAPI extends: `items` and `additionalItems: false`.
        case draft7
    }

    private let payloads: PayloadTable
    private let root: String
    private let draft: Draft

    /// A writer.
    /// - Parameters:
    ///   - payloads: those of all shapes that will be written.
    ///   - root: what stands before the name of a payload in a reference, such as `#/$defs/`.
    package init(_ payloads: PayloadTable, root: String, draft: Draft) {
        self.payloads = payloads
        self.root = root
        self.draft = draft
    }

    /// The schema of a value.
    package func schema(_ shape: Shape, _ direction: PayloadDirection) -> JSONObject {
        switch shape {
        case .any: return [:]
        case .bool: return ["type": "boolean"]
        case .integer(let format):
            return format == "uint64"
                ? ["type": "integer", "format": "uint64", "minimum": 0] : ["type": "integer", "format": .string(format)]
        case .number(let format): return ["type": "number", "format": .string(format)]
        case .string(let format):
            guard let format else { return ["type": "string"] }
            return ["type": "string", "format": .string(format)]
        case .attachment:
            return [
                "type": "string", "format": "binary", "x-gatehouse-attachment": true,
                "description": "Bytes beside the JSON: an attachment of Socket.IO, and no text.",
            ]
        case .choice(let names): return ["type": "string", "enum": .array(names.map { .string($0) })]
        case .array(let item): return ["type": "array", "items": .object(schema(item, direction))]
        case .map(let value): return ["type": "object", "additionalProperties": .object(schema(value, direction))]
        case .anyObject: return ["type": "object"]
        case .object(let object): return reference(object.id, direction)
        case .union(let union): return reference(union.id, direction)
        case .nullable(let inner): return ["anyOf": [.object(schema(inner, direction)), ["type": "null"]]]
        case .constrained(let inner, let keywords): return joined(schema(inner, direction), keywords)
        }
    }

    private func reference(_ id: ObjectIdentifier, _ direction: PayloadDirection) -> JSONObject {
        ["$ref": .string(root + payloads.name(of: id, direction))]
    }

    /// A schema with keywords beside its own. Draft 7 reads nothing beside `$ref`.
    private func joined(_ schema: JSONObject, _ keywords: Keywords) -> JSONObject {
        var all = Keywords(schema["$ref"] == nil ? schema : ["allOf": [.object(schema)]])
        all.add(keywords)
        return all.schema
    }

    /// The schema of the arguments of an event.
    package func arguments(_ arguments: [ArgumentShape], _ direction: PayloadDirection) -> JSONObject {
        let items = arguments.map { argument -> JSONValue in
            var item = schema(argument.shape, direction)
            if let name = argument.name {
                if item["$ref"] != nil { item = ["allOf": [.object(item)]] }
                item["title"] = .string(name)
            }
            return .object(item)
        }
        let required = (arguments.lastIndex(where: \.isRequired) ?? -1) + 1
        var list: JSONObject = ["type": "array"]
        if required > 0 { list["minItems"] = required.limit }
        list["maxItems"] = items.count.limit
        guard !items.isEmpty else { return list }
        switch draft {
        case .draft2020:
            list["prefixItems"] = .array(items)
            list["items"] = false
        case .draft7:
            list["items"] = .array(items)
            list["additionalItems"] = false
        }
        return list
    }

    /// The schemas of all payloads, by name.
    package var definitions: JSONObject {
        var all = JSONObject()
        for definition in payloads.definitions {
            switch definition.body {
            case .object(let object): all[definition.name] = .object(schema(of: object, definition.direction, tag: nil))
            case .union(let union):
                all[definition.name] = [
                    "oneOf": .array(
                        union.forms.map { .object(schema(of: $0.body, definition.direction, tag: (union.discriminator, $0.tag))) })
                ]
            }
        }
        return all
    }

    private func schema(of object: ObjectShape, _ direction: PayloadDirection, tag: (member: String, text: String)?) -> JSONObject {
        var properties = JSONObject()
        var required: [JSONValue] = []
        if let tag {
            properties[tag.member] = ["const": .string(tag.text)]
            required.append(.string(tag.member))
        }
        for field in object.fields() {
            var property = schema(field.shape, direction)
            if direction == .received, let standard = field.standard() {
                if property["$ref"] != nil { property = ["allOf": [.object(property)]] }
                property["default"] = standard
            }
            properties[field.name] = .object(property)
            if !field.mayLack(direction) { required.append(.string(field.name)) }
        }
        var schema: JSONObject = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { schema["required"] = .array(required) }
        schema["additionalProperties"] = false
        for (key, value) in Keywords([:], notes: object.rules()).schema.members { schema[key] = value }
        return schema
    }
}
