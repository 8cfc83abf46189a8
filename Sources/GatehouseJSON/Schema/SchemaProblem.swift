/// An error of a schema; found when a route registers it, before any message.
public struct SchemaProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// The field, if one is to blame.
    public let field: String
    /// The error, and what to do next.
    public let text: String
    /// The source file of the field.
    public let file: String
    /// The line of the field.
    public let line: Int

    /// File, line, field and text, as compilers print them.
    public var description: String { "\(file):\(line): field \"\(field)\": \(text)" }

    package init(field: String, text: String, file: String, line: Int) {
        self.field = field
        self.text = text
        self.file = file
        self.line = line
    }
}
