import GatehouseJSON
import NIOCore

struct SendMessage: DTO, Equatable {
    var room: String
    var text: String
    var priority: Int?

    static let schema = Schema(
        Field<String>("room", .length(1...64), .slug),
        Field<String>("text", .length(1...2000)),
        Field<Int?>("priority", .range(0...5)),
        make: SendMessage.init
    )
}

enum Color: String, DTOEnum { case red, green }

struct Item: DTO, Equatable {
    var name: String
    var color: Color
    static let schema = Schema(Field<String>("name", .length(1...64)), Field<Color>("color"), make: Item.init)
}

struct Order: DTO, Equatable {
    var items: [Item]
    var tags: [String]
    var prices: [String: Double]
    var note: Patch<String>
    var count: Int
    var extra: JSONValue?

    static let schema = Schema(
        Field<[Item]>("items", .count(1...3)),
        Field<[String]>("tags", .count(...4), .unique(), .each(.slug), .omits("secret")),
        Field<[String: Double]>("prices", .count(...3), .keys(.length(1...8)), .values(.positive)),
        Field<Patch<String>>("note", .length(...10)),
        Field<Int>("count", .min(1), default: 1),
        Field<JSONValue?>("extra"),
        make: Order.init
    )
}

/// Decodes a text; the violations as "path constraint" lines if it is refused.
func decode<T: DTO>(_ type: T.Type, _ text: String) throws -> T {
    var document = JSONDocument()
    try document.scan(ByteBuffer(string: text))
    return try T.schema.decode(document, at: document.root)
}

func violations<T: DTO>(_ type: T.Type, _ text: String) -> [Violation] {
    do {
        _ = try decode(type, text)
        return []
    } catch let error as ValidationError {
        return error.violations
    } catch {
        return [Violation(path: "", constraint: "\(error)", message: "")]
    }
}

func faults<T: DTO>(_ type: T.Type, _ text: String) -> [String] {
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
