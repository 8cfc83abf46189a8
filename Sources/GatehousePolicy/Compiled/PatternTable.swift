import GatehouseJSON

/// The patterns of a namespace in flat arrays, so that matching touches no object and copies nothing.
///
/// A class, so that asking it copies one reference and not its arrays.
final class PatternTable: Sendable {
    enum Kind: UInt8 { case literal, any, rest, template }

    struct Segment {
        var kind: Kind
        /// The separator before it; 0 for the first.
        var separator: UInt8
        /// Of a literal: its bytes in `text`. Of a template: its index in `templates`.
        var start: Int32
        var length: Int32
    }

    struct Pattern {
        var first: Int32
        var count: Int32
        /// The bytes that part two segments of a name.
        var separators: (UInt8, UInt8)
        /// The shortest name that it can match.
        var minimum: Int32
        /// The last byte of every name that it can match; -1 where that is open. Most rooms are turned away by it.
        var last: Int16

        @inline(__always)
        func separates(_ byte: UInt8) -> Bool { byte == separators.0 || byte == separators.1 }
    }

    let segments: [Segment]
    let patterns: [Pattern]
    let text: [UInt8]
    let templates: [NamePattern.Template]

    init(_ builder: Builder) {
        segments = builder.segments
        patterns = builder.patterns
        text = builder.text
        templates = builder.templates
    }

    /// A table of one pattern, whose index is 0.
    convenience init(_ pattern: NamePattern) {
        var builder = Builder()
        _ = builder.add(pattern)
        self.init(builder)
    }

    /// Whether a pattern matches a name, with the template values of a session.
    func matches(_ index: Int32, _ name: Span<UInt8>, _ values: TemplateValues) -> Bool {
        let pattern = patterns[Int(index)]
        var at = 0
        let length = name.count
        guard length >= Int(pattern.minimum), pattern.last < 0 || name[length &- 1] == UInt8(truncatingIfNeeded: pattern.last) else {
            return false
        }
        for offset in 0..<Int(pattern.count) {
            let segment = segments[Int(pattern.first) &+ offset]
            if offset > 0 {
                guard at < length, name[at] == segment.separator else { return false }
                at &+= 1
            }
            switch segment.kind {
            case .literal:
                let count = Int(segment.length)
                guard length &- at >= count else { return false }
                let start = Int(segment.start)
                for step in 0..<count where text[start &+ step] != name[at &+ step] { return false }
                at &+= count
            case .template:
                guard let range = values.range(Int(segment.start)), length &- at >= range.count else { return false }
                for step in 0..<range.count where values.text[range.lowerBound &+ step] != name[at &+ step] { return false }
                at &+= range.count
            case .any:
                let start = at
                while at < length, !pattern.separates(name[at]) { at &+= 1 }
                guard at > start else { return false }
            case .rest:
                // One or more segments, none of them empty.
                var start = at
                while at < length {
                    if pattern.separates(name[at]) {
                        guard at > start else { return false }
                        start = at &+ 1
                    }
                    at &+= 1
                }
                guard at > start else { return false }
            }
        }
        return at == length
    }
}

extension PatternTable {
    /// Collects the patterns of a namespace.
    struct Builder {
        private(set) var segments: [Segment] = []
        private(set) var patterns: [Pattern] = []
        private(set) var text: [UInt8] = []
        private(set) var templates: [NamePattern.Template] = []

        /// - Returns: the pattern's index.
        mutating func add(_ pattern: NamePattern) -> Int32 {
            let first = segments.count
            for (at, segment) in pattern.segments.enumerated() {
                var compiled = Segment(kind: .any, separator: at == 0 ? 0 : pattern.separators[at - 1], start: 0, length: 0)
                switch segment {
                case .any: break
                case .rest: compiled.kind = .rest
                case .literal(let name):
                    compiled.kind = .literal
                    compiled.start = Int32(clamping: text.count)
                    compiled.length = Int32(clamping: name.utf8.count)
                    text.append(contentsOf: name.utf8)
                case .template(let template):
                    compiled.kind = .template
                    if let known = templates.firstIndex(of: template) {
                        compiled.start = Int32(clamping: known)
                    } else {
                        compiled.start = Int32(clamping: templates.count)
                        templates.append(template)
                    }
                }
                segments.append(compiled)
            }
            var minimum = pattern.segments.count - 1
            var last: Int16 = -1
            for segment in pattern.segments {
                guard case .literal(let name) = segment else {
                    (minimum, last) = (minimum + 1, -1)
                    continue
                }
                minimum += name.utf8.count
                last = name.utf8.last.map { Int16($0) } ?? -1
            }
            patterns.append(
                Pattern(
                    first: Int32(clamping: first), count: Int32(clamping: segments.count - first), separators: pattern.kind.separators,
                    minimum: Int32(clamping: minimum), last: last))
            return Int32(clamping: patterns.count - 1)
        }
    }
}
