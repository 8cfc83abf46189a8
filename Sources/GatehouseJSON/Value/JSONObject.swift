/// The members of a JSON object, in their order. Keys are compared byte by byte.
public struct JSONObject: Sendable {
    /// The members in order; a parsed object has no key twice.
    public var members: [(key: String, value: JSONValue)] = []

    /// An object without members.
    public init() {}

    /// An object with members, whose keys the caller knows to differ.
    public init(members: [(key: String, value: JSONValue)]) { self.members = members }

    /// The number of members.
    public var count: Int { members.count }

    /// Whether there is no member.
    public var isEmpty: Bool { members.isEmpty }

    /// The keys in order.
    public var keys: [String] { members.map(\.key) }

    /// The value of a key, found by going through the members. Setting replaces in place or appends; setting nil removes.
    public subscript(_ key: String) -> JSONValue? {
        get { index(of: key).map { members[$0].value } }
        set {
            switch (index(of: key), newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append((key, value))
            case (nil, nil): break
            }
        }
    }

    private func index(of key: String) -> Int? { members.firstIndex { $0.key.hasSameBytes(as: key) } }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// An object; of members with the same key the last one counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        for (key, value) in elements { self[key] = value }
    }
}

extension JSONObject: Equatable {
    /// The same keys with the same values, in any order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.count == right.count else { return false }
        let isSameOrder = zip(left.members, right.members).allSatisfy { $0.key.hasSameBytes(as: $1.key) }
        if isSameOrder { return zip(left.members, right.members).allSatisfy { $0.value == $1.value } }
        var values: [[UInt8]: JSONValue] = [:]
        for member in left.members { values[Array(member.key.utf8)] = member.value }
        return values.count == right.count && right.members.allSatisfy { values[Array($0.key.utf8)] == $0.value }
    }
}
