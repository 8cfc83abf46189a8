/// One field of a payload: its name on the wire, where it stands in the Swift type, and its rules.
public struct Field<Root, Value: FieldValue>: Sendable {
    let name: FieldName
    let path: any KeyPath<Root, Value> & Sendable
    let reader: FieldReader<Value>
    /// What an absent field is taken to be, as it is written.
    let standard: @Sendable () -> JSONValue?
    private let file: String
    private let line: Int

    /// The errors of the field.
    var problems: [SchemaProblem] {
        (reader.problems + (name.text.isEmpty ? ["a field needs a name"] : [])).map(problem)
    }

    /// A field; it is required unless its type is an optional or a ``Patch``.
    public init(
        _ name: String, _ path: any KeyPath<Root, Value> & Sendable, _ constraints: Constraint<Value.Checked>...,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        self.init(name, path, Value.reader(constraints), file, line) { nil }
    }

    /// A field with a default for an absent value. `null` is not absent.
    public init(
        _ name: String, _ path: any KeyPath<Root, Value> & Sendable, _ constraints: Constraint<Value.Checked>..., default value: Value,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        self.init(name, path, Value.reader(constraints).defaulting(to: value), file, line) { JSONValue(written: value) }
    }

    private init(
        _ name: String, _ path: any KeyPath<Root, Value> & Sendable, _ reader: FieldReader<Value>, _ file: StaticString, _ line: UInt,
        standard: @escaping @Sendable () -> JSONValue?
    ) {
        self.name = FieldName(name)
        self.path = path
        self.reader = reader
        self.standard = standard
        self.file = "\(file)"
        self.line = Int(clamping: line)
    }

    func problem(_ text: String) -> SchemaProblem { SchemaProblem(field: name.text, text: text, file: file, line: line) }
}
