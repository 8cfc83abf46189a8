/// The name of a room: 1 to 256 bytes of UTF-8 without control characters.
///
/// A room is compared byte by byte. Pattern characters (`*`) are refused, so that a name can never be read as a rule.
public struct RoomName: Sendable, Hashable, CustomStringConvertible {
    /// The longest name.
    package static let maximumBytes = 256
    /// The name.
    public let name: String

    /// - Returns: `nil` if the text is empty, longer than 256 bytes, or has a control character or a `*`.
    public init?(_ name: String) {
        guard !name.isEmpty, name.utf8.count <= Self.maximumBytes else { return nil }
        for scalar in name.unicodeScalars {
            guard scalar.value >= 0x20, scalar != "*", !(0x7F...0x9F).contains(scalar.value),
                scalar.value != 0x2028, scalar.value != 0x2029
            else { return nil }
        }
        self.name = name
    }

    /// The name.
    public var description: String { name }
}

extension RoomName: ExpressibleByStringLiteral {
    /// A literal comes from the programmer. An invalid one ends the process, with the wrong text.
    public init(stringLiteral value: String) {
        guard let room = RoomName(value) else {
            preconditionFailure("\"\(value)\" is not a room name: 1 to 256 bytes, no control characters, no *")
        }
        self = room
    }
}
