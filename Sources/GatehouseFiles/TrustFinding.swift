/// Why a path cannot be trusted: who else could change or read it, and the command that ends that.
package struct TrustFinding: Error, Sendable, Hashable, CustomStringConvertible {
    /// What the finding is about: the file, or a directory or link on the way to it.
    package let path: String
    /// The flaw, after the path: `belongs to nobody (uid 65534)`.
    package let flaws: [String]
    /// A shell command that mends it.
    package let remedy: String

    package init(path: String, flaws: [String], remedy: String) {
        self.path = path
        self.flaws = flaws
        self.remedy = remedy
    }

    package var description: String { "\(path) \(flaws.joined(separator: ", and ")): \(remedy)" }
}

extension [TrustFinding] {
    /// The findings, each once: a directory on the way of many files is found many times.
    package var distinct: [TrustFinding] {
        var seen: Set<TrustFinding> = []
        return filter { seen.insert($0).inserted }
    }

    /// One line each, with a limit for directories with very many findings.
    package var text: String {
        let shown = distinct
        let limit = 100
        let rest = shown.count > limit ? ["and \(shown.count - limit) more"] : []
        return (shown.prefix(limit).map(\.description) + rest).joined(separator: "\n")
    }
}

/// A word of a command line, quoted where a shell would take it for something else.
enum ShellWord {
    static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "+"), UInt8(ascii: ":"),
                    UInt8(ascii: "@"), UInt8(ascii: ","), UInt8(ascii: "="):
                    true
                default: false
                }
            }
        if isPlain { return text }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
