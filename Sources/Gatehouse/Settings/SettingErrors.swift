/// All errors of a set of settings.
public struct SettingErrors: Error, Sendable, CustomStringConvertible {
    /// One error.
    public struct Fault: Sendable, Hashable, CustomStringConvertible {
        /// The stable reason.
        public enum Code: String, Sendable {
            /// A value that its setting does not take.
            case value
            /// Settings that do not go together.
            case conflict
            /// A name that is no setting.
            case unknown
            /// A file that cannot be read.
            case file
        }

        /// The stable reason.
        public let code: Code
        /// The settings that it is about; empty for an unknown name and for a file.
        public let settings: [String]
        /// Where it is: `FILE:LINE:COLUMN`, the name of a variable or a flag; `nil` where that is not known.
        public var place: String?
        /// The error, and what to do next.
        public let message: String

        /// A fault.
        public init(_ code: Code, settings: [String] = [], at place: String? = nil, _ message: String) {
            self.code = code
            self.settings = settings
            self.place = place
            self.message = message
        }

        /// The place or the names, and the message.
        public var description: String { "\(place ?? settings.joined(separator: ", ")): \(message)" }
    }

    /// The errors; never empty.
    public let faults: [Fault]

    /// Errors.
    public init(_ faults: [Fault]) { self.faults = faults }

    /// A line for each.
    public var description: String { faults.map(\.description).joined(separator: "\n") }
}
