import ArgumentParser
import GatehouseJSON

/// `--dry-run` of changes that support it.
struct DryRunOption: ParsableArguments {
    @Flag(name: .customLong("dry-run"), help: "Only say what it would come to; nothing is done. This is recorded.")
    var isDryRun = false

    /// Adds it to a request.
    func mark(_ payload: inout JSONObject) { if isDryRun { payload["dry_run"] = .bool(true) } }

    /// The effect, real or expected: `closed 3, audit record 17`.
    func line(_ what: String, _ count: String, of answer: JSONValue) -> String {
        let prefix = isDryRun ? "nothing was done; it would have been: " : ""
        return "\(prefix)\(what) \(answer[count]?.integerValue ?? 0), audit record \(answer["audit_seq"]?.integerValue ?? 0)"
    }
}
