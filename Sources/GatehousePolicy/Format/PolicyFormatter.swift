/// Writes policy files in their canonical layout (`policy fmt`).
///
/// Two spaces a level, lists below their key; what stands in brackets stays on one line of at most 140 columns, and is otherwise written
/// out; one space where one is due, quotes are `"`, at most one empty line, comments after a value line up. The order of members and items,
/// every comment, and whether a scalar is quoted stay as they are, since all of them may mean something.
package enum PolicyFormatter {
    /// The canonical layout of a file.
    /// - Parameters:
    ///   - file: a policy or a policy test.
    ///   - global: `_global.yaml`, which a namespace file cannot be read without; nil for that file itself and for tests.
    /// - Throws: the mistakes of a file that does not load. Mistakes of `global` are told too.
    package static func format(_ file: PolicyFile, global: PolicyFile? = nil) throws(PolicyErrors) -> PolicyFile {
        try load(file, global)
        let diagnostics = Diagnostics()
        guard let before = YAMLReader.readWithComments(file.bytes, file: file.name, diagnostics: diagnostics) else {
            throw PolicyErrors(diagnostics.errors)
        }
        var writer = LayoutWriter(before.comments)
        let formatted = PolicyFile(name: file.name, text: writer.write(before.root))
        // The output must mean the same as the input. A layout that cannot be written so is refused.
        guard let after = YAMLReader.readWithComments(formatted.bytes, file: file.name, diagnostics: diagnostics),
            after.root.says(before.root), after.comments.map(\.text) == before.comments.map(\.text)
        else {
            throw PolicyErrors([
                PolicyError(
                    .syntax, at: SourcePosition(file: file.name, line: 0, column: 0),
                    "its canonical layout would not say the same: quote plain scalars that hold ':' or brackets")
            ])
        }
        return formatted
    }

    private static func load(_ file: PolicyFile, _ global: PolicyFile?) throws(PolicyErrors) {
        if file.name.hasSuffix(".test.yaml") {
            _ = try PolicyTestSuite.load(files: [file])
        } else {
            _ = try PolicyBundle.load(files: [file] + (file.name == "_global.yaml" ? [] : [global].compactMap { $0 }))
        }
    }
}

extension YAMLNode {
    /// Whether two trees say the same, wherever their parts stand.
    func says(_ other: YAMLNode) -> Bool {
        switch (kind, other.kind) {
        case (.scalar(let left, let isQuoted), .scalar(let right, let otherIsQuoted)):
            isQuoted == otherIsQuoted && left.utf8.elementsEqual(right.utf8)
        case (.sequence(let left), .sequence(let right)): left.count == right.count && zip(left, right).allSatisfy { $0.says($1) }
        case (.mapping(let left), .mapping(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.key.utf8.elementsEqual($1.key.utf8) && $0.value.says($1.value) }
        default: false
        }
    }
}
