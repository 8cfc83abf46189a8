import GatehouseJSON

/// JSON as text, to compare with.
enum JSONText {
    static func of(_ object: JSONObject) -> String { JSONValue.object(object).serialized }
}
