/// `apiVersion`, `kind` and `revision`, which every file starts with.
enum HeaderReader {
    static func read(_ mapping: inout MappingReader, kind: String) -> Int64? {
        expect("apiVersion", "gatehouse/v1", &mapping)
        expect("kind", kind, &mapping)
        guard mapping.entries.contains(where: { $0.key == "revision" }) else {
            _ = mapping.required("revision", "1")
            return nil
        }
        return mapping.integer("revision", 1...999_999_999_999)
    }

    static func expect(_ key: String, _ value: String, _ mapping: inout MappingReader) {
        guard let node = mapping.required(key, value), let text = mapping.text(node, key), text != value else { return }
        mapping.diagnostics.report(.value, at: node.position, "'\(key)' of this file is \(value)")
    }
}
