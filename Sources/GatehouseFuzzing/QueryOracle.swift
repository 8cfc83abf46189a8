import EngineIO

/// A query that is read, written with every byte escaped, and read again, is the same.
enum QueryOracle {
    static func check(_ target: String) throws {
        let items = HTTPQuery(target: target).items
        let text = items.map { escaped($0.name) + "=" + escaped($0.value) }.joined(separator: "&")
        let again = HTTPQuery(target: "/?" + text).items
        try require(
            items.count == again.count
                && zip(items, again).allSatisfy { $0.name.utf8.elementsEqual($1.name.utf8) && $0.value.utf8.elementsEqual($1.value.utf8) },
            "written again, the query is read as another")
    }

    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: byte & 1 == 0) }.joined()
    }
}
