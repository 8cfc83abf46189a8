import Gatehouse

struct DocumentID: ConstrainedValue, Hashable {
    var rawValue: String
    static let constraints: [Constraint<String>] = [.length(1...32), .slug]
}

/// A line to be replaced, and the version that its writer has seen.
struct Edit: Payload {
    var document: DocumentID
    var version: Int
    var line: Int
    /// `null` removes the line.
    var text: Patch<String>

    static let schema = Schema(
        Field("document", \.document),
        Field("version", \.version, .min(0)),
        Field("line", \.line, .range(0...9_999)),
        Field("text", \.text, .length(...1_000)),
        make: Edit.init)
}

/// `edited`: a change as the others get it.
struct Edited: ServerEvent {
    static let event = "edited"
    var edit: Edit
    var by: String

    static let schema = Schema(Field("edit", \.edit), Field("by", \.by), make: Edited.init)
}

/// `cursor`: where somebody is.
struct Cursor: ServerEvent {
    static let event = "cursor"
    var document: DocumentID
    var line: Int
    var by: String?

    static let schema = Schema(
        Field("document", \.document), Field("line", \.line, .range(0...9_999)), Field("by", \.by), make: Cursor.init)
}

struct Snapshot: Payload, Equatable {
    var version: Int
    var lines: [String]

    static let schema = Schema(Field("version", \.version), Field("lines", \.lines, .count(...10_000)), make: Snapshot.init)
}
