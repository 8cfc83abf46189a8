extension NamePattern {
    /// Whether some name could match both. A template may be any word.
    package func overlaps(_ other: NamePattern) -> Bool {
        var at = 0
        while at < segments.count, at < other.segments.count {
            if at > 0, separators[at - 1] != other.separators[at - 1] { return false }
            switch (segments[at], other.segments[at]) {
            case (.rest, _), (_, .rest): return true
            case (.literal(let left), .literal(let right)) where !left.utf8.elementsEqual(right.utf8): return false
            default: at += 1
            }
        }
        return segments.count == other.segments.count
    }

    /// Whether every name that matches `other` matches this. A template covers only the same template.
    package func covers(_ other: NamePattern) -> Bool {
        var at = 0
        while at < segments.count {
            guard at < other.segments.count else { return false }
            if at > 0, separators[at - 1] != other.separators[at - 1] { return false }
            switch (segments[at], other.segments[at]) {
            case (.rest, _): return true
            case (_, .rest): return false
            case (.any, _): break
            case (let left, let right): if left != right { return false }
            }
            at += 1
        }
        return segments.count == other.segments.count
    }
}
