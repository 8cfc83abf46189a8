/// A form of Unicode text.
public enum UnicodeForm: Sendable {
    /// Canonical composition.
    case nfc
}

extension Constraint where Value == String {
    /// Takes white space from both ends before any rule is checked.
    public static var trim: Constraint { Constraint(.step { Trim().transform($0) }) }

    /// Makes one space of each run of white space before any rule is checked.
    public static var collapseSpaces: Constraint { Constraint(.step { CollapseSpaces().transform($0) }) }

    /// Brings the text into a Unicode form before any rule is checked.
    public static func normalize(_ form: UnicodeForm) -> Constraint {
        switch form {
        case .nfc: Constraint(.step { NormalizeNFC().transform($0) })
        }
    }
}
