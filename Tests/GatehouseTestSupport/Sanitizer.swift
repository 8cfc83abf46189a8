import Foundation

/// The sanitizer that the tests run under, as `.ci/sanitize` says. Programs are many times as slow and as large with one.
package enum Sanitizer {
    package static let name = ProcessInfo.processInfo.environment["GATEHOUSE_SANITIZER"]

    /// How many times as long things may take.
    package static var slowness: Double { name == nil ? 1 : 5 }
}
