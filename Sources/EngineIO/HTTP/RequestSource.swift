/// Where a request comes from, as far as it tells: a page of the server's own origin, another page, or a program.
///
/// Browsers name the page in `Origin`, except when a page sends GET to its own origin, and when a page embeds an image or a script of
/// another one. Fetch Metadata tells these cases apart. Without it `Referer` and `User-Agent` do: a page cannot forge them.
package struct RequestSource: Sendable, Hashable {
    /// `Origin` as sent; without one, the server's own origin for its own pages. Nil: unknown.
    package let origin: String?
    /// Whether it is a page of the server's own origin, or a program that claims to be.
    package let isOwn: Bool
    /// Whether a browser sent it.
    package let isBrowsers: Bool
    /// Whether it cannot come from an Engine.IO client.
    let isForeignToEngineIO: Bool
    private let hasOrigin: Bool

    /// A program that sends no origin.
    package static let unknown = RequestSource()

    private init() {
        (origin, isOwn, isBrowsers, isForeignToEngineIO, hasOrigin) = (nil, false, false, false, false)
    }

    /// - Parameters:
    ///   - isSecure: whether the client's connection is encrypted.
    ///   - isProxied: whether `X-Forwarded-Host` is a trusted proxy's.
    init(_ head: HTTPRequestHead, isSecure: Bool, isProxied: Bool) {
        let fields = head.fields
        let fetch = FetchMetadata(fields)
        let own = OwnOrigin(head, isSecure: isSecure, isProxied: isProxied)
        let origins = fields.all("origin")
        isForeignToEngineIO = !(fetch?.mayBeClient ?? true)
        hasOrigin = !origins.isEmpty
        if hasOrigin {
            // Two origins cannot be allowed.
            let text = origins.joined(separator: ", ")
            origin = text
            isOwn = fetch?.site.map { $0 == .sameOrigin } ?? own.isNamed(by: text)
            isBrowsers = fetch != nil
            return
        }
        if let fetch {
            // Without an Origin and a page the request comes from the browser itself, or from an extension that may send anything.
            isBrowsers = !(fetch.site == FetchMetadata.Site.none && fetch.mayBeClient)
            isOwn = fetch.site == .sameOrigin
        } else if let referrer = fields["referer"] {
            isBrowsers = true
            isOwn = own.isBeginning(of: referrer)
        } else {
            isBrowsers = fields["user-agent"]?.hasPrefix("Mozilla/") ?? false
            isOwn = false
        }
        origin = isOwn ? own.text : nil
    }

    /// Whether a session that this source opened accepts a request of another source (SEC-02). A page's session stays with its origin. A
    /// program may send an `Origin` with its upgrade only.
    func isContinued(by later: RequestSource) -> Bool {
        if isOwn, later.isOwn { return true }
        if hasOrigin { return later.hasOrigin && later.origin == origin }
        return !isBrowsers
    }
}
