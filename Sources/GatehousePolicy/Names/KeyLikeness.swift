/// Finds the key that a misspelled one probably means.
package enum KeyLikeness {
    /// Whether two keys differ by one letter, a swap of two, or letter case.
    package static func isClose(_ known: String, _ given: String) -> Bool {
        let left = Array(known.lowercased().utf8), right = Array(given.lowercased().utf8)
        guard left != right else { return true }
        guard abs(left.count - right.count) <= 1, left.count > 2 else { return false }
        var start = 0
        while start < min(left.count, right.count), left[start] == right[start] { start += 1 }
        var end = 0
        while end < min(left.count, right.count) - start, left[left.count - 1 - end] == right[right.count - 1 - end] { end += 1 }
        let leftRest = left[start..<(left.count - end)], rightRest = right[start..<(right.count - end)]
        return max(leftRest.count, rightRest.count) <= 1 || (leftRest.count == 2 && rightRest.elementsEqual(leftRest.reversed()))
    }
}
