/// One field of a DTO: its name on the wire, its type and its rules.
public struct Field<Value: FieldValue>: Sendable {
    let name: FieldName
    let reader: FieldReader<Value>
    private let file: String
    private let line: Int

    /// What makes no sense about the field.
    var problems: [SchemaProblem] {
        (reader.problems + (name.text.isEmpty ? ["a field needs a name"] : [])).map(problem)
    }

    /// A field; it is required unless its type is an optional or a ``Patch``.
    public init(_ name: String, _ constraints: Constraint<Value.Checked>..., file: StaticString = #fileID, line: UInt = #line) {
        self.init(name, Value.reader(constraints), file, line)
    }

    /// A field that has a value of its own when it is absent. `null` is not absent.
    public init(
        _ name: String, _ constraints: Constraint<Value.Checked>..., default value: Value, file: StaticString = #fileID, line: UInt = #line
    ) {
        self.init(name, Value.reader(constraints).defaulting(to: value), file, line)
    }

    private init(_ name: String, _ reader: FieldReader<Value>, _ file: StaticString, _ line: UInt) {
        self.name = FieldName(name)
        self.reader = reader
        self.file = "\(file)"
        self.line = Int(clamping: line)
    }

    func problem(_ text: String) -> SchemaProblem { SchemaProblem(field: name.text, text: text, file: file, line: line) }
}
