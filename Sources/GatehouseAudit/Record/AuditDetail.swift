/// A scalar of a record's detail. Trees are impossible, so a message body cannot be recorded (AUD-04).
package enum AuditScalar: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    case string(String)
    case integer(Int64)
    case bool(Bool)
    /// A text that must not be cut, such as a whole act of staff: up to ``AuditText/documentLimit`` bytes. Ask ``AuditText/fits(_:)`` first.
    case document(String)

    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(_ value: some BinaryInteger) { self = .integer(Int64(clamping: value)) }
}

/// The details of an event: ordered key and scalar pairs, at most 24.
///
/// Keys come from the program, never from a peer. Text values may come from a peer: they are escaped and cut when written (AUD-03).
package struct AuditDetail: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    package static let limit = 24
    package private(set) var pairs: [(key: String, value: AuditScalar)]
    /// Whether a value must not be cut.
    var hasDocument: Bool { pairs.contains { if case .document = $0.value { true } else { false } } }
    /// Set when something did not fit, or came under a name that was taken; the record then says `"trunc":true`.
    package private(set) var isTruncated = false

    package init(dictionaryLiteral elements: (String, AuditScalar)...) {
        pairs = []
        for (key, value) in elements { append(key, value) }
    }

    package mutating func append(_ key: String, _ value: AuditScalar) {
        // A name twice would make the record unreadable for our own reader.
        guard pairs.count < Self.limit, !pairs.contains(where: { $0.key == key }) else {
            isTruncated = true
            return
        }
        pairs.append((key, value))
    }

    package static func == (left: AuditDetail, right: AuditDetail) -> Bool {
        left.isTruncated == right.isTruncated && left.pairs.elementsEqual(right.pairs) { $0 == $1 }
    }
}
