#if canImport(Darwin)
    import Foundation
#else
    @_spi(_Unicode) import Swift
#endif

/// Takes white space from both ends.
public struct Trim: Sendable {
    /// The pipe.
    public init() {}

    /// The text without white space at its ends.
    public func transform(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }
}

/// Makes one space of each run of white space.
public struct CollapseSpaces: Sendable {
    /// The pipe.
    public init() {}

    /// The text with single spaces.
    public func transform(_ text: String) -> String {
        var result = ""
        var isInside = false
        for scalar in text.unicodeScalars {
            let isSpace = scalar.properties.isWhitespace
            if !isSpace { result.unicodeScalars.append(scalar) } else if !isInside { result.append(" ") }
            isInside = isSpace
        }
        return result
    }
}

/// Brings text into canonical composition (Unicode NFC).
public struct NormalizeNFC: Sendable {
    /// The pipe.
    public init() {}

    /// The composed text.
    public func transform(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
        #if canImport(Darwin)
            return text.precomposedStringWithCanonicalMapping
        #else
            var result = ""
            for scalar in text._nfc { result.unicodeScalars.append(scalar) }
            return result
        #endif
    }
}
