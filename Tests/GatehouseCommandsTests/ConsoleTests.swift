import GatehouseJSON
import Testing

@testable import GatehouseCommands

@Suite("What reaches the terminal")
struct ConsoleTests {
    @Test(
        "Text from outside cannot steer the terminal",
        arguments: [
            ("plain text", "plain text"), ("\u{1B}[2J", #"\u{1b}[2J"#), ("a\nb", #"a\u{a}b"#), ("\u{202E}abc", #"\u{202e}abc"#),
            ("\u{9B}31m", #"\u{9b}31m"#), ("bell\u{7}", #"bell\u{7}"#), ("žluťoučký 🐎", "žluťoučký 🐎"),
        ])
    func safe(_ text: String, _ expected: String) { #expect(TerminalText.safe(text) == expected) }

    @Test("Our own messages of several lines stay so, and nothing else does")
    func lines() { #expect(TerminalText.safe("a\nb\r\u{1B}", keepingLines: true) == "a\nb\\u{d}\\u{1b}") }

    @Test("JSON stays JSON and says the same", arguments: ["\u{202E}", "\u{9B}2J", "a\u{2028}b", "\u{FEFF}"])
    func json(_ text: String) throws {
        let safe = TerminalText.safeJSON(JSONValue.string(text).serialized)
        #expect(safe.utf8.allSatisfy { $0 < 0x80 })
        #expect(try JSONValue(parsing: safe) == .string(text))
    }

    @Test("A table's columns are as wide as they must be, and its lines have no blanks at the end")
    func table() {
        var table = TextTable("A", "LONG", "C")
        table.add("wide cell", "x", "")
        table.add("b", "y", "z\u{1B}[0m")
        #expect(table.lines == ["A          LONG  C", "wide cell  x", #"b          y     z\u{1b}[0m"#])
    }

    @Test(
        "Times are written with their unit, as in policies",
        arguments: [
            ("30s", 30_000_000_000), ("15m", 900_000_000_000), ("1h", 3_600_000_000_000), ("28d", 2_419_200_000_000_000),
            ("250ms", 250_000_000),
        ] as [(String, Int64)])
    func time(_ text: String, _ nanoseconds: Int64) {
        #expect(TimeArgument(argument: text) == TimeArgument(nanoseconds: nanoseconds))
        #expect(TimeArgument(nanoseconds: nanoseconds).defaultValueDescription == text)
    }

    @Test("Anything else is no time", arguments: ["", "1", "h", "1.5h", "-1s", "+1s", " 1s", "1 s", "1H", "01s", "999999999d", "1h30m"])
    func noTime(_ text: String) { #expect(TimeArgument(argument: text) == nil) }

    @Test("A fraction of a second is not rounded in silence")
    func wholeSeconds() {
        #expect(TimeArgument(argument: "1m")?.seconds == 60)
        #expect(TimeArgument(argument: "1500ms")?.seconds == nil)
    }

    @Test("Seconds since 1970 are shown as UTC", arguments: [(0, "1970-01-01T00:00:00Z"), (1_795_379_255, "2026-11-22T20:27:35Z")])
    func wallTime(_ seconds: Int64, _ text: String) { #expect(WallTime.text(seconds: seconds) == text) }

    @Test(
        "White space at the ends of a token file is no part of the token", arguments: ["a.b.c", "a.b.c\n", " \ta.b.c\r\n", "\na.b.c\n\n"])
    func trimmed(_ text: String) { #expect(text.trimmed == "a.b.c") }
}
