import Gatehouse
import GatehouseJSON
import GatehouseSettings

/// The output of `serve --print-config`.
extension GatheredSettings {
    func print(json isJSON: Bool) throws(CommandFailure) {
        if isJSON { try Console.line(TerminalText.safeJSON(json.serialized)) } else { try table.print() }
    }

    var table: TextTable {
        var table = TextTable("SETTING", "VALUE", "FROM")
        for setting in Setting.all { table.add(setting.name, settings[setting].text, origins[setting.name].text) }
        return table
    }

    /// By name: the value, sizes and times as they are written in a file; where it is from; and the place there.
    var json: JSONValue {
        .object(
            JSONObject(
                members: Setting.all.map { setting in
                    let origin = origins[setting.name]
                    var members: [(String, JSONValue)] = [("value", settings[setting].json), ("from", .string(origin.kind))]
                    if origin != .standard { members.append(("at", .string(origin.text))) }
                    return (setting.name, .object(JSONObject(members: members)))
                }))
    }
}
