import EngineIO
import Gatehouse
import GatehouseNetwork

/// The parts of a request that the answer to it depends on.
struct PageRequest: Sendable {
    /// The client, by the rule of trusted proxies.
    var address: ClientAddress
    /// The `Host` as sent.
    var host: String?
    /// Whether a field says that somebody stands between.
    var isForwarded = false
    /// What the browser will make of the answer (`Sec-Fetch-Dest`), such as `document` or `iframe`.
    var destination: String?
    /// Whether a page of this server asks.
    var isOwn = false
    /// `If-None-Match` as sent.
    var knownTags: String?

    private static let forwardingFields = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"]
    private static let frames: Set<String> = ["iframe", "frame", "embed", "object", "fencedframe"]

    init(address: ClientAddress, host: String?) {
        self.address = address
        self.host = host
    }

    init(_ request: EngineRequest) {
        self.init(address: request.address, host: request.headers["host"])
        isForwarded = Self.forwardingFields.contains { request.headers[$0] != nil }
        destination = request.headers["sec-fetch-dest"]
        isOwn = request.source.isOwn
        knownTags = request.headers["if-none-match"]
    }

    /// Whether the answer is to be shown inside another page.
    var isForFrame: Bool { destination.map(Self.frames.contains) ?? false }

    /// Whether a browser of this machine asks, with nothing between. The name of the host counts too: a foreign name that leads to a loopback
    /// address (DNS rebinding) makes a foreign page look like one of this server.
    var isOfThisMachine: Bool {
        guard !isForwarded, address.ip?.isLoopback == true, let host else { return false }
        return Configuration.isLoopback(Self.withoutPort(host))
    }

    private static func withoutPort(_ host: String) -> String {
        guard let colon = host.lastIndex(of: ":"), !host[colon...].contains("]") else { return host }
        return String(host[..<colon])
    }
}
