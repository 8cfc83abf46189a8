import Gatehouse

/// Why a test's server or a token cannot be made. Errors of the server's own start are `StartError`s.
public struct TestApplicationError: Error, Sendable {
    /// The stable reason, for comparing.
    public var code: Code
    /// The error, and what to do next, in English; holds no token.
    public var message: String
    /// The error underneath, if there is one.
    public var cause: (any Error)?

    init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// A code that can grow: compare with the static members, print `name`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable spelling.
        public let name: String
        /// The stable spelling.
        public var description: String { name }

        /// The policy files cannot be read, or are wrong.
        public static let policies = Code(name: "policies")
        /// An issuer of the policies takes its keys from where the harness cannot put its own.
        public static let issuerUnusable = Code(name: "issuer_unusable")
        /// A token cannot be made as asked.
        public static let token = Code(name: "token")
        /// The application was not made with the configuration that the harness gave.
        public static let configuration = Code(name: "configuration")
        /// The clock would go back.
        public static let clock = Code(name: "clock")
        /// The temporary directory cannot be made or written to, or certificates or keys cannot be made in it.
        public static let files = Code(name: "files")
        /// Something is left of the server after its end.
        public static let leftovers = Code(name: "leftovers")
        /// Gateways have sent events that nobody hears: no rule lets anybody receive them, or they are not declared.
        public static let unheardEvents = Code(name: "unheard_events")
        /// The audit log cannot be read.
        public static let audit = Code(name: "audit")
    }
}

extension TestApplicationError: CustomStringConvertible {
    /// Code, sentence and cause in one line.
    public var description: String {
        guard let cause else { return "\(code): \(message)" }
        return "\(code): \(message) (cause: \(ErrorText.of(cause)))"
    }
}
