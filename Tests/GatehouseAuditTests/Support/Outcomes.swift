import GatehouseAudit
import NIOConcurrencyHelpers

/// What completions were given, in order.
final class Outcomes: Sendable {
    private let results = NIOLockedValueBox<[Result<AuditReceipt, AuditError>]>([])

    var completion: AuditCompletion {
        { result in self.results.withLockedValue { $0.append(result) } }
    }

    /// The numbers of durable records; -1 for a record that went on without the log, and the code of an error as text.
    var texts: [String] {
        results.withLockedValue { results in
            results.map { result in
                switch result {
                case .success(let receipt): receipt.seq.map(String.init) ?? "lost"
                case .failure(let error): error.code.rawValue
                }
            }
        }
    }
}
