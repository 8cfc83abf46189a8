/// Something that `policy check` has to say about a bundle that loads.
package struct PolicyFinding: Sendable, Hashable, CustomStringConvertible {
    package enum Severity: String, Sendable, Comparable {
        /// It is as intended, perhaps.
        case warning
        /// It cannot work.
        case error

        package static func < (left: Self, right: Self) -> Bool { left == .warning && right == .error }
    }

    package let severity: Severity
    package let position: SourcePosition
    package let message: String

    package var description: String { "\(position): \(severity.rawValue): \(message)" }
}
