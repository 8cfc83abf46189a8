import GatehouseAudit

/// Prints records. A line that is not a record is reported and skipped; the exit code tells.
struct AuditPrinter {
    let json: Bool
    private(set) var printed: UInt64 = 0
    private(set) var broken = 0

    init(json: Bool) { self.json = json }

    /// Prints every record that there is now.
    mutating func print(from reader: inout AuditReader) throws {
        while true {
            do {
                guard let entry = try reader.next() else { return }
                try Console.line(Self.text(of: entry, json: json))
                printed += 1
            } catch let error as AuditError where error.code == .broken {
                broken += 1
                Console.warn(ErrorText.of(error))
            }
        }
    }

    /// - Throws: if there were lines that are not records.
    func finish() throws(CommandFailure) {
        guard broken == 0 else {
            throw CommandFailure(.badFiles, "\(broken) lines of the log are no records: run `\(Program.name) audit verify`")
        }
    }

    static func text(of entry: AuditEntry, json: Bool) -> String {
        json ? TerminalText.safeJSON(String(decoding: entry.line, as: UTF8.self)) : entry.summary
    }
}
