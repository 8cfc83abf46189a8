extension ValidationError {
    /// One violation of the whole value.
    static func single(_ constraint: String, _ predicate: String, limit: JSONValue? = nil) -> ValidationError {
        ValidationError(violations: [Violation(path: "$", constraint: constraint, message: "$ \(predicate)", limit: limit)])
    }
}

/// An integer of exact decimal text: no sign but `-`, no leading zero, no space.
public struct ParseInt: Sendable {
    private let range: ClosedRange<Int>

    /// The pipe, with the least and the greatest number that it lets through.
    public init(_ range: ClosedRange<Int> = .min ... .max) { self.range = range }

    /// The number.
    public func transform(_ text: String) throws(ValidationError) -> Int {
        guard text.utf8.count <= 20, case .integer(let wide)? = try? JSONValue(parsing: text), text.utf8.first != ASCII.space,
            String(wide).hasSameBytes(as: text), let value = Int(exactly: wide)
        else { throw .single("isInt", "must be an integer") }
        guard value >= range.lowerBound else {
            throw .single("min", "must be at least \(range.lowerBound)", limit: range.lowerBound.limit)
        }
        guard value <= range.upperBound else { throw .single("max", "must be at most \(range.upperBound)", limit: range.upperBound.limit) }
        return value
    }
}

/// A finite number of the JSON grammar.
public struct ParseDouble: Sendable {
    /// The pipe.
    public init() {}

    /// The nearest double.
    public func transform(_ text: String) throws(ValidationError) -> Double {
        guard let first = text.utf8.first, first == ASCII.minus || ASCII.isDigit(first), let last = text.utf8.last, ASCII.isDigit(last),
            let value = try? JSONValue(parsing: text).doubleValue
        else { throw .single("isNumber", "must be a number") }
        return value
    }
}

/// `true` or `false`.
public struct ParseBool: Sendable {
    /// The pipe.
    public init() {}

    /// The boolean.
    public func transform(_ text: String) throws(ValidationError) -> Bool {
        switch text {
        case "true": return true
        case "false": return false
        default: throw .single("isBoolean", "must be a boolean")
        }
    }
}

/// A UUID.
public struct ParseUUID: Sendable {
    private let version: Int?

    /// The pipe, for one version or for any.
    public init(version: Int? = nil) { self.version = version }

    /// The UUID in lower case.
    public func transform(_ text: String) throws(ValidationError) -> String {
        guard unsafe Form.isUUID(text.utf8Span.span.bytes, version: version) else { throw .single("isUuid", "must be a UUID") }
        return text.lowercased()
    }
}

/// A ULID.
public struct ParseULID: Sendable {
    /// The pipe.
    public init() {}

    /// The ULID in upper case.
    public func transform(_ text: String) throws(ValidationError) -> String {
        guard unsafe Form.isULID(text.utf8Span.span.bytes) else { throw .single("isUlid", "must be a ULID") }
        return text.uppercased()
    }
}

/// One of an enumeration's raw values.
public struct ParseEnum<Value: RawRepresentable & CaseIterable & Sendable>: Sendable where Value.RawValue == String {
    /// The pipe.
    public init(_ type: Value.Type = Value.self) {}

    /// The case.
    public func transform(_ text: String) throws(ValidationError) -> Value {
        guard let value = Value.allCases.first(where: { $0.rawValue.hasSameBytes(as: text) }) else {
            throw .single("isEnum", "must be one of: \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return value
    }
}

/// A bounded list in one text.
public struct ParseArray<Output: Sendable>: Sendable {
    private let separator: Character
    private let max: Int
    private let item: @Sendable (String) throws(ValidationError) -> Output

    /// The pipe.
    /// - Parameters:
    ///   - separator: what stands between items.
    ///   - max: the most items.
    ///   - item: another pipe's `transform`, for every item.
    public init(separator: Character = ",", max: Int, of item: @escaping @Sendable (String) throws(ValidationError) -> Output) {
        self.separator = separator
        self.max = max
        self.item = item
    }

    /// The items; none for an empty text. Violations name the item.
    public func transform(_ text: String) throws(ValidationError) -> [Output] {
        if text.isEmpty { return [] }
        // One split more than allowed is enough to tell.
        let parts = text.split(separator: separator, maxSplits: Swift.max(0, max), omittingEmptySubsequences: false)
        guard parts.count <= max else { throw .single("arrayMaxSize", "must have at most \(max) items", limit: max.limit) }
        var items: [Output] = []
        var violations: [Violation] = []
        for (index, part) in parts.enumerated() {
            do throws(ValidationError) {
                items.append(try item(String(part)))
            } catch {
                violations += error.violations.map { $0.moved(to: String(index)) }
            }
        }
        guard violations.isEmpty else { throw ValidationError(violations: Array(violations.prefix(Reading.cap))) }
        return items
    }
}

extension Violation {
    /// The violation of a whole value, as one of a part.
    fileprivate func moved(to part: String) -> Violation {
        let place = path == "$" ? part : "\(part).\(path)"
        let text = message.hasPrefix(path) ? place + message.dropFirst(path.count) : message
        return Violation(path: place, constraint: constraint, message: text, limit: limit)
    }
}

/// A moment of RFC 3339 text with an offset.
public struct ParseDate: Sendable {
    /// The pipe.
    public init() {}

    /// The moment.
    public func transform(_ text: String) throws(ValidationError) -> Instant {
        guard let instant = Instant(text) else { throw .single("isRFC3339", "must be a date and time in RFC 3339 form") }
        return instant
    }
}
