/// The text of a `message` override: `{path}` and `{limit}` are filled in, nothing else (VAL-22).
enum MessageTemplate {
    static func fill(_ template: String, path: String, limit: String) -> String {
        var text = ""
        var rest = template[...]
        while let open = rest.firstIndex(of: "{") {
            text.append(contentsOf: rest[..<open])
            rest = rest[open...]
            if rest.hasPrefix("{path}") {
                text.append(path)
                rest = rest.dropFirst(6)
            } else if rest.hasPrefix("{limit}") {
                text.append(limit)
                rest = rest.dropFirst(7)
            } else {
                text.append("{")
                rest = rest.dropFirst()
            }
        }
        text.append(contentsOf: rest)
        return text
    }

    /// The errors of a template, found at registration.
    static func problem(_ template: String) -> String? {
        let filled = fill(template, path: "", limit: "")
        return filled.contains("{") || filled.contains("}") ? "the message has a placeholder other than {path} and {limit}" : nil
    }
}
