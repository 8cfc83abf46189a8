/// Rows under headings, in columns as wide as their widest cell. Cells are made safe for a terminal.
struct TextTable {
    private var rows: [[String]]

    init(_ headings: String...) { rows = [headings] }

    var isEmpty: Bool { rows.count == 1 }

    mutating func add(_ cells: String...) { rows.append(cells.map { TerminalText.safe($0) }) }

    var lines: [String] {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        return rows.map { row in
            let padded = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            // No trailing spaces, which would be copied along.
            return String(padded.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
        }
    }

    func print() throws(CommandFailure) {
        for line in lines { try Console.line(line) }
    }
}
