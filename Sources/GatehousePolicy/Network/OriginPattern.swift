/// One entry of `origin.allow`: an origin as browsers send it (RFC 6454 section 6.2), or `https://*.` and a domain for every origin that is
/// one label below it.
package struct OriginPattern: Sendable, Hashable, CustomStringConvertible {
    /// Why a text is no pattern, and what to write instead.
    package struct Misspelling: Error, Hashable, Sendable {
        package let message: String
    }

    /// The entry as it was written.
    package let description: String
    /// What stands before and after the `*`; nil: the entry is one origin.
    private let around: Around?

    private struct Around: Sendable, Hashable {
        let before: String
        let after: String
    }

    /// The forms of an entry, for error messages.
    package static let form =
        "'https://host', 'https://host:port' or 'app-scheme://host' in lower case with no path, 'https://*.example.com', or 'null'"
    private static let longest = 300
    private static let longestLabel = 63

    package init(_ text: String) throws(Misspelling) {
        description = text
        guard let star = text.firstIndex(of: "*") else {
            guard Self.isOrigin(text) else { throw .noOrigin(text, Self.form) }
            around = nil
            return
        }
        let (before, after) = (String(text[..<star]), String(text[text.index(after: star)...]))
        guard ["https://", "http://"].contains(before), after.hasPrefix("."), after.count > 1, Self.isOrigin(before + "a" + after)
        else {
            throw .noOrigin(text, Self.form)
        }
        let domain = after.dropFirst().prefix { $0 != ":" }
        guard !PublicSuffix.isPublic(domain) else {
            throw Misspelling(
                message: "'\(text)' lets in strangers, since anybody may have a name under \(domain): write a domain of your own")
        }
        around = Around(before: before, after: after)
    }

    package static func isValid(_ text: String) -> Bool { (try? OriginPattern(text)) != nil }

    /// Whether it stands for many origins.
    package var isWildcard: Bool { around != nil }

    /// An origin that it stands for.
    package var example: String { around.map { "\($0.before)any\($0.after)" } ?? description }

    /// Whether an origin is one that the entry means. Compared byte for byte: browsers send origins in one spelling.
    package func matches(_ origin: String) -> Bool {
        let bytes = origin.utf8
        guard let around else { return description.utf8.elementsEqual(bytes) }
        let (before, after) = (around.before.utf8, around.after.utf8)
        let label = bytes.dropFirst(before.count).dropLast(after.count)
        return bytes.starts(with: before) && bytes.suffix(after.count).elementsEqual(after)
            && bytes.count == before.count + label.count + after.count && (1...Self.longestLabel).contains(label.count)
            && label.allSatisfy(Self.isLabelByte)
    }

    private static func isLabelByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }

    /// Whether browsers and web views send an origin in this spelling.
    private static func isOrigin(_ text: String) -> Bool {
        // `null`: a sandboxed frame or a local file. `file://`: a page of an Android web view.
        if text == "null" || text == "file://" { return true }
        guard text.utf8.count <= longest, let mark = text.firstRange(of: "://") else { return false }
        let (scheme, host) = (text[..<mark.lowerBound], text[mark.upperBound...])
        guard !host.isEmpty else { return false }
        switch scheme {
        case "https": return isWebHost(host) && !host.hasSuffix(":443")
        case "http": return isWebHost(host) && !host.hasSuffix(":80")
        // No page has such an origin; the author means the page's own address.
        case "ws", "wss", "file", "data", "blob": return false
        default: return isScheme(scheme) && host.utf8.allSatisfy(isApplicationHostByte)
        }
    }

    private static func isWebHost(_ host: Substring) -> Bool {
        host.utf8.allSatisfy { isLabelByte($0) && $0 != UInt8(ascii: "_") || [0x2E, 0x3A, 0x5B, 0x5D].contains($0) }
    }

    /// RFC 3986 section 3.1, in lower case.
    private static func isScheme(_ scheme: Substring) -> Bool {
        guard let first = scheme.utf8.first, UInt8(ascii: "a")...UInt8(ascii: "z") ~= first else { return false }
        return scheme.utf8.allSatisfy { isLabelByte($0) && $0 != UInt8(ascii: "_") || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: ".") }
    }

    /// Applications name their pages as they like: `capacitor://localhost`, `chrome-extension://<id>`, `app://-`.
    private static func isApplicationHostByte(_ byte: UInt8) -> Bool {
        isLabelByte(byte) || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":")
    }
}

extension OriginPattern.Misspelling {
    fileprivate static func noOrigin(_ text: String, _ form: String) -> Self {
        Self(message: "'\(text)' is not an origin as browsers send it: \(form)")
    }
}
