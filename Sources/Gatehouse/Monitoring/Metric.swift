/// Something that a server counts, under the name that metrics systems know it by. Names and labels keep to what Prometheus recommends.
struct Metric: Equatable {
    enum Kind: String {
        /// Only grows, from the start of the server.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts by class.
        case histogram
    }

    enum Value: Equatable {
        case count(UInt64)
        case number(Double)

        static func count(_ value: Int) -> Self { .count(UInt64(clamping: value)) }
    }

    /// One value of a metric, with its labels.
    struct Sample: Equatable {
        /// What follows the metric's name, as `_bucket` in a histogram.
        var suffix = ""
        var labels: [Label] = []
        var value: Value
    }

    struct Label: Equatable {
        let name: String
        let value: String
    }

    let name: String
    let kind: Kind
    /// One sentence that explains the metric.
    let help: String
    let samples: [Sample]

    init(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.samples = samples
    }

    init(_ name: String, _ kind: Kind, _ help: String, _ value: Value) {
        self.init(name, kind, help, [Sample(value: value)])
    }

    /// One value for each value of `label`.
    init(_ name: String, _ kind: Kind, _ help: String, by label: String, _ values: [String: UInt64]) {
        self.init(
            name, kind, help,
            values.sorted { $0.key < $1.key }.map { Sample(labels: [Label(name: label, value: $0.key)], value: .count($0.value)) })
    }
}
