/// Names that match one of several patterns without templates, for lists such as `history.rooms`.
package struct NameMatcher: Sendable {
    private let tables: [PatternTable]
    /// What it says where there is no pattern.
    private let isForAll: Bool

    package init(_ patterns: [NamePattern], orAllIfNone isForAll: Bool = false) {
        tables = patterns.map { PatternTable($0) }
        self.isForAll = isForAll
    }

    package func matches(_ name: String) -> Bool {
        tables.isEmpty ? isForAll : tables.contains { $0.matches(0, name.utf8Span.span, .none) }
    }
}
