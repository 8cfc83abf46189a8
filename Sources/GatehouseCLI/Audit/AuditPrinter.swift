import GatehouseAudit

/// Prints what a reader gives. A line that is no record is told of and passed over; the exit code remembers it.
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
                Console.warn(error.description)
            }
        }
    }

    /// - Throws: the failure of a reading that met lines which are no records.
    func finish() throws(CommandFailure) {
        guard broken == 0 else {
            throw CommandFailure(.badFiles, "\(broken) lines of the log are no records: run `gatehouse audit verify`")
        }
    }

    static func text(of entry: AuditEntry, json: Bool) -> String {
        json ? TerminalText.safeJSON(String(decoding: entry.line, as: UTF8.self)) : entry.summary
    }
}
