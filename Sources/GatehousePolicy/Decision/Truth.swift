/// Whether a condition holds: yes, no, or an error (a claim of the wrong type).
enum Truth: Sendable, Equatable {
    case no, yes, error

    /// Both: what is false is false whatever the other is.
    func and(_ other: Truth) -> Truth {
        if self == .no || other == .no { return .no }
        return self == .error || other == .error ? .error : .yes
    }
}
