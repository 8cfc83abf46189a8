/// Which way a value goes. A payload may have another form each way: a field with a default may be left out by the client, and is always
/// there in what the server sends.
package enum PayloadDirection: Sendable, Hashable, CaseIterable {
    /// From a client to the server, which checks it.
    case received
    /// From the server to clients.
    case sent
}

/// The payloads and unions of a contract by the names that it gives them.
package struct PayloadTable: Sendable {
    /// A payload or a tagged union.
    package enum Body: Sendable {
        case object(ObjectShape)
        case union(UnionShape)
    }

    /// One form of a payload, with a name of its own.
    package struct Definition: Sendable {
        package let name: String
        package let body: Body
        package let direction: PayloadDirection
    }

    private struct Entry {
        let name: String
        let body: Body
        var directions: Set<PayloadDirection> = []
        var references: Set<ObjectIdentifier> = []
        /// Whether it has another form each way.
        var differs: Bool
    }

    private var entries: [ObjectIdentifier: Entry] = [:]
    private var order: [ObjectIdentifier] = []
    private var taken: Set<String>

    /// A table without payloads.
    /// - Parameter reserved: names that no payload gets.
    package init(reserved: Set<String> = []) { taken = reserved }

    /// Adds the payloads of a shape. The same shapes in the same order give the same names.
    package mutating func add(_ shape: Shape, _ direction: PayloadDirection) {
        switch shape {
        case .any, .bool, .integer, .number, .string, .attachment, .choice, .anyObject: break
        case .array(let inner), .map(let inner), .nullable(let inner), .constrained(let inner, _): add(inner, direction)
        case .object(let object):
            visit(object.id, object.name, .object(object), direction) { $0.add(fieldsOf: object, direction) }
        case .union(let union):
            visit(union.id, union.name, .union(union), direction) { table in
                for form in union.forms { table.add(fieldsOf: form.body, direction) }
            }
        }
    }

    private mutating func add(fieldsOf object: ObjectShape, _ direction: PayloadDirection) {
        for field in object.fields() { add(field.shape, direction) }
    }

    private mutating func visit(
        _ id: ObjectIdentifier, _ name: String, _ body: Body, _ direction: PayloadDirection, inner: (inout PayloadTable) -> Void
    ) {
        if entries[id] == nil {
            order.append(id)
            entries[id] = Entry(name: free(name), body: body, references: body.references, differs: body.fields.contains(where: \.differs))
        }
        guard entries[id]?.directions.insert(direction).inserted == true else { return }
        inner(&self)
        spreadDifferences()
    }

    /// A payload that holds one with two forms has two itself.
    private mutating func spreadDifferences() {
        var isStable = false
        while !isStable {
            isStable = true
            for id in order where entries[id]?.differs == false {
                guard entries[id]?.references.contains(where: { entries[$0]?.differs == true }) == true else { continue }
                entries[id]?.differs = true
                isStable = false
            }
        }
    }

    private mutating func free(_ name: String) -> String {
        let base = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }).trimmingUnderscores
        var candidate = base
        var number = 2
        while taken.contains(candidate) || taken.contains(candidate + Self.sentSuffix) {
            candidate = base + String(number)
            number += 1
        }
        taken.insert(candidate)
        taken.insert(candidate + Self.sentSuffix)
        return candidate
    }

    /// What the name of a payload ends with that the server sends, where it differs from the one that it takes.
    package static let sentSuffix = "Sent"

    /// The name of a payload that was added.
    package func name(of id: ObjectIdentifier, _ direction: PayloadDirection) -> String {
        guard let entry = entries[id] else { return "" }
        return entry.differs && entry.directions.count > 1 && direction == .sent ? entry.name + Self.sentSuffix : entry.name
    }

    /// All forms, by name.
    package var definitions: [Definition] {
        order.compactMap { id in entries[id].map { (id, $0) } }.flatMap { id, entry in
            var names: Set<String> = []
            return PayloadDirection.allCases.filter { entry.directions.contains($0) }.compactMap { direction -> Definition? in
                let name = name(of: id, direction)
                return names.insert(name).inserted ? Definition(name: name, body: entry.body, direction: direction) : nil
            }
        }.sorted { $0.name < $1.name }
    }
}

extension PayloadTable.Body {
    fileprivate var fields: [FieldShape] {
        switch self {
        case .object(let object): object.fields()
        case .union(let union): union.forms.flatMap { $0.body.fields() }
        }
    }

    /// The payloads that its fields have.
    fileprivate var references: Set<ObjectIdentifier> { Set(fields.flatMap(\.shape.references)) }
}

extension FieldShape {
    /// Whether it may be left out one way and not the other.
    fileprivate var differs: Bool { isRequired == isOmittable }

    /// Whether a payload that goes this way may lack it.
    package func mayLack(_ direction: PayloadDirection) -> Bool { direction == .received ? !isRequired : isOmittable }
}

extension Shape {
    fileprivate var references: [ObjectIdentifier] {
        switch self {
        case .any, .bool, .integer, .number, .string, .attachment, .choice, .anyObject: []
        case .array(let inner), .map(let inner), .nullable(let inner), .constrained(let inner, _): inner.references
        case .object(let object): [object.id]
        case .union(let union): [union.id]
        }
    }
}

extension String {
    fileprivate var trimmingUnderscores: String {
        let body = drop { $0 == "_" }
        let text = String(String(body.reversed().drop { $0 == "_" }).reversed())
        return text.isEmpty ? "Payload" : text.first?.isNumber == true ? "_" + text : text
    }
}
