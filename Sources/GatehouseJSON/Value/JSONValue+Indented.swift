extension JSONValue {
    /// The JSON text over several lines, two spaces a level, for people and their version control.
    package var indented: String {
        var text = ""
        append(to: &text, indent: "")
        return text
    }

    private func append(to text: inout String, indent: String) {
        let inner = indent + "  "
        switch self {
        case .array(let items) where !items.isEmpty:
            guard items.contains(where: \.isContainer) else { return text += serialized }
            text += "[\n"
            for (index, item) in items.enumerated() {
                text += inner
                item.append(to: &text, indent: inner)
                text += index < items.count - 1 ? ",\n" : "\n"
            }
            text += indent + "]"
        case .object(let object) where !object.isEmpty:
            text += "{\n"
            for (index, member) in object.members.enumerated() {
                text += inner + JSONValue.string(member.key).serialized + ": "
                member.value.append(to: &text, indent: inner)
                text += index < object.count - 1 ? ",\n" : "\n"
            }
            text += indent + "}"
        default: text += serialized
        }
    }

    private var isContainer: Bool {
        switch self {
        case .array(let items): !items.isEmpty
        case .object(let object): !object.isEmpty
        default: false
        }
    }
}
