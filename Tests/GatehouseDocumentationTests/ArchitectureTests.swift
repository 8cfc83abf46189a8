import Foundation
import Testing

@Suite("The architecture article and the package") struct ArchitectureTests {
    /// A module as `Package.swift` declares it. Test targets and the fuzzer, which only a script builds, are left out.
    private struct Module {
        let name: String
        let words: Set<String>
    }

    private static func modules() throws -> [Module] {
        let package = try Repository.text("Package.swift")
        let targets = package.components(separatedBy: "\n    targets:").last ?? ""
        let kinds = [".target(\n", ".target(name", ".executableTarget(", ".systemLibrary(", ".testTarget("]
        var chunks = [targets[...]]
        for line in targets.split(separator: "\n", omittingEmptySubsequences: false)
        where line.hasPrefix("        .") && kinds.contains(where: { (String(line.dropFirst(8)) + "\n").hasPrefix($0) }) {
            chunks.append(targets[line.startIndex...])
        }
        let declarations = chunks.dropFirst().enumerated().map { index, chunk in
            let next = index + 2 < chunks.count ? chunks[index + 2].startIndex : targets.endIndex
            return targets[chunk.startIndex..<next]
        }
        return declarations.filter { !$0.hasPrefix("        .testTarget(") }.compactMap { text in
            let words = text.split(separator: "\"", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
            guard let name = words.first?.element else { return nil }
            return Module(name: String(name), words: Set(words.dropFirst().map { String($0.element) }))
        }
    }

    /// The modules of the article's table, in its order.
    private static func rows() throws -> [String] {
        let article = try Repository.text(Repository.catalogue + "/Architecture.md")
        let section = article.components(separatedBy: "\n## Modules\n").last?.components(separatedBy: "\n## ").first ?? ""
        return section.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { String($0.dropFirst(3).prefix { $0 != "`" }) }
    }

    @Test("The table has the package's modules, each once")
    func complete() throws {
        let modules = try Self.modules()
        #expect(modules.count > 20)
        #expect(try Self.rows().sorted() == modules.map(\.name).sorted())
    }

    @Test("A module depends only on modules above it in the table")
    func order() throws {
        let rows = try Self.rows()
        let place = Dictionary(rows.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
        for module in try Self.modules() {
            for dependency in module.words {
                guard let own = place[module.name], let other = place[dependency] else { continue }
                #expect(other < own, "\(module.name) depends on \(dependency)")
            }
        }
    }
}
