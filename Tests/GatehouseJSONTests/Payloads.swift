import GatehouseJSON
import NIOCore

struct SendMessage: Payload, Equatable {
    var room: String
    var text: String
    var priority: Int?

    static let schema = Schema(
        Field("room", \.room, .length(1...64), .slug),
        Field("text", \.text, .length(1...2000)),
        Field("priority", \.priority, .range(0...5)),
        make: SendMessage.init
    )
}

enum Color: String, PayloadEnum { case red, green }

struct Item: Payload, Equatable {
    var name: String
    var color: Color
    static let schema = Schema(Field("name", \.name, .length(1...64)), Field("color", \.color), make: Item.init)
}

struct Order: Payload, Equatable {
    var items: [Item]
    var tags: [String]
    var prices: [String: Double]
    var note: Patch<String>
    var count: Int
    var extra: JSONValue?

    static let schema = Schema(
        Field("items", \.items, .count(1...3)),
        Field("tags", \.tags, .count(...4), .unique(), .each(.slug), .omits("secret")),
        Field("prices", \.prices, .count(...3), .keys(.length(1...8)), .values(.positive)),
        Field("note", \.note, .length(...10)),
        Field("count", \.count, .min(1), default: 1),
        Field("extra", \.extra),
        make: Order.init
    )
}

/// Decodes a text; the violations as "path constraint" lines if it is refused.
func decode<T: Payload>(_ type: T.Type, _ text: String) throws -> T {
    var document = JSONDocument()
    try document.scan(ByteBuffer(string: text))
    return try T.schema.decode(document, at: document.root)
}

func violations<T: Payload>(_ type: T.Type, _ text: String) -> [Violation] {
    do {
        _ = try decode(type, text)
        return []
    } catch let error as ValidationError {
        return error.violations
    } catch {
        return [Violation(path: "", constraint: "\(error)", message: "")]
    }
}

func faults<T: Payload>(_ type: T.Type, _ text: String) -> [String] {
    violations(type, text).map { "\($0.path) \($0.constraint)" }
}

/// Decodes one value under constraints.
func check<T: FieldValue>(_ type: T.Type, _ constraints: [Constraint<T.Checked>], _ text: String) -> Result<T, ValidationError> {
    var document = JSONDocument()
    do throws(JSONError) {
        try document.scan(ByteBuffer(string: text))
    } catch {
        return .failure(ValidationError(violations: [Violation(path: "$", constraint: "json", message: error.message)]))
    }
    let reader = T.reader(constraints)
    do throws(ValidationError) {
        return .success(try reader.decode(document, at: document.root))
    } catch {
        return .failure(error)
    }
}

extension Result where Failure == ValidationError {
    var keys: [String] {
        switch self {
        case .success: []
        case .failure(let error): error.violations.map(\.constraint)
        }
    }
}

extension JSONEncodable {
    /// The text that is written; what is wrong where none can be.
    var json: String {
        var buffer = ByteBuffer()
        do throws(JSONError) {
            try encode(into: &buffer)
            return String(buffer: buffer)
        } catch {
            return error.message
        }
    }
}
