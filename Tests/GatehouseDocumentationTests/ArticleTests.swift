import Foundation
import Testing

@Suite("The README and the articles") struct ArticleTests {
    @Test("MDL-50: the README has at most 200 lines, and has the two commands")
    func readme() throws {
        let text = try Repository.text("README.md")
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 201)
        #expect(text.contains("&& swift run gatehouse serve\n"))
        #expect(text.contains("&& swift test --no-parallel\n"))
    }

    @Test("MDL-50, MDL-51: what the README and the policies' reference link to is there", arguments: ["README.md", "policies/README.md"])
    func links(file: String) throws {
        let folder = Repository.root.appendingPathComponent(file).deletingLastPathComponent()
        for part in try Repository.text(file).components(separatedBy: "](").dropFirst() {
            let target = part.prefix { $0 != ")" }.prefix { $0 != "#" }
            guard !target.isEmpty, !target.hasPrefix("http") else { continue }
            #expect(
                FileManager.default.fileExists(atPath: folder.appendingPathComponent(String(target)).path), "\(file) links to \(target)")
        }
    }

    @Test(
        "MDL-51: there is an article for each of these",
        arguments: [
            "GettingStarted", "ForNestJSDevelopers", "Payloads", "Gateways", "GuardsAndPolicies", "Testing", "Clients", "Moderation",
            "AuditLog", "Deployment", "Cluster", "SecurityModel", "Architecture", "Contributing", "Specification/Specification",
        ])
    func article(name: String) throws {
        let text = try Repository.text("\(Repository.catalogue)/\(name).md")
        #expect(text.hasPrefix("# "))
        let title = name.split(separator: "/").last ?? ""
        #expect(
            try Repository.files(below: Repository.catalogue).contains { $0.text.contains("- <doc:\(title)>") }, "no page lists \(name)")
    }
}
