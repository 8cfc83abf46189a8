/// How a browser describes a request that a page made (W3C Fetch Metadata): `Sec-Fetch-Site`, `-Mode` and `-Dest`. Pages can neither set
/// nor leave them out. Browsers send them to https and to loopback addresses; Safari before 16.4 and Firefox before 90 do not.
struct FetchMetadata: Sendable, Hashable {
    enum Site: String, Sendable {
        case sameOrigin = "same-origin"
        case sameSite = "same-site"
        case crossSite = "cross-site"
        /// Not from a page: the address bar, or an extension with rights of its own.
        case none
    }

    /// Nil: absent, or an unknown word.
    let site: Site?
    private let mode: String?
    private let destination: String?

    private static let clientModes: Set<String> = ["cors", "same-origin", "websocket"]
    private static let clientDestinations: Set<String> = ["empty", "websocket"]

    /// Nil where no Fetch Metadata was sent.
    init?(_ fields: HTTPFields) {
        let (sites, modes, destinations) = (fields.all("sec-fetch-site"), fields.all("sec-fetch-mode"), fields.all("sec-fetch-dest"))
        guard !(sites.isEmpty && modes.isEmpty && destinations.isEmpty) else { return nil }
        site = sites.count == 1 ? sites.first.flatMap(Site.init) : nil
        mode = modes.isEmpty ? nil : modes.joined(separator: ",")
        destination = destinations.isEmpty ? nil : destinations.joined(separator: ",")
    }

    /// Whether an Engine.IO client in a page can have made it. Clients use `fetch`, `XMLHttpRequest` and `WebSocket`. Any page can cause
    /// images, scripts, forms, links and `fetch` without CORS without asking.
    var mayBeClient: Bool {
        (mode.map(Self.clientModes.contains) ?? true) && (destination.map(Self.clientDestinations.contains) ?? true)
    }
}
