import EngineIO
import GatehousePolicy

/// Which pages of other origins may read the answers of long-polling, as browsers ask by CORS. WebSocket does not need it.
///
/// It never lets anyone in: whether a request is served is decided by `origin` in the policies, so an origin that is meant to connect stands
/// in both places. There is no `*`: a page that no policy names is refused, and one that a policy names can be named here.
public struct CORS: Sendable, Equatable {
    /// Exact origins as browsers send them: `https://app.example`, `http://localhost:3000`.
    public var origins: [String]
    /// Whether pages may send cookies and TLS client certificates along (`withCredentials`). Nothing here reads a cookie; a load balancer in
    /// front may.
    public var credentials: Bool
    /// How long a browser may remember the answer to a preflight, in whole seconds; at most a day.
    public var maxAge: Duration

    /// Pages of these origins.
    public init(origins: [String], credentials: Bool = false, maxAge: Duration = .seconds(600)) {
        self.origins = origins
        self.credentials = credentials
        self.maxAge = maxAge
    }
}

extension CORS {
    /// - Throws: ``StartError`` for the first thing that is wrong.
    func check() throws(StartError) {
        guard !origins.isEmpty else {
            throw StartError(code: .configuration, message: "cors.origins is empty: name an origin, or leave cors out")
        }
        if let bad = origins.first(where: { !SerializedOrigin.isValid($0) }) {
            throw StartError(
                code: .configuration, message: "cors.origins: '\(bad)' is not an origin as browsers send it: \(SerializedOrigin.form)")
        }
    }

    var policy: CORSPolicy {
        CORSPolicy(origins: .exactly(Set(origins)), credentials: credentials, maxAge: Int(clamping: maxAge.components.seconds))
    }

    /// The origins that may read answers and get none but refusals, since no policy lets them in.
    func originsWithoutPolicy(_ bundle: PolicyBundle) -> [String] { origins.filter { !bundle.allowsOrigin($0) } }
}
