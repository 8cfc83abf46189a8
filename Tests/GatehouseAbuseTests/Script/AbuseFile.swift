import Foundation
import NIOCore

/// A file of the corpus: what one fault of another server looks like on the wire, and what must come of it here.
///
///     AC-07 CVE-2022-21676: where it is known from, and what it is
///     -> what must come of it
///     budget 64Ki                 bytes held for each connection; more than the default only where clients are authenticated
///     limits ip: { … }            a line for `limits` in _global.yaml
///
///     case a name
///       within 2s                 of real time; for what must not take longer than its bytes are many
///       each                      the case is played once for each of these, as $each
///         | "2[]"
///       websocket                 the steps of `AbuseStep`
///       send text("4" $each)
///       expect close 4500
///
/// Lines that begin with # are remarks.
struct AbuseFile: Sendable {
    var name: String
    /// `AC-07`, or the requirement that the file is about.
    var id: String
    var about: String
    var outcome = ""
    var budget = 65_536
    var limits = "connections: { node: 5000, per_ip: 5000, per_user: 1000, unauthenticated: 5000 }"
    var cases: [AbuseCase] = []

    static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Corpus")

    static func all() throws -> [AbuseFile] {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.hasSuffix(".txt") }
        return try names.sorted().map { name in
            try AbuseFile(name: name, text: String(contentsOf: directory.appendingPathComponent(name), encoding: .utf8))
        }
    }

    init(name: String, text: String) throws {
        self.name = name
        id = ""
        about = ""
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .map { (number: $0 + 1, text: $1.drop { $0 == " " }) }
            .filter { !$0.text.isEmpty && !$0.text.hasPrefix("#") }[...]
        do {
            guard let first = lines.popFirst() else { throw AbuseLine.Malformed(description: "empty") }
            id = String(first.text.prefix { $0 != " " })
            about = first.text.dropFirst(id.count + 1) + ""
            while let line = lines.first, !line.text.hasPrefix("case ") {
                try setting(line.text)
                lines.removeFirst()
            }
            while !lines.isEmpty { cases.append(try AbuseCase(&lines)) }
        } catch {
            throw AbuseLine.Malformed(description: "\(name):\(lines.first?.number ?? 0): \(error)")
        }
    }

    private mutating func setting(_ line: Substring) throws {
        let (word, rest) = AbuseLine.split(line)
        switch word {
        case "->": outcome = String(rest)
        case "budget": budget = try AbuseLine.count(rest)
        case "limits": limits = String(rest)
        default: throw AbuseLine.Malformed(description: "not understood: \(line)")
        }
    }
}

/// One way to try it.
struct AbuseCase: Sendable {
    var name: String
    var seconds = 20.0
    /// What `each` lists, as it is written and as it is read.
    var variants: [(text: String, bytes: [ByteExpression])] = [("", [])]
    var steps: [AbuseStep] = []

    init(_ lines: inout ArraySlice<(number: Int, text: Substring)>) throws {
        name = lines.popFirst().map { String($0.text.dropFirst("case ".count)) } ?? ""
        while let line = lines.first, !line.text.hasPrefix("case ") {
            if line.text.hasPrefix("within ") {
                seconds = Double(try AbuseLine.time(AbuseLine.split(line.text).rest).nanoseconds) / 1e9
                lines.removeFirst()
            } else if line.text == "each" {
                lines.removeFirst()
                variants = []
                while let variant = lines.first, variant.text.hasPrefix("|") {
                    let text = variant.text.dropFirst(1)
                    variants.append((String(text), try ByteExpressionParser.parse(text)))
                    lines.removeFirst()
                }
            } else {
                steps.append(try AbuseLine.step(&lines))
            }
        }
    }
}
