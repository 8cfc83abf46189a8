/// Which names of rooms and events are taken at all (POL-07, SEC-B): printable, and with one spelling only.
///
/// Rooms are looked up by `String`, which holds canonically equivalent text for equal, while patterns compare bytes. So a name that has
/// a second spelling could pass one of them as itself and the other as its twin. Outside ASCII only scalars are taken that are their own
/// NFC form, never combine with a neighbour, and are visible: letters, digits, syllables, ideographs and emoji of the ranges below.
/// Combining marks are not among them, so text is NFC by construction.
package enum CanonicalText {
    /// Whether bytes are a name: UTF-8 of the permitted scalars, not empty, at most `limit` bytes.
    package static func isName(_ bytes: Span<UInt8>, limit: Int = 256) -> Bool {
        guard !bytes.isEmpty, bytes.count <= limit else { return false }
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x80 {
                guard byte >= 0x20, byte != 0x7F else { return false }
                index &+= 1
                continue
            }
            guard let (scalar, length) = decode(bytes, at: index), isPermitted(scalar) else { return false }
            index &+= length
        }
        return true
    }

    private static func decode(_ bytes: Span<UInt8>, at index: Int) -> (UInt32, Int)? {
        let first = UInt32(bytes[index])
        let length: Int
        var value: UInt32
        switch first {
        case 0xC2...0xDF: (length, value) = (2, first & 0x1F)
        case 0xE0...0xEF: (length, value) = (3, first & 0x0F)
        case 0xF0...0xF4: (length, value) = (4, first & 0x07)
        default: return nil
        }
        guard index &+ length <= bytes.count else { return nil }
        for at in (index &+ 1)..<(index &+ length) {
            guard bytes[at] & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(bytes[at] & 0x3F)
        }
        // Overlong forms and surrogates lie outside of the permitted ranges of their length.
        guard length != 3 || value >= 0x800, length != 4 || value >= 0x10000 else { return nil }
        return (value, length)
    }

    private static func isPermitted(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0xA1...0xAC, 0xAE...0x2C1: true  // Latin, IPA
        case 0x388...0x3FF: scalar != 0x38B && scalar != 0x38D && scalar != 0x3A2  // Greek, after its singletons
        case 0x370...0x373, 0x386: true
        case 0x400...0x482, 0x48A...0x52F: true  // Cyrillic
        case 0x531...0x556, 0x561...0x587: true  // Armenian
        case 0x5D0...0x5EA: true  // Hebrew letters
        case 0x620...0x64A, 0x660...0x669, 0x671...0x6D3: true  // Arabic letters and digits
        case 0x904...0x928, 0x92A...0x930, 0x932...0x933, 0x935...0x939, 0x93E...0x94C, 0x966...0x96F: true  // Devanagari
        case 0xE01...0xE37, 0xE40...0xE46, 0xE50...0xE59: true  // Thai
        case 0x10D0...0x10FF: true  // Georgian
        case 0x2010...0x2027, 0x2030...0x205E, 0x20A0...0x20BF: true  // punctuation and currencies
        case 0x2600...0x27BF: true  // symbols
        case 0x3041...0x3096, 0x30A1...0x30FC: true  // kana
        case 0x3400...0x4DBF, 0x4E00...0x9FFF: true  // ideographs
        case 0xAC00...0xD7A3: true  // Hangul syllables
        case 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF: true  // emoji
        case 0x20000...0x2A6DF: true
        default: false
        }
    }
}
