import Foundation
import GatehouseJSON
import GatehouseTestSupport
import Testing

@Suite("Strict JSON: against another reader")
struct DifferentialTests {
    /// The value in a form that both readers can be brought to.
    private func canonical(_ value: JSONValue) -> NSObject {
        switch value {
        case .null: NSNull()
        case .bool(let flag): NSNumber(value: flag)
        case .integer(let number): NSNumber(value: number)
        case .number(let number): NSNumber(value: number)
        case .string(let text): text as NSString
        case .array(let items): items.map(canonical) as NSArray
        case .object(let object): Dictionary(uniqueKeysWithValues: object.members.map { ($0.key, canonical($0.value)) }) as NSDictionary
        }
    }

    private func random(_ depth: Int, _ generator: inout SeededRandom) -> String {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 7), using: &generator) {
        case 0: return ["null", "true", "false"].randomElement(using: &generator) ?? "null"
        case 1: return String(Int64(truncatingIfNeeded: generator.next()) >> Int64.random(in: 0..<63, using: &generator))
        case 2: return "\(Int.random(in: -999...999, using: &generator)).\(Int.random(in: 0...99_999, using: &generator))"
        case 3: return "\(Int.random(in: 1...99, using: &generator))e\(Int.random(in: -20...20, using: &generator))"
        case 4: return #""\u00e9\ud83d\ude00\n\/""#
        case 5: return "\"\(String(repeating: "ab", count: Int.random(in: 0...12, using: &generator)))é\""
        case 6: return " \"\\\\\" "
        case 7:
            let items = (0..<Int.random(in: 0...4, using: &generator)).map { _ in random(depth - 1, &generator) }
            return "[" + items.joined(separator: " ,\n") + "]"
        default:
            let members = (0..<Int.random(in: 0...12, using: &generator)).map { "\"k\($0)\" : " + random(depth - 1, &generator) }
            return "{" + members.joined(separator: ",") + "}"
        }
    }

    @Test("What both read is read as the same value")
    func agrees() throws {
        var generator = SeededRandom(seed: 42)
        for _ in 0..<500 {
            let text = "[" + random(4, &generator) + "]"
            let ours = try JSONValue(parsing: text)
            let theirs = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSArray)
            #expect(canonical(ours).isEqual(theirs), "\(text)")
            let again = try #require(try JSONSerialization.jsonObject(with: Data(ours.serialized.utf8)) as? NSArray)
            #expect(again.isEqual(theirs), "\(text)")
        }
    }

    @Test("What we read, the other reader reads too", arguments: StrictGrammarTests.accepted)
    func noLooser(text: String) {
        // Foundation refuses infinity, and takes keys that are canonically equivalent for the same one.
        if text.contains("e400") { return }
        #expect((try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)) != nil)
    }
}
