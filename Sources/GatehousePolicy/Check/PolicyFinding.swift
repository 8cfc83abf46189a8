/// A finding of `policy check` in a bundle that loads.
package struct PolicyFinding: Sendable, Hashable, CustomStringConvertible {
    package enum Severity: String, Sendable, Comparable {
        /// Perhaps intended.
        case warning
        /// It cannot work.
        case error

        package static func < (left: Self, right: Self) -> Bool { left == .warning && right == .error }
    }

    package let severity: Severity
    package let position: SourcePosition
    package let message: String

    package init(severity: Severity, position: SourcePosition, message: String) {
        self.severity = severity
        self.position = position
        self.message = message
    }

    package var description: String { "\(position): \(severity.rawValue): \(message)" }
}
