/// Where a gateway is mounted: at one namespace, such as `/chat`, or at every namespace of a pattern, such as `/tenant/*`, in which `*`
/// stands for one whole segment.
///
/// The namespaces of a pattern need not be declared one by one: one comes into being when its first client joins and is gone with its last
/// (Socket.IO calls them dynamic, or child, namespaces). The first segment is always given, so that a pattern does not match look-alikes of
/// another namespace. A namespace that is mounted by its own name does not belong to a pattern.
public struct NamespacePattern: Sendable, Hashable, CustomStringConvertible {
    /// The text, as a policy names it: `/chat`, `/tenant/*`.
    public let description: String
    /// The segments of every namespace of the pattern; `nil` stands for any one segment.
    private let segments: [String?]

    /// Just one namespace.
    public init(_ namespace: Namespace) {
        description = namespace.name
        segments = namespace.segments.map(String.init)
    }

    /// - Returns: `nil` if the text is neither a namespace nor one with `*` for some of its segments but the first.
    public init?(_ text: String) {
        // A star stands for a name, so a text is a pattern if it is a namespace with names in place of the stars.
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { $0 == "*" ? "x" : $0 }
        guard let shape = Namespace(parts.joined(separator: "/")) else { return nil }
        let segments = text.split(separator: "/").map { $0 == "*" ? nil : String($0) }
        guard shape.segments.count == segments.count, segments.first != .some(nil) else { return nil }
        description = text
        self.segments = segments
    }

    /// What is wrong with the text, for a programmer; `nil` for a valid pattern.
    package var objection: String? {
        guard NamespacePattern(description) == nil else { return nil }
        return description.contains("*")
            ? "\"\(description)\" is not a pattern of namespaces such as /tenant/*: a * stands for one whole segment, and not for the first"
            : Namespace.objection(to: description)
    }

    /// The single namespace, if this is no pattern of many.
    public var namespace: Namespace? { segments.contains(nil) ? nil : Namespace(description) }

    /// Whether a namespace is one of these. Segments are compared byte by byte.
    public func contains(_ namespace: Namespace) -> Bool {
        let others = namespace.segments
        return others.count == segments.count
            && zip(segments, others).allSatisfy { mine, other in mine.map { $0.utf8.elementsEqual(other.utf8) } ?? true }
    }

    /// Whether a namespace could match both.
    package func overlaps(_ other: NamespacePattern) -> Bool {
        segments.count == other.segments.count
            && zip(segments, other.segments).allSatisfy { mine, other in mine == nil || other == nil || mine == other }
    }
}

extension NamespacePattern: ExpressibleByStringLiteral {
    /// A literal is not checked here: a mistake in it must not end the process. A server with a gateway at an invalid pattern does not start.
    public init(stringLiteral value: String) {
        self = NamespacePattern(value) ?? NamespacePattern(Namespace(stringLiteral: value))
    }
}

/// Where a gateway can be mounted: at a ``Namespace``, or at a ``NamespacePattern`` for many.
public protocol NamespaceLocation: Sendable {
    /// The pattern; of a single namespace it is that one.
    var pattern: NamespacePattern { get }
}

extension Namespace: NamespaceLocation {
    /// Just this one.
    public var pattern: NamespacePattern { NamespacePattern(self) }
}

extension NamespacePattern: NamespaceLocation {
    /// Itself.
    public var pattern: NamespacePattern { self }
}
