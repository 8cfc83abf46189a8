import Foundation
import Gatehouse
import GatehouseJSON
import Testing

@testable import GatehouseCommands

@Suite("The limits that the built server says it has")
struct LimitsTests {
    @Test("LIM-01: `gatehouse limits`, for people and for programs, and `serve --print-limits` show what the server is given")
    func shown() async throws {
        let directory = try await ServerDirectory()
        let bundle = try PolicyFiles.load(directory.url.appendingPathComponent("policies").path)
        let expected = EffectiveLimits(Configuration(transport: .insecure), bundle)
        try #require(expected.rows.count > 40)

        let json = try await directory.gatehouse("limits", "--json")
        #expect(json.status == 0, "\(json.account)")
        let shown = try #require(try JSONValue(parsing: json.output.trimmingCharacters(in: .newlines)).objectValue)
        #expect(shown.keys == expected.rows.map(\.name))
        for row in expected.rows { #expect(shown[row.name] == expected.json[row.name], "\(row.name)") }

        let people = try await directory.gatehouse("limits")
        let starting = try await directory.gatehouse("serve", "--print-limits")
        #expect(people.status == 0 && starting.status == 0, "\(starting.account)")
        #expect(people.output == starting.output)
        let lines = people.output.split(separator: "\n").dropFirst().map(String.init)
        #expect(lines.count == expected.rows.count)
        for (line, row) in zip(lines, expected.rows) { #expect(line.hasPrefix(row.name + " ") && line.hasSuffix(row.source), "\(line)") }
    }
}
