/// How many placeholders a client may find in a JSON text that was written here.
package enum PlaceholderCount {
    private static let key: StaticString = "\"_placeholder\":"

    /// Counts members named `_placeholder`, whatever wrote them: a value that a client sent once may hold one, and beside attachments every
    /// client takes it for the place of one. In a written text the quote before a colon ends a key and nothing else; a key that only ends
    /// in these characters, after an escaped quote, is counted too.
    package static func of(_ text: Span<UInt8>) -> Int {
        let length = key.utf8CodeUnitCount
        let bytes = unsafe text.bytes
        var count = 0
        var start = 0
        while start &+ length <= bytes.byteCount {
            if bytes.byte(start) == ASCII.quote, bytes.holds(key, at: start) {
                count &+= 1
                start &+= length
            } else {
                start &+= 1
            }
        }
        return count
    }
}
