extension String {
    /// The beginning of a text that has at most this many bytes, cut between two scalars: a single character may be of any length.
    package func cut(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var (cut, left) = (String(), limit)
        for scalar in unicodeScalars {
            left -= UTF8.width(scalar)
            guard left >= 0 else { break }
            cut.unicodeScalars.append(scalar)
        }
        return cut
    }
}
