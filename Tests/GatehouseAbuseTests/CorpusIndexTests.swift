import Foundation
import Testing

@Suite("The index of the abuse corpus")
struct CorpusIndexTests {
    /// The lines that are no bytes on a wire, or not on this one, and the test that stands for each.
    static let elsewhere: [(id: String, file: String)] = [
        ("AC-12", "GatehouseTests/Pipeline/ErrorTests.swift"),
        ("AC-20", "GatehouseAbuseTests/Limits/LimitsProbeTests.swift"),
        ("AC-23", "GatehousePolicyTests/NarrowerRuleTests.swift"),
        ("AC-24", "GatehouseTests/Pipeline/ReceiveRuleTests.swift"),
        ("AC-27", "GatehouseEndToEndTests/Scenario.swift"),
        ("AC-28", "GatehouseTokensTests/ConstantTimeTests.swift"),
    ]

    @Test("REL-04: each of AC-01 to AC-38 has a file with cases, or a test that names it")
    func complete() throws {
        let files = try AbuseFile.all()
        let tests = AbuseFile.directory.deletingLastPathComponent().deletingLastPathComponent()
        for number in 1...38 {
            let id = "AC-" + (number < 10 ? "0\(number)" : "\(number)")
            let cases = files.filter { $0.id == id }.flatMap(\.cases)
            if let place = Self.elsewhere.first(where: { $0.id == id }) {
                #expect(cases.isEmpty, "\(id) is a file and is said to be elsewhere")
                let text = try String(contentsOf: tests.appendingPathComponent(place.file), encoding: .utf8)
                let names = text.split(separator: "\n").filter {
                    $0.contains("@Test(") || $0.contains("Scenario(") || $0.contains("\"\(id)")
                }
                #expect(names.contains { $0.contains(id) }, "\(place.file) has no test of \(id)")
            } else {
                #expect(!cases.isEmpty && cases.allSatisfy { !$0.steps.isEmpty && !$0.variants.isEmpty }, "\(id) has neither file nor test")
            }
        }
    }

    @Test("REL-04: a file is named by its line, says what must come of it, and expects something in every case")
    func wellFormed() throws {
        for file in try AbuseFile.all() {
            #expect(file.name.hasPrefix(file.id + "-") && !file.outcome.isEmpty && !file.about.isEmpty, "\(file.name)")
            for one in file.cases {
                #expect(!one.name.isEmpty && one.seconds > 0, "\(file.name)")
                #expect(Self.all(one.steps).contains { if case .connect = $0 { true } else { false } }, "\(file.name), \(one.name)")
                // A case may leave its outcome to the runner, which looks at what is held and what stays, where the client is gone at its end.
                #expect(
                    Self.all(one.steps).contains { if case .expect = $0 { true } else { false } } || Self.endsByItself(one),
                    "\(file.name), \(one.name) expects nothing")
            }
        }
    }

    /// The steps, those within repetitions too.
    private static func all(_ steps: [AbuseStep]) -> [AbuseStep] {
        steps.flatMap { if case .times(_, let inner) = $0 { all(inner) } else { [$0] } }
    }

    private static func endsByItself(_ one: AbuseCase) -> Bool {
        switch all(one.steps).last {
        case .reset, .hangUp: true
        default: false
        }
    }

    @Test("REL-04: what is not understood is refused with file and line")
    func malformed() {
        for (text, line) in [
            ("AC-01 x\n-> y\ncase a\n  tcp\n  send \"x", 5), ("AC-01 x\nbudget much", 2), ("AC-01 x\ncase a\n  fly", 3),
            ("AC-01 x\ncase a\n  times 3\n    tcp", 0), ("AC-01 x\ncase a\n  expect luck", 3),
        ] {
            let error = #expect(throws: AbuseLine.Malformed.self) { try AbuseFile(name: "x.txt", text: text) }
            #expect(error?.description.hasPrefix("x.txt:\(line):") == true, "\(error as Any)")
        }
    }
}
