import Foundation
import Testing

@testable import GatehouseConsole

@Suite("The files of the site in the binary")
struct EmbeddedFileTests {
    private static let site = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Sources/GatehouseConsole/Site")

    private static func files(_ part: String) throws -> [String: String] {
        let folder = site.appendingPathComponent(part)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8)) })
    }

    @Test("CON-01: the binary has the files of Site/ as they stand there (else: run .ci/console)")
    func same() throws {
        for (part, embedded) in [("console", EmbeddedFile.console), ("demo", EmbeddedFile.demo)] {
            let texts = Dictionary(embedded.map { ($0.name, $0.text) }, uniquingKeysWith: { first, _ in first })
            #expect(try Self.files(part) == texts, "\(part): run .ci/console")
        }
    }

    /// Ways for a text to become markup or code.
    private static let sinks = [
        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "createContextualFragment", "setHTMLUnsafe",
        "srcdoc",
        "eval(", "new Function", "javascript:", "setAttribute(\"style\"", "style=", "onclick=", "onerror=", "<script>",
    ]

    @Test("CON-07: no text becomes markup or code: the sources know no way to do it, and name no other host")
    func sinks() throws {
        for part in ["console", "demo"] {
            for (name, text) in try Self.files(part) {
                for sink in Self.sinks { #expect(!text.contains(sink), "\(part)/\(name) has \(sink)") }
                for scheme in ["http://", "https://", "\"//"] where text.contains(scheme) {
                    // The name of a namespace of XML is no address.
                    let rest = text.replacingOccurrences(of: "http://www.w3.org/2000/svg", with: "")
                    #expect(!rest.contains(scheme), "\(part)/\(name) names \(scheme)")
                }
            }
        }
    }
}
