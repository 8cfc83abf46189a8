/// The name of a Socket.IO namespace, such as `/chat`.
///
/// A name starts with `/`, has at most 128 bytes and only letters, digits, `_`, `-`, `.` and inner `/`. There is one spelling for a
/// namespace (SEC-B): no trailing slash, no empty segment, no query.
public struct Namespace: Sendable, Hashable, CustomStringConvertible {
    /// The name, as it is written in packets and policies.
    public let name: String

    /// The main namespace, `/`.
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

    /// What is wrong with a text, for a programmer; `nil` for a valid namespace.
    package static func objection(to text: String) -> String? {
        Namespace(text) == nil
            ? "\"\(text)\" is not a namespace: it starts with /, has no / at its end, and has letters, digits, _ - . and single / only"
            : nil
    }

    /// Whether this is `/`.
    public var isRoot: Bool { name == "/" }

    /// The segments between its slashes; empty for `/`. The segment that a ``NamespacePattern`` leaves open is one of them.
    public var segments: [Substring] { name.split(separator: "/") }

    /// The prefix of every packet of the namespace: empty for `/`, else the name and a comma.
    package var packetPrefix: String { isRoot ? "" : name + "," }

    /// The name.
    public var description: String { name }
}

extension Namespace: ExpressibleByStringLiteral {
    /// A literal is not checked here: a mistake in it must not end the process. A server with a gateway at an invalid namespace does not
    /// start. Elsewhere an invalid namespace has no clients.
    public init(stringLiteral value: String) { self.init(unchecked: value) }
}
