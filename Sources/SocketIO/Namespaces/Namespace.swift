/// The name of a Socket.IO namespace, such as `/chat`.
///
/// A name starts with `/`, has at most 128 bytes and only letters, digits, `_`, `-`, `.` and inner `/`. There is one spelling for a
/// namespace (SEC-B): no trailing slash, no empty segment, no query.
public struct Namespace: Sendable, Hashable, CustomStringConvertible {
    /// The name, as it is written in packets and policies.
    public let name: String

    /// The namespace that is there without being named.
    public static let root = Namespace(unchecked: "/")

    private init(unchecked name: String) { self.name = name }

    /// - Returns: `nil` if the text is not the one spelling of a namespace.
    public init?(_ name: String) {
        guard name != "/" else {
            self = .root
            return
        }
        let bytes = name.utf8
        guard bytes.count <= 128, bytes.first == UInt8(ascii: "/"), bytes.last != UInt8(ascii: "/") else { return nil }
        var previous: UInt8 = 0
        for byte in bytes {
            guard Self.isAllowed(byte), !(byte == UInt8(ascii: "/") && previous == byte) else { return nil }
            previous = byte
        }
        self.name = name
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"):
            true
        default: false
        }
    }

    /// Whether this is `/`.
    public var isRoot: Bool { name == "/" }

    /// What stands between its slashes; nothing for `/`. The segment that a ``NamespacePattern`` left open is among them.
    public var segments: [Substring] { name.split(separator: "/") }

    /// What stands before the payload of every packet of the namespace: nothing for `/`, else the name and a comma.
    package var packetPrefix: String { isRoot ? "" : name + "," }

    /// The name.
    public var description: String { name }
}

extension Namespace: ExpressibleByStringLiteral {
    /// A literal is the programmer's, not a peer's: one that is no namespace ends the process at start, with the text that is wrong.
    public init(stringLiteral value: String) {
        guard let namespace = Namespace(value) else {
            preconditionFailure("\"\(value)\" is not a namespace: it starts with / and has letters, digits, _ - . and inner / only")
        }
        self = namespace
    }
}
