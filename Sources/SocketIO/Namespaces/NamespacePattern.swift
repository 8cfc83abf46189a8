/// Where a gateway is mounted: at one namespace, such as `/chat`, or at every namespace of a pattern, such as `/tenant/*`, in which `*`
/// stands for one whole segment.
///
/// The namespaces of a pattern need not be declared one by one: one comes into being when its first client joins and is gone with its last
/// (Socket.IO calls them dynamic, or child, namespaces). The first segment is always given, so that a pattern takes in no look-alike of
/// another namespace. A namespace that is mounted under its own name is none of a pattern's.
public struct NamespacePattern: Sendable, Hashable, CustomStringConvertible {
    /// The text, as a policy names it: `/chat`, `/tenant/*`.
    public let description: String
    /// What every namespace of the pattern has between its slashes; `nil` for any one segment.
    private let segments: [String?]

    /// Just one namespace.
    public init(_ namespace: Namespace) {
        description = namespace.name
        segments = namespace.segments.map(String.init)
    }

    /// - Returns: `nil` if the text is neither a namespace nor one with `*` for some of its segments but the first.
    public init?(_ text: String) {
        // A star stands where a name could, so a pattern is whatever is a namespace with names in their place.
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { $0 == "*" ? "x" : $0 }
        guard let shape = Namespace(parts.joined(separator: "/")) else { return nil }
        let segments = text.split(separator: "/").map { $0 == "*" ? nil : String($0) }
        guard shape.segments.count == segments.count, segments.first != .some(nil) else { return nil }
        description = text
        self.segments = segments
    }

    /// The one namespace that this is, if it is no pattern of many.
    public var namespace: Namespace? { segments.contains(nil) ? nil : Namespace(description) }

    /// Whether a namespace is one of these. Segments are compared byte by byte.
    public func contains(_ namespace: Namespace) -> Bool {
        let others = namespace.segments
        return others.count == segments.count
            && zip(segments, others).allSatisfy { mine, other in mine.map { $0.utf8.elementsEqual(other.utf8) } ?? true }
    }

    /// Whether some namespace could be one of both.
    package func overlaps(_ other: NamespacePattern) -> Bool {
        segments.count == other.segments.count
            && zip(segments, other.segments).allSatisfy { mine, other in mine == nil || other == nil || mine == other }
    }
}

extension NamespacePattern: ExpressibleByStringLiteral {
    /// A literal is the programmer's, not a peer's: one that is no pattern ends the process at start, with the text that is wrong.
    public init(stringLiteral value: String) {
        guard let pattern = NamespacePattern(value) else {
            preconditionFailure(
                "\"\(value)\" is neither a namespace such as /chat nor a pattern such as /tenant/*, whose first segment is given")
        }
        self = pattern
    }
}

/// What a gateway may name as the place where it is mounted: a ``Namespace``, or a ``NamespacePattern`` for many.
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
