import GatehouseTLS

/// An error in words, for a person.
enum ErrorText {
    static func of(_ error: any Error) -> String {
        guard let error = error as? TLSError else { return "\(error)" }
        return error.message + (error.cause.map { " (\($0))" } ?? "")
    }
}
