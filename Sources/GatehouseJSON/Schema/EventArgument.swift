/// The rules of an argument that is not a payload, and its name in contracts: `on("rename", rename).arguments(EventArgument("name",
/// .length(1...32)))`.
public struct EventArgument<Value: FieldValue>: Sendable {
    let name: String?
    let reader: FieldReader<Value>
    private let file: String
    private let line: Int

    /// An argument with rules, in addition to those of its type.
    public init(_ name: String, _ constraints: Constraint<Value.Checked>..., file: String = #fileID, line: Int = #line) {
        self.name = name
        reader = Value.reader(constraints)
        self.file = file
        self.line = line
    }

    /// An argument that clients send as text, and that a pipe makes the value of.
    public init(_ name: String, parsing pipe: some ParsePipe<Value>, file: String = #fileID, line: Int = #line) {
        self.name = name
        reader = String.reader([]).parsing(pipe)
        self.file = file
        self.line = line
    }

    /// An argument without rules or a name of its own, from where its route is registered.
    package init(file: String, line: Int) {
        name = nil
        reader = Value.reader([])
        self.file = file
        self.line = line
    }

    /// Its errors.
    var problems: [SchemaProblem] {
        reader.problems.map { SchemaProblem(field: name ?? "argument", text: $0, file: file, line: line) }
    }

    /// Checks the rules of a value that have to wait.
    package func checkLate(_ value: any Sendable) async throws {
        if let check = reader.asyncCheck, let value = value as? Value { try await check.run(value) }
    }
}
