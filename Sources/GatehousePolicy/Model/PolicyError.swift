/// One mistake in a policy file, with its place and its remedy.
package struct PolicyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of mistake it is. More kinds may come; the text of a kind never changes.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        package let description: String
        private init(_ text: String) { description = text }

        /// A file or directory cannot be read.
        package static let unreadable = Code("unreadable")
        /// A file or directory that others could change or replace.
        package static let mode = Code("mode")
        /// Over 256 KiB, or nested deeper than 16.
        package static let tooLarge = Code("too_large")
        /// Not the YAML of a policy file.
        package static let syntax = Code("syntax")
        /// An anchor, alias, tag, merge key, directive, block scalar or second document.
        package static let unsupportedYAML = Code("unsupported_yaml")
        /// The same key twice in one mapping.
        package static let duplicateKey = Code("duplicate_key")
        /// A key that the format does not have there.
        package static let unknownKey = Code("unknown_key")
        /// A key that must be there.
        package static let missingKey = Code("missing_key")
        /// A scalar, list or mapping where another is due.
        package static let type = Code("type")
        /// A value of the right type that is not allowed.
        package static let value = Code("value")
        /// The same rule id twice in the bundle.
        package static let duplicateID = Code("duplicate_id")
        /// Two members that exclude each other.
        package static let conflict = Code("conflict")
        /// A name that nothing defines, such as an issuer.
        package static let unknownName = Code("unknown_name")
        /// Something of the format that this version cannot enforce.
        package static let notSupported = Code("not_supported")
        /// A finding of `policy check` that keeps a bundle from being put in force.
        package static let check = Code("check")
        /// A case of `tests/` that does not come out as written.
        package static let test = Code("test")
        /// A revision that does not grow.
        package static let revision = Code("revision")
    }

    package let code: Code
    package let position: SourcePosition
    /// The mistake, and what to write instead.
    package let message: String

    package init(_ code: Code, at position: SourcePosition, _ message: String) {
        self.code = code
        self.position = position
        self.message = message
    }

    package var file: String { position.file }
    package var line: Int { position.line }
    package var column: Int { position.column }

    /// `file:line:column: error: message [code]`
    package var description: String { "\(position): error: \(message) [\(code)]" }
}
