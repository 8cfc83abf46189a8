import Foundation
import GatehouseFuzzing
import Testing

/// What the fuzzers start from, and every input that was a finding once, is taken as it must be.
@Suite("R18: the fuzzers' corpora")
struct CorpusTests {

    static let directory = URL(filePath: #filePath).deletingLastPathComponent()

    static func corpus(_ harness: String) throws -> [URL] {
        let folder = directory.appending(path: "Corpora/\(harness)")
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil).sorted { $0.path < $1.path }
    }

    @Test("FZ-01 to FZ-11: every committed input keeps what its harness asks", arguments: Harnesses.all.map { $0.name })
    func replay(name: String) throws {
        var harness = try #require(Harnesses.named(name)).init()
        let inputs = try Self.corpus(name)
        #expect(inputs.count >= 10)
        for input in inputs {
            #expect(throws: Never.self, "\(input.lastPathComponent)") { try harness.run(Array(try Data(contentsOf: input))) }
        }
    }

    @Test("Every corpus and every dictionary belongs to a harness")
    func folders() throws {
        let names = Set(Harnesses.all.map { $0.name })
        for (folder, suffix) in [("Corpora", ""), ("Dictionaries", ".dict")] {
            let found = try FileManager.default.contentsOfDirectory(atPath: Self.directory.appending(path: folder).path)
            #expect(Set(found) == Set(names.map { $0 + suffix }))
        }
    }
}
