import GatehouseJSON

/// Writes shapes as types of TypeScript.
struct TypeScriptWriter {
    private let payloads: PayloadTable
    private let known: [String: String]

    /// - Parameter known: types of fields that say more than their shapes, by payload and field: `GatehouseError.code`.
    init(_ payloads: PayloadTable, known: [String: String] = [:]) {
        self.payloads = payloads
        self.known = known
    }

    /// The type of a value.
    func type(_ shape: Shape, _ direction: PayloadDirection) -> String {
        switch shape {
        case .any: return "JSONValue"
        case .bool: return "boolean"
        case .integer, .number: return "number"
        case .string: return "string"
        case .attachment: return "Attachment"
        case .choice(let names): return names.isEmpty ? "never" : names.map(Self.literal).joined(separator: " | ")
        case .array(let item): return "Array<\(type(item, direction))>"
        case .map(let value): return "Record<string, \(type(value, direction))>"
        case .anyObject: return "Record<string, JSONValue>"
        case .object(let object): return payloads.name(of: object.id, direction)
        case .union(let union): return payloads.name(of: union.id, direction)
        case .nullable(let inner): return type(inner, direction) + " | null"
        case .constrained(let inner, let keywords):
            return Self.literals(keywords) ?? type(inner, direction)
        }
    }

    /// The few values that constraints leave, as a type.
    private static func literals(_ keywords: Keywords) -> String? {
        if let constant = keywords.members["const"] { return literal(constant) }
        guard let values = keywords.members["enum"]?.arrayValue, !values.isEmpty else { return nil }
        return values.map(literal).joined(separator: " | ")
    }

    private static func literal(_ value: JSONValue) -> String { value.serialized }

    static func literal(_ text: String) -> String { JSONValue.string(text).serialized }

    /// The declarations of all payloads, each an interface or a union of object types.
    var declarations: [String] {
        payloads.definitions.map { definition in
            switch definition.body {
            case .object(let object):
                var text = Self.comment(object.rules().map { "\($0.field.map { "\($0) " } ?? "")\($0.text)" }, indent: "")
                text +=
                    "export interface \(definition.name) {\n" + members(object, definition.direction, indent: "  ", of: definition.name)
                    + "}\n"
                return text
            case .union(let union):
                let forms = union.forms.map { form in
                    "  | {\n      \(Self.name(union.discriminator)): \(Self.literal(form.tag));\n"
                        + members(form.body, definition.direction, indent: "      ") + "    }"
                }
                return "export type \(definition.name) =\n" + forms.joined(separator: "\n") + ";\n"
            }
        }
    }

    private func members(_ object: ObjectShape, _ direction: PayloadDirection, indent: String, of name: String? = nil) -> String {
        object.fields().map { field in
            let type = known["\(name ?? "").\(field.name)"] ?? type(field.shape, direction)
            return Self.comment(field.shape.remarks, indent: indent)
                + "\(indent)\(Self.name(field.name))\(field.mayLack(direction) ? "?" : ""): \(type);\n"
        }.joined()
    }

    /// A comment before a declaration; none without a text.
    static func comment(_ texts: [String], indent: String) -> String {
        guard !texts.isEmpty else { return "" }
        // What ends a comment early ends it nowhere; and a name of a line's end is no line's end.
        let safe = texts.joined(separator: "; ").split(separator: "*/", omittingEmptySubsequences: false).joined(separator: "*\u{200B}/")
        let line = String(String.UnicodeScalarView(safe.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
        return "\(indent)/** \(line) */\n"
    }

    /// The name of a member: in quotes unless it is an identifier.
    static func name(_ name: String) -> String { isIdentifier(name) ? name : literal(name) }

    static func isIdentifier(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
        return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "$") }
    }
}

extension Shape {
    /// What the type of TypeScript does not say of it.
    fileprivate var remarks: [String] {
        switch self {
        case .constrained(let inner, let keywords):
            return inner.remarks
                + keywords.members.members.filter { $0.key != "enum" && $0.key != "const" }.map { "\($0.key): \($0.value.serialized)" }
                + keywords.notes.map(\.text)
        case .nullable(let inner): return inner.remarks
        case .string(let format?): return ["format: \(format)"]
        case .number("decimal"): return ["format: decimal"]
        case .integer("uint64"): return ["minimum: 0"]
        default: return []
        }
    }
}
