/// Which browser origins may read answers (SEC-04: this never decides whether a request is served).
package struct CORSPolicy: Sendable {
    package enum Origins: Sendable {
        /// `Access-Control-Allow-Origin: *`, never with credentials.
        case any
        /// The serialised origins for which it returns true.
        case those(@Sendable (_ origin: String) -> Bool)

        /// Exact serialised origins.
        package static func exactly(_ allowed: Set<String>) -> Self { .those { allowed.contains($0) } }
    }

    /// Header fields that pages may send always.
    package static let usualHeaders = ["Content-Type", "Authorization"]

    package var origins: Origins
    package var credentials: Bool
    /// How long a browser may remember a preflight, seconds.
    package var maxAge: Int
    /// Header fields that pages may send besides `usualHeaders`.
    package var headers: [String]

    package init(origins: Origins, credentials: Bool = false, maxAge: Int = 600, headers: [String] = []) {
        self.origins = origins
        self.credentials = credentials
        self.maxAge = maxAge
        self.headers = headers
    }

    /// The fields for an answer to a request with this `Origin`.
    func fields(origin: String?) -> [(name: String, value: String)] {
        switch origins {
        case .any:
            return origin == nil ? [] : [("Access-Control-Allow-Origin", "*")]
        case .those(let isAllowed):
            // The answer depends on Origin even when there is none: a cache must not serve one for the other.
            guard let origin, isAllowed(origin) else { return [("Vary", "Origin")] }
            let base = [("Access-Control-Allow-Origin", origin), ("Vary", "Origin")]
            return credentials ? base + [("Access-Control-Allow-Credentials", "true")] : base
        }
    }

    /// The fields for an answer to a preflight.
    func preflightFields(origin: String?) -> [(name: String, value: String)] {
        let base = fields(origin: origin)
        guard base.contains(where: { $0.name == "Access-Control-Allow-Origin" }) else { return base }
        return base + [
            ("Access-Control-Allow-Methods", "GET, POST"),
            ("Access-Control-Allow-Headers", (Self.usualHeaders + headers).joined(separator: ", ")),
            ("Access-Control-Max-Age", String(maxAge)),
        ]
    }
}
