import Foundation
import GatehouseJSON
import NIOCore
import Testing

@Suite("MDL-12: what is Encodable already")
struct EncodedTests {
    struct Position: Encodable, Sendable {
        var x: Int
        var y: Double
        var label: String?
    }

    enum Side: String, Encodable, Sendable { case buy, sell }

    enum Command: Encodable, Sendable { case move(to: Position), stop }

    struct Fill: Encodable, Sendable {
        var side: Side
        var positions: [Position]
        var table: [String: [Bool?]]
        var commands: [Command]
        var big: Int64
        var small: UInt8
        var ratio: Float
        var nothing: [Int]
        var empty: [String: Int]
    }

    class Base: Encodable {
        let id = 1
        enum CodingKeys: String, CodingKey { case id }
    }

    final class Derived: Base {
        let name = "n"
        enum MoreKeys: String, CodingKey { case name }
        override func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: MoreKeys.self)
            try container.encode(name, forKey: .name)
            try super.encode(to: container.superEncoder())
        }
    }

    /// Containers by hand: nested ones, and a key that is written twice.
    struct ByHand: Encodable, Sendable {
        enum Keys: String, CodingKey { case list, inner, twice }
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            var list = container.nestedUnkeyedContainer(forKey: .list)
            try list.encode(1)
            try list.encodeNil()
            var deep = list.nestedContainer(keyedBy: Keys.self)
            try deep.encode("x", forKey: .inner)
            var deeper = list.nestedUnkeyedContainer()
            try deeper.encode(true)
            try container.encode("first", forKey: .twice)
            try container.encode("second", forKey: .twice)
        }
    }

    struct Nothing: Encodable, Sendable {}

    struct Case: Sendable, CustomTestStringConvertible {
        let value: any Encodable & Sendable
        var testDescription: String { "\(type(of: value))" }
    }

    static let cases: [Case] = [
        Case(value: Position(x: 1, y: 2.5)), Case(value: Position(x: 1, y: 2.5, label: "\"é")), Case(value: Side.sell),
        Case(
            value: Fill(
                side: .buy, positions: [Position(x: .max, y: -0.5)], table: ["a": [true, nil], "b": []],
                commands: [.move(to: Position(x: 0, y: 0.25)), .stop], big: .min, small: 255, ratio: 0.5, nothing: [], empty: [:])),
        Case(value: ByHand()), Case(value: Nothing()), Case(value: [Position(x: 1, y: 1.5)]), Case(value: ["a": Side.buy]),
        Case(value: [1: "a"]), Case(value: "text"), Case(value: 7), Case(value: 7.5), Case(value: true), Case(value: Int?.none),
        Case(value: [Int?.none, 1]), Case(value: [[[1]]]),
    ]

    private func text(_ value: some Encodable & Sendable) throws -> String {
        var buffer = ByteBuffer()
        try Encoded(value).encode(into: &buffer)
        return String(buffer: buffer)
    }

    @Test("It is written as Foundation's encoder writes it", arguments: cases)
    func same(_ one: Case) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let expected = try JSONValue(parsing: String(decoding: encoder.encode(one.value), as: UTF8.self))
        #expect(try JSONValue(parsing: text(one.value)) == expected)
    }

    @Test("Keys keep their order, and a superclass has a member of its own")
    func order() throws {
        #expect(try text(Position(x: 1, y: 2, label: "l")) == #"{"x":1,"y":2.0,"label":"l"}"#)
        #expect(try JSONValue(encoding: Derived()).serialized == #"{"name":"n","super":{"id":1}}"#)
    }

    struct Broken: Encodable, Sendable {
        struct Lost: Error {}
        func encode(to encoder: any Encoder) throws { throw Lost() }
    }

    /// A value within itself, as deep as it is asked to be.
    struct Deep: Encodable, Sendable {
        let depth: Int
        let inArrays: Bool
        func encode(to encoder: any Encoder) throws {
            if inArrays {
                var container = encoder.unkeyedContainer()
                if depth > 0 { try container.encode(Deep(depth: depth - 1, inArrays: true)) }
            } else {
                var container = encoder.container(keyedBy: ByHand.Keys.self)
                if depth > 0 { try container.encode(Deep(depth: depth - 1, inArrays: false), forKey: .inner) }
            }
        }
    }

    static let refused: [Case] = [
        Case(value: Broken()), Case(value: ["a": Broken()]), Case(value: UInt64.max), Case(value: Double.nan),
        Case(value: [Float.infinity]),
        Case(value: Deep(depth: 200, inArrays: false)), Case(value: Deep(depth: 200, inArrays: true)),
    ]

    @Test("A value that cannot be written refuses the whole message", arguments: refused)
    func refuses(_ one: Case) throws { #expect(throws: JSONError.self) { try text(one.value) } }
}
