/// The forms of a request target (RFC 9112 section 3.2): origin form `/path?query`, absolute form `http://host/path?query` as clients of a
/// forward proxy send it, and others, which name no resource here.
enum HTTPRequestTarget {
    /// Authority and path of a target in absolute form; nil for every other form.
    static func absolute(_ target: String) -> (authority: Substring, path: Substring)? {
        guard let mark = target.firstRange(of: "://") else { return nil }
        let scheme = target[..<mark.lowerBound].utf8
        guard ASCII.equalIgnoringCase(scheme, "http".utf8) || ASCII.equalIgnoringCase(scheme, "https".utf8) else { return nil }
        let rest = target[mark.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let path = rest[end...].prefix { $0 != "?" }
        return (rest[..<end], path.isEmpty ? "/" : path)
    }
}
