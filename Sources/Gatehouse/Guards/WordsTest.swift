import GatehousePolicy

/// Whether a token has some words: one of them, or all. Compared byte by byte, as rules compare them. Without any word the test fails.
struct WordsTest: Sendable {
    enum Mode: Sendable { case any, all }

    let mode: Mode
    let wanted: [String]

    func holds(for words: [String]) -> Bool {
        guard !wanted.isEmpty else { return false }
        return switch mode {
        case .any: wanted.contains { words.containsBytes(of: $0) }
        case .all: wanted.allSatisfy { words.containsBytes(of: $0) }
        }
    }
}
