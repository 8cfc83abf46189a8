import GatehousePolicy
import Testing

/// Every row is what follows the header of a policy test, with `§` where the error must be told.
@Suite("Malformed policy tests (POL-20)") struct MalformedSuiteTests {
    typealias Row = (text: String, code: String, says: String)

    private static let actor = "as: { iss: corp, sub: u1 }"

    static let rows: [Row] = [
        ("§cass: []", "unknown_key", "known here"),
        ("cases: §{}", "type", "a list"),
        ("cases: §[]", "value", "empty list"),
        ("cases: [ §a ]", "type", "a mapping"),
        ("cases: [ §{ \(actor), do: { connect: true }, expect: { effect: deny } } ]", "missing_key", "'name"),
        ("cases: [ §{ name: a, do: { connect: true }, expect: { effect: deny } } ]", "missing_key", "'as"),
        ("cases: [ §{ name: a, \(actor), expect: { effect: deny } } ]", "missing_key", "'do"),
        ("cases: [ §{ name: a, \(actor), do: { connect: true } } ]", "missing_key", "'expect"),
        ("cases: [ { name: a, \(actor), do: { connect: true }, expect: §{ rule: x } } ]", "missing_key", "'effect"),
        ("cases: [ { name: a, \(actor), do: { connect: true }, expect: { effect: §maybe } } ]", "value", "allow, deny"),
        ("cases: [ { name: a, \(actor), do: { connect: true }, expect: { effect: deny, reason: §why } } ]", "value", "no_matching_allow"),
        (
            "cases: [ { name: a, \(actor), do: { connect: true }, expect: { effect: deny, §ruel: x } } ]", "unknown_key",
            "did you mean 'rule'"
        ),
        ("cases: [ { name: a, \(actor), do: §{ connect: false }, expect: { effect: deny } } ]", "value", "is one of"),
        ("cases: [ { name: a, \(actor), do: §{ join: a, send: b }, expect: { effect: deny } } ]", "value", "is one of"),
        ("cases: [ { name: a, \(actor), do: { send: a, §room: b }, expect: { effect: deny } } ]", "unknown_key", "known here"),
        ("cases: [ { name: a, \(actor), do: { send: a, bytes: §10 }, expect: { effect: deny } } ]", "type", "such as 64KiB"),
        ("cases: [ { name: a, as: §{ sub: u1 }, do: { connect: true }, expect: { effect: deny } } ]", "missing_key", "iss: NAME"),
        (
            "cases: [ { name: a, as: { anonymous: true, §sub: u }, do: { connect: true }, expect: { effect: deny } } ]", "conflict",
            "remove one"
        ),
        (
            "cases: [ { name: a, as: { iss: corp, ip: §here }, do: { connect: true }, expect: { effect: deny } } ]", "value",
            "not an IP address"
        ),
        (
            "cases: [ { name: a, as: { iss: corp, ip: §10.0.0.1 }, do: { connect: true }, expect: { effect: deny } } ]", "type",
            "write \"10.0.0.1\""
        ),
        ("cases: [ { name: a, as: { iss: corp, roles: §user }, do: { connect: true }, expect: { effect: deny } } ]", "type", "a list"),
        (
            "cases: [ { name: a, as: { iss: corp, transport: §tcp }, do: { connect: true }, expect: { effect: deny } } ]", "value",
            "websocket"
        ),
        ("cases: [ { name: a, as: { iss: corp, auth_age: §5 }, do: { connect: true }, expect: { effect: deny } } ]", "type", "such as 30s"),
        (
            "cases: [ { name: a, as: { iss: corp, n: §1_000 }, do: { connect: true }, expect: { effect: deny } } ]", "type",
            "numbers in digits"
        ),
        ("table: §{ roles: [user] }", "missing_key", "events: {"),
        ("table: { roles: [user], events: { a: §[allow, deny] } }", "value", "2 cells for 1 roles"),
        ("table: { roles: [user], events: { a: [§yes] } }", "value", "allow, deny"),
        ("namespace: §12", "type", "write \"12\""),
    ]

    @Test("each is refused at its exact line and column with a message that says how to mend it", arguments: rows.indices)
    func refused(index: Int) {
        let row = Self.rows[index]
        let marked = "apiVersion: gatehouse/v1\nkind: PolicyTest\nsuite: t\n" + row.text
        let parts = marked.split(separator: "§", omittingEmptySubsequences: false)
        let lines = parts[0].split(separator: "\n", omittingEmptySubsequences: false)
        let place = "tests/t.test.yaml:\(lines.count):\((lines.last?.count ?? 0) + 1)"
        do {
            _ = try PolicyTestSuite.load(files: [PolicyFile(name: "tests/t.test.yaml", text: parts.joined())])
            Issue.record("it loaded: \(row.text)")
        } catch {
            #expect(
                (error as PolicyErrors).errors.contains {
                    $0.position.description == place && $0.code.description == row.code && $0.message.contains(row.says)
                }, "wanted \(place) [\(row.code)] '\(row.says)', got\n\(error)")
        }
    }
}
