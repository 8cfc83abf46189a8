import Testing

@testable import GatehouseAudit
@testable import GatehouseCommands

@Suite("Reading the audit log on the command line")
struct AuditPrinterTests {
    @Test("A record that was tampered with cannot steer the terminal, and as JSON it still says the same")
    func harmful() throws {
        let line = "{\"v\":1,\"seq\":4,\"ts\":\"2026\",\"event\":\"msg.denied\",\"decision\":{\"rule\":\"a\u{202E}b\u{9B}\"}}"
        let entry = try #require(AuditEntry(Array(line.utf8)))
        #expect(AuditPrinter.text(of: entry, json: false).contains(#"rule=a\u{202e}b\u{9b}"#))
        let json = AuditPrinter.text(of: entry, json: true)
        #expect(json.utf8.allSatisfy { $0 < 0x80 })
        #expect(AuditEntry(Array(json.utf8))?.text("decision/rule") == "a\u{202E}b\u{9B}")
    }

    @Test("Lines that are no records are counted and do not hide those behind them")
    func broken() throws {
        let directory = try ScratchDirectory()
        let record = { (seq: Int) in "{\"v\":1,\"seq\":\(seq),\"ts\":\"2026\",\"event\":\"msg.denied\"}\n" }
        _ = try directory.write(record(1) + "not a record\n" + record(2), to: "audit-000000000001.jsonl")
        var printer = AuditPrinter(json: true)
        var reader = AuditReader(directory: directory.path)
        try printer.print(from: &reader)
        #expect(printer.printed == 2 && printer.broken == 1)
        let failure = #expect(throws: CommandFailure.self) { try printer.finish() }
        #expect(failure?.status == .badFiles)
        try AuditPrinter(json: false).finish()
    }
}
