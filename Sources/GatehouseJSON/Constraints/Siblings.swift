/// The raw members of the object around a field, for conditions.
public struct Siblings: Sendable {
    let document: JSONDocument
    let object: Int

    /// The value of a member as it was received; nil if it is absent or a number beyond a double's range.
    public subscript(_ name: String) -> JSONValue? {
        guard let node = document.member(named: name, of: object) else { return .none }
        return try? document.owned(at: node)
    }

    /// Whether the object has a member.
    public func has(_ name: String) -> Bool { document.member(named: name, of: object) != nil }
}
