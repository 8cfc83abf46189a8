/// Representative names: for every set of the patterns that a name can match, one of these names matches exactly that set.
///
/// Each pattern is written out with every `*` replaced by every word that some pattern has in that place, and by a word that none has. The
/// pattern with the most explicit segments among those that a name matches yields the name that stands for it.
struct RepresentativeNames {
    /// The value of a template; nil if it matches nothing.
    let values: (NamePattern.Template) -> String?
    /// The most names; above it there is no answer.
    let limit: Int

    /// - Parameters:
    ///   - separator: between the segments that `**` stands for.
    ///   - extra: names that are asked for in any case.
    func of(_ patterns: [NamePattern], _ separator: Character, with extra: [String] = []) -> [String]? {
        let written = patterns.compactMap { pattern -> [Part]? in
            let parts = pattern.segments.map { part($0) }
            return parts.contains { $0 == nil } ? nil : parts.compactMap { $0 }
        }
        var words: [Set<String>] = []
        for parts in written {
            for (at, part) in parts.enumerated() {
                if at == words.count { words.append([]) }
                if case .word(let word) = part { words[at].insert(word) }
            }
        }
        let fresh = self.fresh(words, extra)
        // The second is too deep for every pattern but `**`: the first one matches `*`.
        let deep = Array(repeating: fresh, count: words.count + 1).joined(separator: String(separator))
        var names: Set<String> = Set(extra).union([fresh, deep])
        for (pattern, parts) in zip(patterns.filter { $0.segments.allSatisfy { part($0) != nil } }, written) {
            var texts = [""]
            for (at, part) in parts.enumerated() {
                let mark = at == 0 ? "" : String(decoding: [pattern.separators[at - 1]], as: UTF8.self)
                let choices: [String]
                switch part {
                case .word(let word): choices = [word]
                case .any: choices = words[at].sorted() + [fresh]
                case .rest:
                    // As deep as any pattern reaches, and one deeper.
                    choices = (1...(words.count - at + 1)).map { Array(repeating: fresh, count: $0).joined(separator: String(separator)) }
                }
                guard texts.count * choices.count <= limit else { return nil }
                texts = texts.flatMap { text in choices.map { text + mark + $0 } }
            }
            names.formUnion(texts)
            guard names.count <= limit else { return nil }
        }
        return names.sorted()
    }

    private enum Part: Equatable {
        case word(String)
        case any, rest
    }

    private func part(_ segment: NamePattern.Segment) -> Part? {
        switch segment {
        case .literal(let word): .word(word)
        case .any: .any
        case .rest: .rest
        case .template(let template): values(template).map { .word($0) }
        }
    }

    /// A word that no pattern and no given name has.
    private func fresh(_ words: [Set<String>], _ extra: [String]) -> String {
        var word = "other"
        while words.contains(where: { $0.contains(word) }) || extra.contains(where: { $0.contains(word) }) { word += "-other" }
        return word
    }
}
