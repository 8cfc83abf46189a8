import ArgumentParser
import Gatehouse
import GatehouseJSON
import Testing

@testable import GatehouseCommands

@Suite("MDL-42: gatehouse contract diff")
struct ContractDiffTests {
    /// A change of a contract, made in its text, and what is said of it; nothing for one that clients do not feel.
    struct Change: Sendable, CustomTestStringConvertible {
        let old: String
        let new: String
        let breaks: [String]
        /// Whether the change goes the other way.
        var isBackwards = false

        var testDescription: String { "\(isBackwards ? "back: " : "")\(old) → \(new)" }
    }

    private static let order = "/market order, sent by clients argument 1"
    private static let answer = "/market order, ack argument 1"

    private static let changes: [Change] = [
        Change(old: #""order":{"arguments""#, new: #""buy":{"arguments""#, breaks: ["/market order: clients can no longer send the event"]),
        Change(old: #""notice":{"arg"#, new: #""told":{"arg"#, breaks: ["/market notice: clients no longer get the event"]),
        Change(old: #""/market":{"client""#, new: #""/stock":{"client""#, breaks: ["/market: the namespace is gone"]),
        // Both ways, as the same constraint is in what is sent back.
        Change(
            old: #""note":{"anyOf":[{"type":"string","maxLength":80}"#, new: #""note":{"anyOf":[{"type":"string","maxLength":60}"#,
            breaks: ["\(order).note: maxLength is 60 and was 80"]),
        Change(
            old: #""amount":{"type":"integer","format":"int64","minimum":1,"maximum":100}"#,
            new: #""amount":{"type":"integer","format":"int64","minimum":1,"maximum":200}"#,
            breaks: [
                "\(answer).amount: maximum is 200 and was 100",
                "/market notice, got by clients argument 1.order.amount: maximum is 200 and was 100",
                "/market confirm, got by clients argument 1.order.amount: maximum is 200 and was 100",
            ]),
        Change(old: #""enum":["buy","sell"]"#, new: #""enum":["buy"]"#, breaks: ["\(order).side: \"sell\" is taken no more"]),
        Change(
            old: #""required":["symbol","side","price"]"#, new: #""required":["symbol","side","price","amount"]"#,
            breaks: ["\(order).amount: must be there now"]),
        Change(
            old: #""required":["symbol","side","price"]"#, new: #""required":["symbol","side","price","amount"]"#, breaks: [],
            isBackwards: true),
        Change(
            old: ##""ack":{"type":"array","minItems":1,"maxItems":1,"prefixItems":[{"$ref":"#/$defs/MarketOrderSent"}],"items":false}"##,
            new: #""ack":{"type":"array","maxItems":0}"#, breaks: ["/market order, ack: the ack is empty now"]),
        Change(
            old: ##""ack":{"type":"array","minItems":1,"maxItems":1,"prefixItems":[{"$ref":"#/$defs/MarketOrderSent"}],"items":false}"##,
            new: #""ack":{"type":"array","maxItems":0}"#, breaks: [], isBackwards: true),
        Change(
            old: #""arguments":{"type":"array","minItems":1,"maxItems":2"#, new: #""arguments":{"type":"array","minItems":2,"maxItems":2"#,
            breaks: ["/market move, sent by clients argument 2: must be there now"]),
        Change(
            old: #""pattern":"^(?:[A-Z]{1,5})$""#, new: #""pattern":"^(?:[A-Z]{1,4})$""#,
            breaks: [
                "/market subscribe, sent by clients argument 1 (symbols)[]: pattern is \"^(?:[A-Z]{1,4})$\" and was \"^(?:[A-Z]{1,5})$\""
            ]),
        Change(
            old: #""answer":{"type":"array","minItems":1,"maxItems":1,"prefixItems":[{"type":"boolean"}]"#,
            new: #""answer":{"type":"array","minItems":1,"maxItems":1,"prefixItems":[{"type":"string"}]"#,
            breaks: ["/market confirm, answered by clients argument 1: type is \"string\" and was \"boolean\""]),
        Change(old: #""stream":true"#, new: #""streams":true"#, breaks: ["/market watch, ack: one answer comes now, and no stream"]),
        Change(
            old: #"[{"key":"isCovered","text":"must be covered","field":"amount"}]"#,
            new: #"[{"key":"isCovered","text":"must be paid","field":"amount"}]"#,
            breaks: ["\(order): there is a new constraint: must be paid"]),
        Change(old: #""title":"market""#, new: #""title":"stock""#, breaks: []),
        Change(old: #""x-gatehouse-codes""#, new: #""x-codes""#, breaks: []),
    ]

    @Test("What breaks a client is said, and nothing else", arguments: changes)
    func change(_ change: Change) async throws {
        let text = try await MarketProgram.contract().jsonSchema.serialized
        let changed = text.replacing(change.old, with: change.new, maxReplacements: change.breaks.count > 1 ? .max : 1)
        #expect(changed != text, "the contract has no \(change.old)")
        let (one, other) = (try parsed(text), try parsed(changed))
        let comparison = try ContractComparison(old: change.isBackwards ? other : one, new: change.isBackwards ? one : other)
        let breaks = comparison.breaks.map(\.description)
        if change.breaks.isEmpty {
            #expect(breaks == [])
        } else {
            for line in change.breaks { #expect(breaks.contains(line), "\(breaks)") }
        }
    }

    private func parsed(_ text: String) throws -> JSONValue { try JSONValue(parsing: text, limits: .maximum) }

    @Test("A field more in what clients get breaks none; one more that they may send breaks none either")
    func more() async throws {
        let contract = try await MarketProgram.contract().jsonSchema
        let text = contract.serialized
        let more = text.replacing(#""properties":{"symbol""#, with: #""properties":{"extra":{"type":"string"},"symbol""#)
        #expect(more != text)
        #expect(try ContractComparison(old: contract, new: parsed(more)).breaks == [])
        // And gone again, they may not send it any more.
        let back = try ContractComparison(old: parsed(more), new: contract).breaks.map(\.description)
        #expect(back.contains("\(Self.order).extra: is taken no more"))
    }

    @Test("The exit codes: 0 for no break, 1 for one, 2 for a file that is no contract")
    func exitCodes() async throws {
        let directory = try ScratchDirectory()
        let text = try await MarketProgram.contract().jsonSchema.indented
        let old = try directory.write(text, to: "old.json")
        let new = try directory.write(text.replacing("\"order\"", with: "\"orders\""), to: "new.json")
        try await diff(old, old)
        await #expect(throws: ExitCode(1)) { try await diff(old, new) }
        for (name, bad) in [("a", "{}"), ("b", "nothing"), ("c", #"{"x-gatehouse-contract":2}"#), ("d", "[]")] {
            let file = try directory.write(bad, to: name)
            let failure = await #expect(throws: CommandFailure.self) { try await diff(old, file) }
            #expect(failure?.status == .badFiles)
        }
        let missing = await #expect(throws: CommandFailure.self) { try await diff(old, directory.path + "/none") }
        #expect(missing?.status == .badFiles)
        #expect(throws: (any Error).self) { _ = try GatehouseCommand.parseAsRoot(["contract", "diff", old]) }
    }

    @Test("References in a circle end", arguments: ["/$defs/A", "/$defs/B"])
    func circles(name: String) throws {
        let text =
            ##"{"x-gatehouse-contract":1,"x-gatehouse-namespaces":{"/a":{"client":{"e":{"arguments":{"$ref":"#NAME"}}}}},"$defs":{"A":{"anyOf":[{"$ref":"#/$defs/A"}]},"B":{"$ref":"#/$defs/B"}}}"##
        let one = try parsed(text.replacing("NAME", with: name))
        let other = try parsed(text.replacing("NAME", with: name == "/$defs/A" ? "/$defs/B" : "/$defs/A"))
        _ = try ContractComparison(old: one, new: other).breaks
        _ = try ContractComparison(old: other, new: one).breaks
    }

    private func diff(_ old: String, _ new: String) async throws { try await GatehouseCommand.run(["contract", "diff", old, new]) }
}
