import Foundation
import GatehouseJSON

/// The audit log of a server that has stopped, read line by line without the server's own reader.
struct AuditTrail {
    struct Line {
        var file: String
        var number: Int
        var record: JSONValue

        var event: String { record["event"]?.stringValue ?? "" }
        var decision: String? { record["decision"]?["id"]?.stringValue }
        var sequence: Int64? { record["seq"]?.integerValue }
    }

    var lines: [Line] = []
    var text = ""
    var tornFiles: [String] = []

    init(_ folder: URL) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        tornFiles = names.filter { $0.hasSuffix(".torn") }
        // `audit-<first seq>.jsonl`: by number, in case the numbers are not padded.
        let files = names.filter { $0.hasSuffix(".jsonl") }.sorted { Self.firstSequence($0) < Self.firstSequence($1) }
        for name in files {
            let content = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            text += content
            for (index, line) in content.split(separator: "\n").enumerated() {
                lines.append(Line(file: name, number: index + 1, record: try JSONValue(parsing: String(line))))
            }
        }
    }

    private static func firstSequence(_ name: String) -> Int {
        Int(name.drop { !$0.isNumber }.prefix { $0.isNumber }) ?? 0
    }
}
