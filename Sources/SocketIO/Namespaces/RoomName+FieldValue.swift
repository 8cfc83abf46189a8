public import GatehouseJSON

extension RoomName: FieldValue {
    /// Reads a room name from a string.
    public static func reader(_ constraints: [Constraint<RoomName>]) -> FieldReader<RoomName> {
        .text(constraints, key: "isRoom", predicate: "must be a room name: 1 to 256 bytes, no control characters, no *") { RoomName($0) }
    }
}
