import EngineIO
import GatehousePolicy

/// Which pages of other origins may read the answers of long-polling, as browsers ask by CORS. WebSocket does not need it.
///
/// It lets nobody in: `origin` in the policies decides whether a request is served, so list an origin that should connect in both places.
/// There is no `*`: pages that no policy names are refused anyway.
public struct CORS: Sendable, Equatable {
    /// Origins as browsers send them: `https://app.example`, `http://localhost:3000`, `capacitor://localhost`; or with one `*`,
    /// `https://*.preview.example.com`, as in `origin.allow` of the policies.
    public var origins: [String]
    /// Whether pages may send cookies and TLS client certificates along (`withCredentials`). Nothing here reads a cookie; a load balancer in
    /// front may.
    public var credentials: Bool
    /// How long a browser may remember the answer to a preflight, in whole seconds; at most a day.
    public var maxAge: Duration
    /// Header fields that pages may send (`extraHeaders` of a client) besides `Content-Type` and `Authorization`.
    public var headers: [String]

    /// Pages of these origins.
    public init(origins: [String], credentials: Bool = false, maxAge: Duration = .seconds(600), headers: [String] = []) {
        self.origins = origins
        self.credentials = credentials
        self.maxAge = maxAge
        self.headers = headers
    }
}

extension CORS {
    var policy: CORSPolicy {
        let patterns = patterns
        return CORSPolicy(
            origins: .those { origin in patterns.contains { $0.matches(origin) } }, credentials: credentials,
            maxAge: Int(clamping: maxAge.components.seconds), headers: headers)
    }

    /// `token` of RFC 9110 section 5.6.2 as people write header fields, and no `*`, which a browser would take for every field.
    static func isFieldName(_ name: String) -> Bool {
        (1...128).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"):
                    true
                case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
                default: false
                }
            }
    }

    private var patterns: [OriginPattern] { origins.compactMap { try? OriginPattern($0) } }

    /// Whether pages of an origin that a policy names may read answers.
    func covers(_ origin: OriginPattern) -> Bool { patterns.contains { $0 == origin || $0.matches(origin.example) } }

    /// The origins that may read answers although no policy lets them in.
    func originsWithoutPolicy(_ bundle: PolicyBundle) -> [String] {
        patterns.filter { !bundle.allowsOrigin(RequestOrigin($0.example)) }.map(\.description)
    }
}
