/// The header fields of a request, kept as the bytes that came (one allocation for the whole head) and read by looking through them: heads
/// are small and looked at a few times, while a session keeps its head for life. The decoder has checked every byte.
package struct HTTPFields: Sendable {
    let bytes: [UInt8]
    private let start: Int

    init(bytes: [UInt8], start: Int) {
        self.bytes = bytes
        self.start = start
    }

    /// Calls `body` with name and value of each field in order until it returns false. The value has no white space around it.
    private func scan(_ body: (_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> Bool) {
        var rest = bytes.dropFirst(start)
        while let end = rest.firstIndex(of: 0x0D) {
            let line = rest[rest.startIndex..<end]
            rest = rest[end...].dropFirst(2)
            guard let colon = line.firstIndex(of: 0x3A) else { continue }
            var value = line[colon...].dropFirst()
            while let first = value.first, first == 0x20 || first == 0x09 { value = value.dropFirst() }
            while let last = value.last, last == 0x20 || last == 0x09 { value = value.dropLast() }
            guard body(line[..<colon], value) else { return }
        }
    }

    /// All values of a field, in order. The name is compared without case.
    package func all(_ name: String) -> [String] {
        var found: [String] = []
        scan { fieldName, value in
            if ASCII.equalIgnoringCase(fieldName, name.utf8) { found.append(String(decoding: value, as: UTF8.self)) }
            return true
        }
        return found
    }

    /// The first value of a field.
    package subscript(name: String) -> String? {
        var found: String?
        scan { fieldName, value in
            guard ASCII.equalIgnoringCase(fieldName, name.utf8) else { return true }
            found = String(decoding: value, as: UTF8.self)
            return false
        }
        return found
    }

    /// Whether the field is there.
    package func contains(_ name: String) -> Bool {
        self[name] != nil
    }

    /// Whether a comma-separated field has the token, without case.
    package func containsToken(_ name: String, _ token: String) -> Bool {
        var found = false
        scan { fieldName, value in
            guard ASCII.equalIgnoringCase(fieldName, name.utf8) else { return true }
            for part in value.split(separator: 0x2C) {
                let trimmed = part.drop { $0 == 0x20 || $0 == 0x09 }
                var end = trimmed
                while let last = end.last, last == 0x20 || last == 0x09 { end = end.dropLast() }
                if ASCII.equalIgnoringCase(end, token.utf8) { found = true }
            }
            return !found
        }
        return found
    }

    /// The fields without those of the given names, which are compared without case. The bytes are shared where there is none of them.
    package func removing(_ names: [String]) -> HTTPFields {
        var kept: [UInt8] = []
        var isChanged = false
        var rest = bytes.dropFirst(start)
        while let end = rest.firstIndex(of: 0x0D) {
            let line = rest[..<end]
            rest = rest[end...].dropFirst(2)
            let name = line.prefix { $0 != 0x3A }
            if names.contains(where: { ASCII.equalIgnoringCase(name, $0.utf8) }) {
                isChanged = true
            } else {
                kept.append(contentsOf: line)
                kept.append(contentsOf: [0x0D, 0x0A])
            }
        }
        // A right-sized copy, since it is kept.
        return isChanged ? HTTPFields(bytes: Array(bytes.prefix(start) + kept), start: start) : self
    }

    /// Every field with its name in lower case.
    package var entries: [(name: String, value: String)] {
        var list: [(name: String, value: String)] = []
        scan { name, value in
            list.append((String(decoding: name.map(ASCII.lowercased), as: UTF8.self), String(decoding: value, as: UTF8.self)))
            return true
        }
        return list
    }
}
