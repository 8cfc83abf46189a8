import GatehouseJSON

/// One page out of the pages of several nodes, in the order of a key. Pure.
struct MergedPage {
    let items: [JSONObject]
    /// The key that the next page begins behind; `nil` at the end.
    let cursor: String?

    /// - Parameters:
    ///   - pages: of each node: `items` in the order of their keys, and `cursor` where there are more.
    ///   - merge: makes one item of two with the same key; `nil`: keys are never the same.
    init(_ pages: [JSONObject], by key: String, limit: Int, merge: ((JSONObject, JSONObject) -> JSONObject)? = nil) {
        // Behind the end of a page that goes on, a node may have items that nobody knows here.
        let end = pages.compactMap { $0["cursor"]?.stringValue }.min()
        var found: [String: JSONObject] = [:]
        var extra: [(String, JSONObject)] = []
        for item in pages.flatMap({ $0["items"]?.arrayValue ?? [] }).compactMap(\.objectValue) {
            guard let name = item[key]?.stringValue, end.map({ name <= $0 }) ?? true else { continue }
            if let known = found[name] {
                if let merge { found[name] = merge(known, item) } else { extra.append((name, item)) }
            } else {
                found[name] = item
            }
        }
        let all = (found.map { ($0.key, $0.value) } + extra).sorted { $0.0 < $1.0 }
        items = all.prefix(limit).map(\.1)
        cursor = all.count > limit || end != nil ? all.prefix(limit).last?.0 ?? end : nil
    }

    var object: JSONObject {
        var object: JSONObject = ["items": .array(items.map { .object($0) })]
        if let cursor { object["cursor"] = .string(cursor) }
        return object
    }

    /// Rooms of the same name have their members together.
    static func addMembers(_ left: JSONObject, _ right: JSONObject) -> JSONObject {
        var room = left
        let (sum, _) = (left["members"]?.integerValue ?? 0).addingReportingOverflow(right["members"]?.integerValue ?? 0)
        room["members"] = .integer(sum)
        return room
    }
}
