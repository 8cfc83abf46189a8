/// A pattern for whole texts that is matched in one pass: no input can make it slow.
///
/// Known are characters, `.`, sets such as `[a-z_]` and `[^"]`, the classes `\d`, `\w` and `\s` (ASCII), groups, `|`, `?`, `*`, `+`, `{2}`,
/// `{2,}` and `{2,5}`. There are no anchors (a pattern always matches the whole text), look-around or back-references.
///
/// ```swift
/// static let product = Pattern("product code", "[A-Z]{2}-[0-9]{4,6}")
/// ```
public struct Pattern: Sendable {
    /// What violations call the pattern.
    public let name: String
    private let machine: PatternMachine?
    let problem: String?
    /// What it was made of.
    let text: String

    /// A pattern. Faults in its text are reported when a schema that uses it is registered; until then it matches nothing.
    public init(_ name: String, _ text: String) {
        self.name = name
        self.text = text
        do throws(PatternParser.Fault) {
            var parser = PatternParser(text)
            machine = PatternMachine(try parser.parse())
            problem = machine == nil ? "the pattern \(name) is too big: bound its repetitions or check the length by .length" : nil
        } catch {
            machine = nil
            problem = "the pattern \(name) has \(error.text)"
        }
    }

    func matches(_ text: RawSpan) -> Bool { machine?.matches(text) ?? false }

    /// Whether a whole text matches.
    public func matches(_ text: String) -> Bool { unsafe matches(text.utf8Span.span.bytes) }
}
