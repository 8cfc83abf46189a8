import EngineIO
import Testing

@testable import Gatehouse
@testable import GatehouseAudit

@Suite("Metrics as text")
struct MetricsTextTests {
    @Test("REL-26: a metric has its help and its type, and a line for each value")
    func lines() {
        let text = MetricsText.of([
            Metric("one_total", .counter, "One.", .count(UInt64.max)),
            Metric("by", .gauge, "Some.", by: "kind", ["b": 0, "a": 2]),
            Metric("part", .gauge, "A part.", .number(0.25)),
            Metric("none", .gauge, "Nothing yet.", by: "kind", [:]),
        ])
        #expect(
            text == """
                # HELP one_total One.
                # TYPE one_total counter
                one_total 18446744073709551615
                # HELP by Some.
                # TYPE by gauge
                by{kind="a"} 2
                by{kind="b"} 0
                # HELP part A part.
                # TYPE part gauge
                part 0.25
                # HELP none Nothing yet.
                # TYPE none gauge

                """)
    }

    @Test("a label's value cannot end its line or its quotes", arguments: [(#"a"b"#, #"a\"b"#), ("a\nb", #"a\nb"#), (#"a\b"#, #"a\\b"#)])
    func escapes(_ value: String, _ written: String) {
        #expect(MetricsText.of([Metric("m", .gauge, "M.", by: "l", [value: 1])]).hasSuffix("\nm{l=\"\(written)\"} 1\n"))
    }
}

@Suite("Readiness")
struct ReadinessTests {
    @Test(
        "REL-26: ready is who lets newcomers in",
        arguments: [
            (MonitoringServer.Phase.serving, 0, nil, []),
            (.starting, 0, nil, ["the server is starting"]),
            (.stopping, 0, nil, ["the server is stopping"]),
            (.serving, 0, .unauthenticated, ["there are as many connections without a token as the server may have"]),
            (.serving, 74, nil, []),
            (.serving, 75, nil, ["the audit log has no room for newcomers"]),
            (.serving, 95, .node, ["the audit log has no room for newcomers", "there are as many connections as the server may have"]),
        ] as [(MonitoringServer.Phase, Int, ConnectionShortage?, [String])])
    func obstacles(_ phase: MonitoringServer.Phase, _ fill: Int, _ shortage: ConnectionShortage?, _ obstacles: [String]) {
        let readiness = Readiness(phase, AuditPressure(percent: fill), shortage: shortage)
        #expect(readiness.obstacles == obstacles)
        #expect(readiness.response.status == (obstacles.isEmpty ? .ok : .unavailable))
    }
}
