/// Reads the YAML that policy files are written in: block and flow mappings and lists, and scalars on one line, plain or quoted.
///
/// It is deliberately not all of YAML. Anchors, aliases, tags, merge keys, directives, further documents, complex keys and scalars over
/// several lines are refused where they stand, so that what a reviewer reads is what is enforced. Whatever is accepted means the same to
/// every YAML 1.2 reader; nothing is expanded, and nesting is bounded before it is followed.
package struct YAMLReader {
    /// The largest file, in bytes.
    static let maximumBytes = 256 * 1_024
    /// The deepest nesting of mappings and lists.
    static let maximumDepth = 16

    let bytes: [UInt8]
    let file: String
    let diagnostics: Diagnostics
    var index = 0
    /// The line of `index`, from 1, and where it starts.
    var line = 1
    var lineStart = 0
    /// The comments so far, in the order of the file.
    var comments: [YAMLComment] = []

    private init(_ bytes: [UInt8], file: String, diagnostics: Diagnostics) {
        self.bytes = bytes
        self.file = file
        self.diagnostics = diagnostics
    }

    /// Reads one file. Mistakes go to `diagnostics`.
    /// - Returns: the root node, or nil where the text could not be read to its end.
    package static func read(_ bytes: [UInt8], file: String, diagnostics: Diagnostics) -> YAMLNode? {
        readWithComments(bytes, file: file, diagnostics: diagnostics)?.root
    }

    /// Reads one file with what it says to people only.
    static func readWithComments(
        _ bytes: [UInt8], file: String, diagnostics: Diagnostics
    ) -> (root: YAMLNode, comments: [YAMLComment])? {
        var reader = YAMLReader(bytes, file: file, diagnostics: diagnostics)
        do throws(PolicyError) {
            try reader.checkText()
            let root = try reader.document()
            return (root, reader.comments)
        } catch {
            diagnostics.report(error)
            return nil
        }
    }

    private mutating func document() throws(PolicyError) -> YAMLNode {
        try skipToContent()
        if atMarker("---") {
            advance(3)
            try skipToContent()
        }
        guard peek() != nil else { throw error(.syntax, "the file holds nothing; write a mapping such as 'apiVersion: gatehouse/v1'") }
        let root = try blockNode(depth: 1)
        try skipToContent()
        guard peek() == nil else {
            if atMarker("---") || atMarker("...") {
                throw error(.unsupportedYAML, "a second document starts here; a policy file is one document: remove this line")
            }
            throw error(.syntax, "this line does not belong to what stands above it: check its indentation")
        }
        return root
    }

    // MARK: Block nodes

    /// Reads the node at the cursor, whose column is its indentation. `depth` is bounded, so this recursion is.
    mutating func blockNode(depth: Int) throws(PolicyError) -> YAMLNode {
        guard depth <= Self.maximumDepth else {
            throw error(.tooLarge, "nested deeper than \(Self.maximumDepth) levels: flatten this")
        }
        try refuseMarker()
        if atEntryDash() { return try blockSequence(depth: depth) }
        if startsMappingEntry() { return try blockMapping(depth: depth) }
        let node = try inlineNode(depth: depth)
        try endOfLine()
        return node
    }

    private mutating func blockSequence(depth: Int) throws(PolicyError) -> YAMLNode {
        let start = position, indent = indentation
        var items: [YAMLNode] = []
        while true {
            advance(1)
            let dashLine = line
            try skipToContent()
            guard peek() != nil, line == dashLine || indentation > indent else {
                throw error(.type, at: start, "a list item is empty: write its value after the dash, or remove the dash")
            }
            items.append(try blockNode(depth: depth + 1))
            try skipToContent()
            guard peek() != nil, indentation == indent, atEntryDash() else {
                if peek() != nil, indentation > indent {
                    throw error(.syntax, "unexpected indentation: line this up with the dash of the list, or with the item above")
                }
                return YAMLNode(kind: .sequence(items), position: start)
            }
        }
    }

    private mutating func blockMapping(depth: Int) throws(PolicyError) -> YAMLNode {
        let start = position, indent = indentation
        var entries = Entries()
        while true {
            let keyPosition = position
            let key = try mappingKey()
            entries.append(key, at: keyPosition, value: try blockValue(of: key, indent: indent, depth: depth), to: diagnostics)
            try skipToContent()
            guard peek() != nil, indentation >= indent else { break }
            try refuseMarker()
            guard indentation == indent else {
                throw error(
                    .syntax,
                    "unexpected indentation: line this up with the key '\(key)' above; a value over several lines is quoted text on one")
            }
            guard !atEntryDash() else {
                throw error(.syntax, "a list item among the keys of a mapping: indent it below its key")
            }
            guard startsMappingEntry() else {
                throw error(.syntax, "a key with a colon and a space is due here, such as 'mode: enforce'")
            }
        }
        return YAMLNode(kind: .mapping(entries.list), position: start)
    }

    private mutating func blockValue(of key: String, indent: Int, depth: Int) throws(PolicyError) -> YAMLNode {
        let keyLine = line
        let afterColon = position
        try skipToContent()
        guard peek() != nil else { throw empty(key, at: afterColon) }
        if line == keyLine {
            if atEntryDash() { throw error(.syntax, "a list starts on its own line, or is written [a, b]") }
            let node = try inlineNode(depth: depth + 1)
            if peek() == UInt8(ascii: ":") {
                throw error(.syntax, "a second ':' in this line: quote the value if the colon belongs to it")
            }
            try endOfLine()
            return node
        }
        if indentation > indent || (indentation == indent && atEntryDash()) { return try blockNode(depth: depth + 1) }
        throw empty(key, at: afterColon)
    }

    private func empty(_ key: String, at position: SourcePosition) -> PolicyError {
        error(.type, at: position, "'\(key)' has no value: write one, '[]' or '{}', or remove the key")
    }
}
