#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

extension Span<UInt8> {
    /// Where `byte` first is at or after `start`.
    func firstOffset(of byte: UInt8, from start: Int) -> Int? {
        guard start < count else { return nil }
        return unsafe withUnsafeBytes { buffer -> Int? in
            guard let base = buffer.baseAddress else { return nil }
            guard let found = unsafe memchr(base + start, Int32(byte), buffer.count - start) else { return nil }
            return unsafe UnsafeRawPointer(found) - base
        }
    }

    func byte(at offset: Int) -> UInt8? {
        guard offset >= 0, offset < count else { return nil }
        return self[offset]
    }

    /// Where the first occurrence of `text` ends.
    func firstOffset(of text: String) -> Int? {
        let wanted = text.utf8Span.span
        guard wanted.count > 0 else { return 0 }
        var start = 0
        while let at = firstOffset(of: wanted[0], from: start), at + wanted.count <= count {
            var matched = 1
            while matched < wanted.count, self[at + matched] == wanted[matched] { matched += 1 }
            if matched == wanted.count { return at + matched }
            start = at + 1
        }
        return nil
    }

    func hasPrefix(_ prefix: StaticString) -> Bool {
        guard count >= prefix.utf8CodeUnitCount else { return false }
        return prefix.withUTF8Buffer { letters in
            for index in 0..<letters.count where unsafe letters[index] != self[index] { return false }
            return true
        }
    }

    func copied() -> [UInt8] { unsafe withUnsafeBufferPointer { unsafe [UInt8]($0) } }

    func equals(_ bytes: [UInt8]) -> Bool {
        guard count == bytes.count else { return false }
        for index in bytes.indices where self[index] != bytes[index] { return false }
        return true
    }
}
