/// Something about a schema that makes no sense; found when a route registers it, before any message.
public struct SchemaProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// The field, if one is to blame.
    public let field: String
    /// What is wrong and what to do.
    public let text: String
    /// The source file of the field.
    public let file: String
    /// The line of the field.
    public let line: Int

    /// File, line, field and text, as compilers print them.
    public var description: String { "\(file):\(line): field \"\(field)\": \(text)" }
}
