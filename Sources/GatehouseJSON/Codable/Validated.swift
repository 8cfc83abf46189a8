import NIOCore

/// A `Decodable` type with rules, for ``Validated``.
///
/// ```swift
/// struct Order: Codable, Sendable, Validatable {
///     var product: String
///     var count: Int
///     static let rules = [Rule("product", \Order.product, .length(1...32)), Rule("count", \Order.count, .range(1...100))]
/// }
///
/// func order(_ order: Validated<Order>, _ context: EventContext) -> Order { order.value }
/// ```
public protocol Validatable: Decodable, Sendable {
    /// The rules of the properties; a `static let`.
    static var rules: [Rule<Self>] { get }
}

/// Rules of one property.
public struct Rule<Value: Sendable>: Sendable {
    let check: @Sendable (Value, inout [Violation]) -> Void
    let problems: [SchemaProblem]

    /// Rules of a property.
    /// - Parameter name: the name on the wire, which violations give.
    public init<Property: FieldValue>(
        _ name: String, _ path: any KeyPath<Value, Property> & Sendable, _ constraints: Constraint<Property.Checked>...,
        file: String = #fileID, line: Int = #line
    ) {
        let reader = Property.reader(constraints)
        problems = reader.problems.map { SchemaProblem(field: name, text: $0, file: file, line: line) }
        check = { value, violations in
            do throws(ValidationError) {
                _ = try reader.decode(Self.written(value[keyPath: path]), attachments: [])
            } catch {
                violations += error.violations.map { $0.inside(name) }
            }
        }
    }

    private static func written(_ value: some FieldValue) throws(ValidationError) -> JSONValue {
        var text = ByteBuffer()
        do throws(JSONError) {
            try value.encode(into: &text)
            return try JSONValue(parsing: text, limits: .maximum)
        } catch {
            throw .single(error.code.description, error.message)
        }
    }
}

/// What clients send, decoded by a type's own `Decodable` conformance and then held to its rules.
///
/// A payload with a ``Schema`` is stricter, and cheaper: it refuses unknown keys, which `Decodable` types do not see, and finds all
/// violations at once.
public struct Validated<Value: Validatable>: FieldValue {
    /// The rules are about the value itself.
    public typealias Checked = Value

    /// The value, which keeps its rules.
    public let value: Value

    /// Reads a value.
    public static func reader(_ constraints: [Constraint<Value>]) -> FieldReader<Validated> {
        let checks = Checks(constraints)
        let rules = Value.rules
        return FieldReader(problems: constraints.problems()) { document, _, node, reading in
            let value: Value
            do {
                value = try Value(from: ValueDecoder(try document.owned(at: node), at: []))
            } catch let error as DecodingError {
                reading.report(Violation(error))
                return nil
            } catch {
                reading.report("isDecodable", "cannot be decoded")
                return nil
            }
            var violations: [Violation] = []
            for rule in rules { rule.check(value, &violations) }
            for violation in violations { reading.report(violation) }
            guard violations.isEmpty else { return nil }
            return checks.apply(to: value, document, &reading).map { Validated(value: $0) }
        }
    }

    /// Writes the value by its `Encodable` conformance. One that has none is refused.
    public func encode(to writer: inout JSONWriter) {
        guard let value = value as? any Encodable else { return writer.refuse("\(Value.self) is not Encodable") }
        do {
            try JSONValue(encoding: value).encode(to: &writer)
        } catch {
            writer.refuse("\(Value.self) cannot be encoded: \(error)")
        }
    }
}

extension Violation {
    /// The violation of a property, as one of the whole.
    fileprivate func inside(_ name: String) -> Violation {
        let place = path == "$" ? name : "\(name).\(path)"
        let text = message.hasPrefix(path) ? place + message.dropFirst(path.count) : message
        return Violation(path: place, constraint: constraint, message: text, limit: limit)
    }

    /// What a `Decodable` conformance says. Its own words are for programmers, and may hold values of the payload.
    fileprivate init(_ error: DecodingError) {
        let (path, key, predicate): ([any CodingKey], String, String) =
            switch error {
            case .keyNotFound(let key, let context): (context.codingPath + [key], "isDefined", "is required")
            case .typeMismatch(let type, let context): (context.codingPath, "isType", "must be of the type \(type)")
            case .valueNotFound(let type, let context): (context.codingPath, "isType", "must be of the type \(type), not null")
            case .dataCorrupted(let context): (context.codingPath, "isDecodable", "cannot be decoded")
            @unknown default: ([], "isDecodable", "cannot be decoded")
            }
        let place =
            path.isEmpty ? "$" : path.map { PayloadName.shown($0.intValue.map(String.init) ?? $0.stringValue) }.joined(separator: ".")
        self.init(path: place, constraint: key, message: "\(place) \(predicate)")
    }
}
