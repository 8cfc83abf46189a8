import CoreMetrics
import EngineIO

/// Exports a server's metrics to the backend that the program has set up (swift-metrics), some times a minute. The way of a message does
/// not touch it.
struct MetricsExport {
    /// How often.
    static let interval: Duration = .seconds(10)

    private let factory: any MetricsFactory
    /// The backend's handlers, each made once: some hold uncounted values.
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

    /// `nil` if the program has set up no backend.
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
