/// Finds an object's members by name. Payloads usually come in the order of the schema: the member after the last hit is tried first.
struct MemberCursor {
    private let first: Int
    private let end: Int
    private var key: Int
    private(set) var found = 0

    init(_ document: JSONDocument, _ object: Int) {
        first = object &+ 1
        end = document.next(after: object)
        key = first
    }

    @inline(__always) mutating func find(_ name: FieldName, _ document: JSONDocument, _ text: RawSpan) -> Int? {
        let start = key
        while key < end {
            if let value = hit(name, document, text) { return value }
        }
        key = first
        while key < start {
            if let value = hit(name, document, text) { return value }
        }
        return nil
    }

    @inline(__always) private mutating func hit(_ name: FieldName, _ document: JSONDocument, _ text: RawSpan) -> Int? {
        let value = key &+ 1
        guard value < document.nodes.count else {
            key = end
            return nil
        }
        let matches = name.matches(document.nodes[key], text)
        key = Int(document.nodes[value].next)
        if matches { found &+= 1 }
        return matches ? value : nil
    }
}
