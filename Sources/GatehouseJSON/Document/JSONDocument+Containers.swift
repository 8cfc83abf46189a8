extension JSONDocument {
    /// The indices of every object in the text, outermost first.
    package var objects: some Sequence<Int> {
        nodes.indices.lazy.filter { nodes[$0].kind == .object && !nodes[$0].isKey }
    }
}
