import GatehouseJSON

/// What SIO-06 and SIO-08 let an event be, read in the plainest way.
struct LawfulEvent {
    let name: String
    let arguments: [JSONValue]

    private static let reserved: [String] = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]

    /// Nil for what is to be refused.
    init?(_ payload: [UInt8], attachments: Int, isBinary: Bool) {
        guard let value = try? JSONValue(parsing: payload), case .array(let items) = value,
            let name = Self.name(items.first, in: payload), name.utf8.count <= 128,
            !Self.reserved.contains(where: { $0.utf8.elementsEqual(name.utf8) })
        else { return nil }
        if isBinary, !Self.hasPlaceholders(value, attachments) { return nil }
        self.name = name
        arguments = Array(items.dropFirst())
    }

    /// A string, or a number as it was written.
    private static func name(_ item: JSONValue?, in payload: [UInt8]) -> String? {
        switch item {
        case .string(let text)?: text
        case .integer?, .number?:
            String(
                decoding: payload.drop { !"-0123456789".utf8.contains($0) }.prefix { "-+.eE0123456789".utf8.contains($0) }, as: UTF8.self)
        default: nil
        }
    }

    static func hasPlaceholders(_ value: JSONValue, _ count: Int) -> Bool {
        guard let numbers = placeholders(value) else { return false }
        return numbers.sorted() == Array(0..<Int64(count))
    }

    /// The numbers of all placeholders; nil if one has none.
    private static func placeholders(_ value: JSONValue) -> [Int64]? {
        var numbers: [Int64] = []
        var children: [JSONValue] = []
        switch value {
        case .array(let items): children = items
        case .object(let object):
            children = object.members.map(\.value)
            if object["_placeholder"] == .bool(true) {
                guard case .integer(let number)? = object["num"] else { return nil }
                numbers.append(number)
            }
        default: break
        }
        for child in children {
            guard let more = placeholders(child) else { return nil }
            numbers += more
        }
        return numbers
    }
}
