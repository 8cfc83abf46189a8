import GatehouseJSON
import GatehouseTestSupport

/// A type of its own for text with rules.
struct Symbol: ConstrainedValue, Hashable {
    var rawValue: String
    static let constraints: [Constraint<String>] = [.length(1...8), .uppercase]
}

struct Disc: Payload, Equatable {
    var radius: Double
    var label: String?
    static let schema = Schema(Field("radius", \.radius), Field("label", \.label), make: Disc.init)
}

enum Outline: TaggedUnion, Equatable {
    case circle(Disc), item(Item)
    static let discriminator = "kind"
    static let cases = [
        UnionCase("circle", make: Outline.circle) { if case .circle(let body) = $0 { body } else { nil } },
        UnionCase("item", make: Outline.item) { if case .item(let body) = $0 { body } else { nil } },
    ]
}

/// A payload whose field is computed from what is stored.
struct Distance: Payload, Equatable {
    var metres: Int
    var kilometres: Int {
        get { metres / 1_000 }
        set { metres = newValue * 1_000 }
    }
    static let schema = Schema(Field("km", \.kilometres), make: { Distance(metres: $0 * 1_000) })
}

/// A payload that is an object of Swift's.
final class Note: Payload, Equatable {
    let text: String
    let urgent: Bool

    init(text: String, urgent: Bool) {
        self.text = text
        self.urgent = urgent
    }

    static func == (left: Note, right: Note) -> Bool { left.text == right.text && left.urgent == right.urgent }
    static let schema = Schema(Field("text", \.text), Field("urgent", \.urgent), make: { Note(text: $0, urgent: $1) })
}

/// A payload that contains itself.
struct Branch: Payload, Equatable {
    var name: String
    var branches: [Branch]
    static let schema = Schema(Field("name", \.name), Field("branches", \.branches, .count(...8)), make: Branch.init)
}

/// A field of every type.
struct Everything: Payload, Equatable {
    var text: String
    var flag: Bool
    var whole: Int
    var wide: Int64
    var counter: UInt
    var ratio: Double
    var small: Float
    var price: ExactDecimal
    var number: Int64Text
    var symbol: Symbol
    var color: Color
    var moment: Instant
    var figure: Outline
    var patch: Patch<String>
    var maybe: Int?
    var fallback: Int?
    var nested: Item
    var items: [Outline]
    var holes: [Int?]
    var table: [String: [Symbol]]
    var any: JSONValue
    var object: JSONObject
    var cover: BinaryAttachment
    var pages: [BinaryAttachment]
    var distance: Distance
    var note: Note?
    var branch: Branch?

    static let schema = Schema(
        Field("text", \.text), Field("flag", \.flag), Field("whole", \.whole), Field("wide", \.wide), Field("counter", \.counter),
        Field("ratio", \.ratio), Field("small", \.small), Field("price", \.price), Field("number", \.number), Field("symbol", \.symbol),
        Field("color", \.color), Field("moment", \.moment), Field("figure", \.figure), Field("patch", \.patch), Field("maybe", \.maybe),
        Field("fallback", \.fallback, default: 7), Field("nested", \.nested), Field("items", \.items, .count(...4)),
        Field("holes", \.holes, .count(...4)), Field("table", \.table, .count(...4), .keys(.length(...64)), .values(.count(...4))),
        Field("any", \.any), Field("object", \.object), Field("cover", \.cover), Field("pages", \.pages, .count(...4)),
        Field("distance", \.distance), Field("note", \.note), Field("branch", \.branch),
        make: Everything.init
    )
}

extension SeededRandom {
    mutating func text(_ longest: Int = 12) -> String {
        let pieces = [
            "a", "Z", "0", " ", "\"", "\\", "\n", "\u{0}", "\u{1F}", "/", "é", "e\u{301}", "\u{2028}", "\u{2029}", "€", "😀", "</script>",
        ]
        return (0..<Int.random(in: 0...longest, using: &self)).map { _ in pick(pieces) }.joined()
    }

    mutating func wide() -> Int64 { Int64(truncatingIfNeeded: next()) >> Int64.random(in: 0..<64, using: &self) }

    mutating func double() -> Double {
        while true {
            let value = chance(50) ? Double(bitPattern: next()) : Double(wide()) / 100
            if value.isFinite { return value }
        }
    }

    mutating func float() -> Float {
        while true {
            let value = Float(bitPattern: UInt32(truncatingIfNeeded: next()))
            if value.isFinite { return value }
        }
    }

    mutating func decimal() -> ExactDecimal {
        let coefficient = Int128(wide()) * (chance(30) ? Int128(wide()) : 1)
        return ExactDecimal(coefficient: coefficient, places: Int.random(in: 0...38, using: &self)) ?? 0
    }

    mutating func symbol() -> Symbol {
        Symbol(rawValue: String((0..<Int.random(in: 1...8, using: &self)).map { _ in pick(["A", "B", "Z"]) }.joined()))
    }

    mutating func item() -> Item { Item(name: "a" + text(6), color: pick(Color.allCases)) }

    mutating func figure() -> Outline {
        chance(50) ? .item(item()) : .circle(Disc(radius: double(), label: chance(50) ? text() : nil))
    }

    mutating func json(_ depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &self) {
        case 0: .null
        case 1: .bool(chance(50))
        case 2: .integer(wide())
        case 3: .number(double())
        case 4: .string(text())
        case 5: .array(many { $0.json(depth - 1) })
        default: .object(object(depth - 1))
        }
    }

    mutating func object(_ depth: Int) -> JSONObject {
        JSONObject(members: (0..<Int.random(in: 0...3, using: &self)).map { (key: "\($0)" + text(4), value: json(depth)) })
    }

    mutating func many<Item>(_ make: (inout SeededRandom) -> Item) -> [Item] {
        (0..<Int.random(in: 0...4, using: &self)).map { _ in make(&self) }
    }

    mutating func bytes() -> BinaryAttachment { BinaryAttachment(many { UInt8(truncatingIfNeeded: $0.next()) }) }

    mutating func branch(_ depth: Int) -> Branch {
        Branch(name: text(), branches: depth > 0 ? many { $0.branch(depth - 1) } : [])
    }

    mutating func everything() -> Everything {
        Everything(
            text: text(), flag: chance(50), whole: Int(wide()), wide: wide(),
            counter: UInt(next() >> UInt64.random(in: 0..<64, using: &self)),
            ratio: double(), small: float(), price: decimal(), number: Int64Text(wide()), symbol: symbol(), color: pick(Color.allCases),
            moment: Instant(
                seconds: Int64.random(in: -62_167_219_200...253_402_300_799, using: &self),
                nanoseconds: chance(50) ? 0 : Int32.random(in: 0...999_999_999, using: &self)),
            figure: figure(), patch: pick([.keep, .remove, .set(text())]), maybe: chance(50) ? Int(wide()) : nil,
            fallback: chance(50) ? Int(wide()) : nil, nested: item(), items: many { $0.figure() },
            holes: many { $0.chance(50) ? Int($0.wide()) : nil },
            table: Dictionary(many { ("\($0.next())" + $0.text(2), $0.many { $0.symbol() }) }) { $1 }, any: json(3), object: object(3),
            cover: bytes(), pages: many { $0.bytes() }, distance: Distance(metres: Int.random(in: -9...9, using: &self) * 1_000),
            note: chance(50) ? Note(text: text(), urgent: chance(50)) : nil, branch: chance(50) ? branch(2) : nil)
    }
}
