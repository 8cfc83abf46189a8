/// The source of the request that opens a session: a page, known by its origin, or a program.
package struct RequestOrigin: Sendable, Hashable {
    /// The origin of the page, as `Origin` has it; nil where none is known.
    package var text: String?
    /// Whether that is the origin which the server itself was asked at.
    package var isOwn: Bool
    /// Whether a browser sent the request, so that one without an origin is some page's all the same.
    package var isBrowsers: Bool

    package init(_ text: String?, isOwn: Bool = false, isBrowsers: Bool = false) {
        self.text = text
        self.isOwn = isOwn
        self.isBrowsers = isBrowsers
    }
}

extension RequestOrigin: ExpressibleByStringLiteral, ExpressibleByNilLiteral {
    package init(stringLiteral text: String) { self.init(text) }
    package init(nilLiteral: ()) { self.init(nil) }
}
