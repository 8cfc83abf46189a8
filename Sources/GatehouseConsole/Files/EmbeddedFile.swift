/// A file of the site, as it stands in `Site/`. Its text is in the binary: the server reads no file to show a page.
struct EmbeddedFile: Sendable {
    let name: String
    let text: String
    /// For caches: another text has another tag.
    let tag: String

    init(_ name: String, _ text: String) {
        self.name = name
        self.text = text
        tag = "\"\(Self.digest(text))\""
    }

    /// The media type that the name stands for.
    var contentType: String {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        default: "application/octet-stream"
        }
    }

    var isPage: Bool { name.hasSuffix(".html") }

    /// FNV-1a in 64 bits: it tells versions of our own files apart, and protects nothing.
    private static func digest(_ text: String) -> String {
        let hash = text.utf8.reduce(into: UInt64(0xCBF2_9CE4_8422_2325)) { $0 = ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        return String(hash, radix: 16)
    }
}
