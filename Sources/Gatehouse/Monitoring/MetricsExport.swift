import CoreMetrics
import EngineIO

/// Gives what a server counts to the metrics backend that the program has set up (swift-metrics), some times a minute. Nothing on the way of a
/// message knows of it.
struct MetricsExport {
    /// How often.
    static let interval: Duration = .seconds(10)

    private let factory: any MetricsFactory
    /// What was given for each counter so far: backends are told of the growth.
    private var given: [Key: Metric.Value] = [:]

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
        let label = metric.name + sample.suffix
        let dimensions = sample.labels.map { ($0.name, $0.value) }
        guard metric.kind != .gauge else {
            let gauge = Gauge(label: label, dimensions: dimensions, factory: factory)
            switch sample.value {
            case .count(let count): gauge.record(count)
            case .number(let number): gauge.record(number)
            }
            return
        }
        let key = Key(name: label, labels: sample.labels.map(\.value))
        switch (sample.value, given.updateValue(sample.value, forKey: key)) {
        case (.count(let now), let before):
            var growth = now
            if case .count(let before)? = before { growth = now >= before ? now - before : 0 }
            Counter(label: label, dimensions: dimensions, factory: factory).increment(by: growth)
        case (.number(let now), let before):
            var growth = now
            if case .number(let before)? = before { growth = max(0, now - before) }
            FloatingPointCounter(label: label, dimensions: dimensions, factory: factory).increment(by: growth)
        }
    }
}
