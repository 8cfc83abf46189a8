import Testing

@testable import Gatehouse

@Suite("Looking up events by their bytes")
struct EventTableTests {
    /// A span cannot be named inside `#expect`.
    private func find(_ name: String, in table: EventTable) -> Int? { table.find(Array(name.utf8).span) }

    @Test("every event is found at its place, and nothing else is", arguments: [0, 1, 2, 7, 8, 9, 100, 1_000])
    func finds(_ count: Int) {
        let events = (0..<count).map { "event.\($0)" }
        let table = EventTable(events)
        for (index, event) in events.enumerated() { #expect(find(event, in: table) == index) }
        for stranger in ["", "event", "event.", "event.\(count)", "Event.0", "event.0 ", "event.00", "\u{0}"] {
            #expect(find(stranger, in: table) == nil)
        }
    }

    @Test("names that share a beginning, a length or all but one byte are told apart")
    func neighbours() {
        let events = ["a", "b", "ab", "ba", "abc", "abd", "\u{e9}", "e\u{301}", String(repeating: "x", count: 128)]
        let table = EventTable(events)
        for (index, event) in events.enumerated() { #expect(find(event, in: table) == index) }
    }
}
