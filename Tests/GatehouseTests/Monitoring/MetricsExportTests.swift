import MetricsTestKit
import Testing

@testable import Gatehouse

@Suite("Metrics for the program's own backend")
struct MetricsExportTests {
    @Test("REL-26: a backend is told of a counter's growth, of a gauge's value, and of each class of a histogram")
    func give() throws {
        let backend = TestMetrics()
        var export = MetricsExport(to: backend)
        func metrics(_ count: UInt64, _ gauge: Double, _ seconds: Double) -> [Metric] {
            [
                Metric("events_total", .counter, "Events.", by: "event", ["a": count, "b": 1]),
                Metric("fill", .gauge, "Fill.", .number(gauge)),
                Metric(
                    "lag", .histogram, "Lag.",
                    [
                        Metric.Sample(suffix: "_bucket", labels: [Metric.Label(name: "le", value: "+Inf")], value: .count(count)),
                        Metric.Sample(suffix: "_sum", value: .number(seconds)),
                    ]),
            ]
        }
        for step in [(3, 0.5, 0.6), (3, 0.25, 1.2), (10, 1, 1.8)] as [(UInt64, Double, Double)] {
            export.give(metrics(step.0, step.1, step.2))
        }
        #expect(try backend.expectCounter("events_total", [("event", "a")]).totalValue == 10)
        #expect(try backend.expectCounter("events_total", [("event", "b")]).totalValue == 1)
        #expect(try backend.expectGauge("fill").values == [0.5, 0.25, 1])
        #expect(try backend.expectCounter("lag_bucket", [("le", "+Inf")]).totalValue == 10)
        // This backend knows whole numbers only: what is left of each step is not lost.
        #expect(try backend.expectCounter("lag_sum").totalValue == 1)
    }
}
