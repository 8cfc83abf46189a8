/// Which browser origins may read answers (SEC-04: this never decides whether a request is served).
package struct CORSPolicy: Sendable {
    package enum Origins: Sendable {
        /// `Access-Control-Allow-Origin: *`, never with credentials.
        case any
        /// Exact serialised origins.
        case exactly(Set<String>)
    }

    package var origins: Origins
    package var credentials: Bool
    /// How long a browser may remember a preflight, seconds.
    package var maxAge: Int

    package init(origins: Origins, credentials: Bool = false, maxAge: Int = 600) {
        self.origins = origins
        self.credentials = credentials
        self.maxAge = maxAge
    }

    /// The fields for an answer to a request with this `Origin`.
    func fields(origin: String?) -> [(name: String, value: String)] {
        switch origins {
        case .any:
            return origin == nil ? [] : [("Access-Control-Allow-Origin", "*")]
        case .exactly(let allowed):
            // The answer depends on Origin even when there is none: a cache must not serve one for the other.
            guard let origin, allowed.contains(origin) else { return [("Vary", "Origin")] }
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
            ("Access-Control-Allow-Headers", "Content-Type, Authorization"),
            ("Access-Control-Max-Age", String(maxAge)),
        ]
    }
}
