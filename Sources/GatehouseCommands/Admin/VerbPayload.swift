import Gatehouse
import GatehouseJSON
import GatehouseModeration

/// Members of a verb's payload from texts of the command line, by the forms that the verb declares: `text=123` is a text where a text is
/// due, and `duration_s=600` a number.
struct VerbPayload {
    private let verb: AdminVerb
    private let shape: Shape
    /// Makes a user of a name.
    private let user: (String) throws(CommandFailure) -> JSONValue

    init(_ verb: AdminVerb, user: @escaping (String) throws(CommandFailure) -> JSONValue) throws {
        let contract = try Application(Configuration(transport: .insecure)).mount(AdminGateway(store: .inMemory()))
            .contract(title: "", policies: nil)
        let event = contract.namespaces.lazy.flatMap(\.client).first { $0.name == verb.rawValue }
        self.verb = verb
        self.user = user
        shape = event?.arguments.first?.shape ?? .anyObject
    }

    /// Puts `name=value` into a payload; a name with a dot is a member of a member.
    func add(_ member: String, to payload: inout JSONObject) throws(CommandFailure) {
        guard let equals = member.firstIndex(of: "="), equals > member.startIndex else {
            throw CommandFailure(.refused, "\(member): a member is name=value")
        }
        let path = member[..<equals].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let text = String(member[member.index(after: equals)...])
        guard let first = path.first, path.count <= 2 else { throw CommandFailure(.refused, "\(member): a name has one dot at most") }
        let outer = try field(first, of: shape)
        guard path.count == 2 else { return payload[first] = try value(text, outer, of: first) }
        var inner = payload[first]?.objectValue ?? [:]
        inner[path[1]] = try value(text, try field(path[1], of: outer), of: path[1])
        payload[first] = .object(inner)
    }

    private func field(_ name: String, of shape: Shape) throws(CommandFailure) -> Shape {
        guard case .object(let object) = shape.inner else { throw CommandFailure(.refused, "\(name) is no member of an object") }
        let fields = object.fields()
        if let field = fields.first(where: { $0.name == name }) { return field.shape }
        let names = fields.map(\.name).filter { !["request_id", "reason", "dry_run"].contains($0) }
        throw CommandFailure(
            .refused, "\(verb.rawValue) has no \(name)\(names.isEmpty ? "" : "; it has \(names.joined(separator: ", "))")")
    }

    private func value(_ text: String, _ shape: Shape, of name: String) throws(CommandFailure) -> JSONValue {
        switch shape.inner {
        case .string, .choice: return .string(text)
        case .bool:
            guard text == "true" || text == "false" else { throw CommandFailure(.refused, "\(name) is true or false") }
            return .bool(text == "true")
        case .integer:
            guard let number = Int64(text) else { throw CommandFailure(.refused, "\(name) is a whole number") }
            return .integer(number)
        case .object(let object) where object.name == "UserReference" && !text.hasPrefix("{"): return try user(text)
        case .array(let element) where !text.hasPrefix("["):
            var items: [JSONValue] = []
            for item in text.split(separator: ",") { items.append(try value(String(item), element, of: name)) }
            return .array(items)
        case .number, .object, .array, .map, .anyObject, .union, .any, .attachment, .nullable, .constrained:
            guard let json = try? JSONValue(parsing: Array(text.utf8), limits: JSONLimits()) else {
                throw CommandFailure(.refused, "\(name) is JSON")
            }
            return json
        }
    }
}

extension Shape {
    /// The shape without its constraints, and without `null`.
    fileprivate var inner: Shape {
        switch self {
        case .constrained(let shape, _), .nullable(let shape): shape.inner
        default: self
        }
    }
}
