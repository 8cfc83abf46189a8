import NIOCore
import Testing

@testable import EngineIO

@Suite("Whose request it is, by its header fields")
struct RequestSourceTests {
    static func source(_ fields: String, secure: Bool = true, proxied: Bool = false, host: String? = "gw.example:8443") throws
        -> RequestSource
    {
        var decoder = HTTPRequestDecoder(limits: HTTPLimits())
        var input = ByteBuffer(string: "GET / HTTP/1.1\r\n\(host.map { "Host: \($0)\r\n" } ?? "Host:\r\n")\(fields)\r\n")
        guard case .head(let head) = try decoder.next(&input) else { throw NoHead() }
        return RequestSource(head, isSecure: secure, isProxied: proxied)
    }

    struct NoHead: Error {}

    struct Case: CustomTestStringConvertible {
        var who: String
        var fields: [String]
        var origin: String?
        var isOwn = false
        var isBrowsers = false
        var isForeign = false
        var secure = true
        var proxied = false
        var host: String? = "gw.example:8443"

        var testDescription: String { who }
    }

    private static func fetch(_ site: String, _ mode: String, _ destination: String = "empty") -> [String] {
        ["Sec-Fetch-Site: \(site)", "Sec-Fetch-Mode: \(mode)", "Sec-Fetch-Dest: \(destination)"]
    }

    private static let own = "https://gw.example:8443"
    private static let old = "User-Agent: Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/15.6 Safari/605.1.15"

    static let cases: [Case] = [
        Case(who: "a program", fields: ["User-Agent: python-requests/2"]),
        Case(who: "a program that names the server", fields: ["Origin: \(own)"], origin: own, isOwn: true),
        Case(who: "a page's GET at its own origin", fields: fetch("same-origin", "cors"), origin: own, isOwn: true, isBrowsers: true),
        Case(
            who: "the same where a proxy does not pass Host on", fields: fetch("same-origin", "cors"), isOwn: true, isBrowsers: true,
            host: nil),
        Case(
            who: "a page's POST at its own origin", fields: ["Origin: \(own)"] + fetch("same-origin", "cors"), origin: own, isOwn: true,
            isBrowsers: true),
        Case(
            who: "the same where a proxy rewrites Host", fields: ["Origin: https://app.example"] + fetch("same-origin", "cors"),
            origin: "https://app.example", isOwn: true, isBrowsers: true),
        Case(who: "a WebSocket of its own page, without metadata", fields: ["Origin: \(own)", old], origin: own, isOwn: true),
        Case(
            who: "another site's page", fields: ["Origin: https://evil.example"] + fetch("cross-site", "cors"),
            origin: "https://evil.example",
            isBrowsers: true),
        Case(
            who: "a page whose origin is the server's and whose browser says otherwise",
            fields: ["Origin: \(own)"] + fetch("cross-site", "cors"),
            origin: own, isBrowsers: true),
        Case(who: "an image", fields: fetch("cross-site", "no-cors", "image"), isBrowsers: true, isForeign: true),
        Case(
            who: "an image of its own page", fields: fetch("same-origin", "no-cors", "image"), origin: own, isOwn: true, isBrowsers: true,
            isForeign: true),
        Case(who: "a script", fields: fetch("cross-site", "no-cors", "script"), isBrowsers: true, isForeign: true),
        Case(who: "fetch without CORS", fields: fetch("cross-site", "no-cors"), isBrowsers: true, isForeign: true),
        Case(
            who: "a form", fields: ["Origin: null"] + fetch("cross-site", "navigate", "document"), origin: "null", isBrowsers: true,
            isForeign: true),
        Case(who: "the address bar", fields: fetch("none", "navigate", "document"), isBrowsers: true, isForeign: true),
        Case(who: "an extension with rights of its own", fields: fetch("none", "cors")),
        Case(who: "a word that is not known", fields: ["Sec-Fetch-Site: elsewhere"], isBrowsers: true),
        Case(who: "two sites", fields: ["Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: same-origin"], isBrowsers: true),
        Case(who: "two modes", fields: ["Sec-Fetch-Mode: cors", "Sec-Fetch-Mode: cors"], isBrowsers: true, isForeign: true),
        Case(who: "another port", fields: fetch("same-site", "cors"), isBrowsers: true),
        Case(
            who: "an old browser's page at its own origin", fields: [old, "Referer: \(own)/app?x"], origin: own, isOwn: true,
            isBrowsers: true),
        Case(who: "an old browser's image", fields: [old, "Referer: https://evil.example/"], isBrowsers: true),
        Case(who: "an address that only begins alike", fields: [old, "Referer: \(own).evil.example/"], isBrowsers: true),
        Case(who: "an old browser that says nothing", fields: [old], isBrowsers: true),
        Case(who: "two Origins", fields: ["Origin: \(own)", "Origin: \(own)"], origin: "\(own), \(own)"),
        Case(who: "an empty Origin", fields: ["Origin:"], origin: ""),
        Case(
            who: "the default port", fields: ["Origin: https://gw.example"], origin: "https://gw.example", isOwn: true,
            host: "GW.example:443"),
        Case(who: "the scheme counts", fields: ["Origin: https://gw.example:8443"], origin: own, secure: false),
        Case(
            who: "plain HTTP", fields: ["Origin: http://gw.example"], origin: "http://gw.example", isOwn: true, secure: false,
            host: "gw.example:80"),
        Case(
            who: "a trusted proxy's host", fields: ["Origin: https://app.example", "X-Forwarded-Host: app.example"],
            origin: "https://app.example", isOwn: true, proxied: true),
        Case(
            who: "anybody's X-Forwarded-Host", fields: ["Origin: https://app.example", "X-Forwarded-Host: app.example"],
            origin: "https://app.example"),
        Case(
            who: "a host that is none", fields: ["Origin: https://a/b"], origin: "https://a/b", host: "a/b"),
    ]

    @Test("SEC-02, SEC-03: a page is known by Origin, else by Fetch Metadata, else by Referer", arguments: cases)
    func source(_ one: Case) throws {
        let fields = one.fields.map { $0 + "\r\n" }.joined()
        let source = try Self.source(fields, secure: one.secure, proxied: one.proxied, host: one.host)
        #expect(source.origin == one.origin && source.isOwn == one.isOwn, "\(source)")
        #expect(source.isBrowsers == one.isBrowsers && source.isForeignToEngineIO == one.isForeign, "\(source)")
    }

    private static let ways: [String: String] = [
        "program": "", "own GET": fetch("same-origin", "cors").joined(separator: "\r\n") + "\r\n", "own Origin": "Origin: \(own)\r\n",
        "page": "Origin: https://app.example\r\n", "other page": "Origin: https://other.example\r\n",
    ]

    static let sequels: [(first: String, later: String, isTaken: Bool)] = [
        ("program", "program", true), ("program", "own Origin", true), ("program", "page", true), ("own GET", "own GET", true),
        ("own GET", "own Origin", true), ("own Origin", "own GET", true), ("own GET", "program", false), ("own GET", "page", false),
        ("own Origin", "program", false), ("own Origin", "page", false), ("page", "page", true), ("page", "other page", false),
        ("page", "program", false), ("page", "own GET", false), ("page", "own Origin", false),
    ]

    @Test("SEC-02: a session's origin does not change; a page of the own origin may leave it out", arguments: sequels)
    func sequel(first: String, later: String, isTaken: Bool) throws {
        let (first, later) = (try #require(Self.ways[first]), try #require(Self.ways[later]))
        #expect(try Self.source(first).isContinued(by: Self.source(later)) == isTaken)
    }
}
