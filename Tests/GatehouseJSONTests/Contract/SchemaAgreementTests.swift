import GatehouseTestSupport
import NIOCore
import Testing

@testable import GatehouseJSON

struct Ticker: ConstrainedValue, Equatable {
    var rawValue: String
    static let constraints: [Constraint<String>] = [.matches(Pattern("ticker", "[A-Z]{1,5}(\\.[A-Z])?"))]
}

struct Trade: Payload, Equatable {
    var symbol: Ticker
    var price: ExactDecimal
    var amount: UInt
    var side: String
    var at: Instant?
    var level: Int
    var share: Double
    var codes: [Ticker?]
    var matrix: [[Int]]
    static let schema = Schema(
        Field("symbol", \.symbol),
        Field("price", \.price, .positive, .max(ExactDecimal(1_000_000))),
        Field("amount", \.amount, .range(1...500), .multiple(of: 5)),
        Field("side", \.side, .oneOf("buy", "sell")),
        Field("at", \.at),
        Field("level", \.level, .noneOf(3, 4), .min(0), .max(9), default: 1),
        Field("share", \.share, .range(0...1)),
        Field("codes", \.codes, .count(1...4)),
        Field("matrix", \.matrix, .count(...3), .each(.count(...3), .unique())),
        make: Trade.init)
}

enum Figure: TaggedUnion, Equatable {
    case circle(Circle), group(Group)
    static let discriminator = "kind"
    static let cases = [
        UnionCase("circle", make: Figure.circle) { if case .circle(let body) = $0 { body } else { nil } },
        UnionCase("group", make: Figure.group) { if case .group(let body) = $0 { body } else { nil } },
    ]
}

struct Circle: Payload, Equatable {
    var radius: Int
    var label: String?
    static let schema = Schema(
        Field("radius", \.radius, .positive), Field("label", \.label, .uuid(version: 4)), make: Circle.init)
}

struct Group: Payload, Equatable {
    var figures: [Figure]
    static let schema = Schema(Field("figures", \.figures, .count(...3)), make: Group.init)
}

/// Schema and code agree, whatever is sent.
@Suite("MDL-43: the exported JSON Schema and the code agree") struct SchemaAgreementTests {
    @Test func messages() throws { try agree(SendMessage.self) }
    @Test func orders() throws { try agree(Order.self) }
    @Test func trades() throws { try agree(Trade.self) }
    @Test func unions() throws { try agree(Figure.self) }

    /// Values made from the schema are taken; changed ones are taken where the schema still takes them, and nowhere else.
    private func agree<Value: FieldValue>(_ type: Value.Type, seed: UInt64 = 43) throws {
        let reader = Value.reader([])
        var payloads = PayloadTable()
        payloads.add(reader.wireShape, .received)
        let writer = JSONSchemaWriter(payloads, root: "#/$defs/", draft: .draft2020)
        // By its text, as a front end has it.
        let schema = try JSONValue(parsing: JSONValue.object(writer.schema(reader.wireShape, .received)).serialized)
        let definitions = try JSONValue(parsing: JSONValue.object(writer.definitions).serialized)
        #expect(!definitions.serialized.contains(ConstraintNote.keyword), "a rule without a keyword would be broken by chance")
        let reference = ReferenceSchema(definitions: definitions.objectValue ?? [:])
        var values = GeneratedValues(reference: reference, random: SeededRandom(seed: seed))
        var (made, kept, refused) = (0, 0, 0)
        for _ in 0..<300 {
            guard let value = values.value(schema) else { continue }
            made += 1
            #expect(faults(reader, value) == [], "\(value) keeps the schema")
            for _ in 0..<5 {
                let changed = values.mutation(value)
                let isTaken = faults(reader, changed) == []
                #expect(isTaken == reference.accepts(changed, schema), "\(changed): \(faults(reader, changed))")
                if isTaken { kept += 1 } else { refused += 1 }
            }
        }
        #expect(made > 200 && kept > 20 && refused > 200, "\(made) values made, \(kept) changes kept, \(refused) refused")
    }

    private func faults<Value>(_ reader: FieldReader<Value>, _ value: JSONValue) -> [String] {
        do throws(ValidationError) {
            _ = try reader.decode(value, attachments: [])
            return []
        } catch {
            return error.violations.map { "\($0.path) \($0.constraint)" }
        }
    }
}
