/// Collects the mistakes of one load, so that a person sees all of them at once.
///
/// Bounded: a file of nothing but mistakes is answered with the first of them.
package final class Diagnostics {
    package private(set) var errors: [PolicyError] = []
    static let limit = 200

    package init() {}

    func report(_ code: PolicyError.Code, at position: SourcePosition, _ message: String) {
        guard errors.count < Self.limit else { return }
        errors.append(PolicyError(code, at: position, message))
    }

    func report(_ error: PolicyError) {
        guard errors.count < Self.limit else { return }
        errors.append(error)
    }
}

@available(*, unavailable) extension Diagnostics: Sendable {}
