/// An `Encodable` value, written as its conformance says: `emit("order", Encoded(order))`.
///
/// Keys keep their order. `Date`, `Data` and other types of Foundation are written as their own `encode(to:)` says, which is not what
/// `JSONEncoder` does with them. A value that throws while it is encoded makes the whole message refused.
public struct Encoded<Value: Encodable & Sendable>: JSONEncodable {
    /// The value.
    public let value: Value

    /// A value to be written.
    public init(_ value: Value) { self.value = value }

    /// Writes what the conformance encodes.
    public func encode(to writer: inout JSONWriter) {
        do {
            try JSONValue(encoding: value).encode(to: &writer)
        } catch {
            writer.refuse("\(Value.self) cannot be encoded: \(error)")
        }
    }
}

extension JSONValue {
    /// What an `Encodable` value encodes.
    /// - Throws: what its conformance throws; `EncodingError` for nesting deeper than a message may have.
    public init(encoding value: some Encodable) throws {
        let box = EncodingBox()
        try value.encode(to: ValueEncoder(box: box, codingPath: []))
        self = box.value
    }
}

/// Where the value of one container, or of one single value, is gathered.
private final class EncodingBox {
    enum Kind { case none, value, object, array }

    private(set) var kind = Kind.none
    private var single = JSONValue.null
    private var members: [(key: String, box: EncodingBox)] = []
    private var items: [EncodingBox] = []

    /// An encoder that wrote nothing has written an empty object, as with `JSONEncoder`.
    var value: JSONValue {
        switch kind {
        case .value: return single
        case .array: return .array(items.map(\.value))
        case .none, .object:
            var object = JSONObject()
            object.members = members.map { ($0.key, $0.box.value) }
            return .object(object)
        }
    }

    var count: Int { items.count }

    func set(_ value: JSONValue) {
        kind = .value
        single = value
    }

    func open(_ kind: Kind) { self.kind = kind }

    /// A member; one of a key that was written before takes its place.
    func member(_ key: String) -> EncodingBox {
        let box = EncodingBox()
        if let index = members.firstIndex(where: { $0.key == key }) { members[index].box = box } else { members.append((key, box)) }
        return box
    }

    func item() -> EncodingBox {
        let box = EncodingBox()
        items.append(box)
        return box
    }
}

private struct ValueEncoder: Encoder {
    let box: EncodingBox
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        box.open(.object)
        return KeyedEncodingContainer(Keyed<Key>(box: box, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        box.open(.array)
        return Unkeyed(box: box, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { Single(box: box, codingPath: codingPath) }

    struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let box: EncodingBox
        let codingPath: [any CodingKey]

        private func single(_ key: Key) -> Single { Single(box: box.member(key.stringValue), codingPath: codingPath + [key]) }

        func encodeNil(forKey key: Key) throws { try single(key).encodeNil() }
        func encode(_ value: some Encodable, forKey key: Key) throws { try single(key).encode(value) }

        func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
            superEncoder(forKey: key).container(keyedBy: type)
        }
        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { superEncoder(forKey: key).unkeyedContainer() }
        func superEncoder() -> any Encoder { ValueEncoder(box: box.member("super"), codingPath: codingPath) }
        func superEncoder(forKey key: Key) -> any Encoder { ValueEncoder(box: box.member(key.stringValue), codingPath: codingPath + [key]) }
    }

    struct Unkeyed: UnkeyedEncodingContainer {
        let box: EncodingBox
        let codingPath: [any CodingKey]
        var count: Int { box.count }

        private var path: [any CodingKey] { codingPath + [ItemKey(intValue: box.count)] }

        private func single() -> Single {
            let path = path
            return Single(box: box.item(), codingPath: path)
        }

        func encodeNil() throws { try single().encodeNil() }
        func encode(_ value: some Encodable) throws { try single().encode(value) }

        func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
            superEncoder().container(keyedBy: type)
        }
        func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { superEncoder().unkeyedContainer() }
        func superEncoder() -> any Encoder {
            let path = path
            return ValueEncoder(box: box.item(), codingPath: path)
        }
    }

    /// The place of an item in its array.
    struct ItemKey: CodingKey {
        let index: Int
        var intValue: Int? { index }
        var stringValue: String { "Index \(index)" }

        init(intValue: Int) { index = intValue }
        init?(stringValue: String) { nil }
    }

    struct Single: SingleValueEncodingContainer {
        let box: EncodingBox
        let codingPath: [any CodingKey]

        func encodeNil() throws { box.set(.null) }

        func encode(_ value: some Encodable) throws {
            switch value {
            case let value as JSONValue: box.set(value)
            case let value as Bool: box.set(.bool(value))
            case let value as String: box.set(.string(value))
            case let value as Double: box.set(.number(value))
            case let value as Float: box.set(.number(Double(value)))
            case let value as any FixedWidthInteger: box.set(try integer(value))
            default:
                guard codingPath.count < JSONLimits.maximum.depth else {
                    throw EncodingError.invalidValue(
                        value, EncodingError.Context(codingPath: codingPath, debugDescription: "it is nested too deeply for a message"))
                }
                try value.encode(to: ValueEncoder(box: box, codingPath: codingPath))
            }
        }

        private func integer(_ value: some FixedWidthInteger) throws -> JSONValue {
            if let value = Int64(exactly: value) { return .integer(value) }
            throw EncodingError.invalidValue(
                value, EncodingError.Context(codingPath: codingPath, debugDescription: "it does not fit into 64 bits with a sign"))
        }
    }
}
