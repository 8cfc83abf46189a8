import CoreMetrics
import EngineIO

/// Gives what a server counts to the metrics backend that the program has set up (swift-metrics), some times a minute. Nothing on the way of a
/// message knows of it.
struct MetricsExport {
    /// How often.
    static let interval: Duration = .seconds(10)

    private let factory: any MetricsFactory
    /// What backends are told by, each made once: some keep in it what they have not counted yet.
    private var counters: [Key: (counter: Counter, given: UInt64)] = [:]
    private var sums: [Key: (sum: FloatingPointCounter, given: Double)] = [:]
    private var gauges: [Key: Gauge] = [:]

    private struct Key: Hashable {
        let name: String
        let labels: [String]
    }

    init(to factory: any MetricsFactory) {
        self.factory = factory
    }

    /// `nil` where the program has set up no backend.
    static var bootstrapped: Self? {
        MetricsSystem.factory is NOOPMetricsHandler ? nil : Self(to: MetricsSystem.factory)
    }

    /// Until its task is cancelled or the event loops end.
    static func run(_ export: Self, of runtime: ServerRuntime, _ engine: EngineServer) async {
        var export = export
        while (try? await Task.sleep(for: interval)) != nil {
            guard let metrics = try? await Metric.all(of: runtime, engine) else { return }
            export.give(metrics)
        }
    }

    mutating func give(_ metrics: [Metric]) {
        for metric in metrics {
            for sample in metric.samples { give(sample, of: metric) }
        }
    }

    private mutating func give(_ sample: Metric.Sample, of metric: Metric) {
        let name = metric.name + sample.suffix
        let dimensions = sample.labels.map { ($0.name, $0.value) }
        let key = Key(name: name, labels: sample.labels.map(\.value))
        switch (metric.kind, sample.value) {
        case (.gauge, let value):
            let gauge = gauges[key] ?? Gauge(label: name, dimensions: dimensions, factory: factory)
            gauges[key] = gauge
            switch value {
            case .count(let count): gauge.record(count)
            case .number(let number): gauge.record(number)
            }
        case (_, .count(let count)):
            let (counter, given) = counters[key] ?? (Counter(label: name, dimensions: dimensions, factory: factory), 0)
            counter.increment(by: count >= given ? count - given : 0)
            counters[key] = (counter, count)
        case (_, .number(let number)):
            let (sum, given) = sums[key] ?? (FloatingPointCounter(label: name, dimensions: dimensions, factory: factory), 0)
            sum.increment(by: max(0, number - given))
            sums[key] = (sum, number)
        }
    }
}
