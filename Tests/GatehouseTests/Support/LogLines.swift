import Logging
import NIOConcurrencyHelpers

/// The messages of a log, as a test reads them.
final class LogLines: Sendable {
    private let lines = NIOLockedValueBox<[String]>([])

    var all: [String] { lines.withLockedValue { $0 } }

    var handler: any LogHandler { Keeper(lines: lines) }

    var logger: Logger { Logger(label: "test") { _ in self.handler } }

    private struct Keeper: LogHandler {
        let lines: NIOLockedValueBox<[String]>
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.withLockedValue {
                $0.append(
                    ([event.level.rawValue, "\(event.message)"] + (event.metadata ?? [:]).map { "\($0)=\($1)" }.sorted()).joined(
                        separator: " "))
            }
        }
    }
}
