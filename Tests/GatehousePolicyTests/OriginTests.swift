import GatehousePolicy
import Testing

@Suite("Origins of pages, as policies name them")
struct OriginTests {
    static let spelled = [
        "https://app.example", "https://app.example:8443", "http://localhost:3000", "http://[::1]:8080", "https://127.0.0.1", "null",
        "file://",
        "capacitor://localhost", "ionic://localhost", "tauri://localhost", "app://obsidian.md", "app://.", "app://-",
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop", "moz-extension://0c1d7e9f-1f6c-4a0d-9f5e-000000000000",
        "vscode-webview://1A2b", "https://*.preview.example.com", "https://*.preview.example.com:8443", "http://*.dev.localhost",
        "https://*.example.com",
    ]

    @Test("what browsers and web views send is an entry", arguments: Self.spelled)
    func isSpelled(text: String) throws {
        let pattern = try OriginPattern(text)
        #expect(pattern.description == text && pattern.matches(pattern.example))
    }

    static let misspelled = [
        "", "*", "app.example", "https://", "https://App.example", "https://app.example/", "https://app.example:443",
        "http://app.example:80",
        "https://app.example/path", "https://user@app.example", "https://app.example?", "https://a b", "wss://app.example",
        "ws://app.example",
        "://app", "1a://b", "App://b", "app:// b", "app://a/b", "app://a,b", "data://x", "file://host", "null ", "NULL",
        "https://ä.example",
        "https://*", "https://*.", "https://a*.example.com", "https://*a.example.com", "https://*.*.example.com", "https://a.*.example.com",
        "*.example.com", "*://app.example", "app://*.example.com", "https://*.preview.example.com/", "https://*.preview.example.com:443",
        "https://*:8443",
    ]

    @Test("everything else is refused, with what to write", arguments: Self.misspelled)
    func isMisspelled(text: String) {
        let error = #expect(throws: OriginPattern.Misspelling.self) { try OriginPattern(text) }
        #expect(error?.message.contains("'\(text)'") == true && error?.message.contains("https://*.example.com") == true)
    }

    static let publicSuffixes = [
        "com", "uk", "localhost", "co.uk", "com.au", "org.uk", "co.jp", "or.jp", "com.br", "edu.au", "gov.uk", "ac.at", "net.nz", "kh",
        "foo.ck",
        "github.io", "vercel.app", "pages.dev", "netlify.app", "herokuapp.com", "web.app", "me.github.io", "bucket.s3.amazonaws.com",
        "azurewebsites.net", "ngrok-free.app", "127.0.0.1", "1",
    ]

    @Test("a domain where anybody may have a name has no wildcard", arguments: publicSuffixes)
    func publicSuffix(domain: String) {
        for end in ["", ":8443"] {
            let error = #expect(throws: OriginPattern.Misspelling.self) { try OriginPattern("https://*.\(domain)\(end)") }
            #expect(error?.message.contains("strangers") == true, "\(error?.message ?? "")")
        }
    }

    static let matches: [(pattern: String, origin: String, isMeant: Bool)] = [
        ("https://*.preview.example.com", "https://a.preview.example.com", true),
        ("https://*.preview.example.com", "https://pr-12_b.preview.example.com", true),
        ("https://*.preview.example.com", "https://\(String(repeating: "a", count: 63)).preview.example.com", true),
        ("https://*.preview.example.com", "https://\(String(repeating: "a", count: 64)).preview.example.com", false),
        ("https://*.preview.example.com", "https://preview.example.com", false),
        ("https://*.preview.example.com", "https://.preview.example.com", false),
        ("https://*.preview.example.com", "https://a.b.preview.example.com", false),
        ("https://*.preview.example.com", "https://a.preview.example.com:8443", false),
        ("https://*.preview.example.com", "http://a.preview.example.com", false),
        ("https://*.preview.example.com", "https://apreview.example.com", false),
        ("https://*.preview.example.com", "https://a.preview.example.com.evil.example", false),
        ("https://*.preview.example.com", "https://evil.example/.preview.example.com", false),
        ("https://*.preview.example.com", "https://evil.example:.preview.example.com", false),
        ("https://*.preview.example.com", "https://a@.preview.example.com", false),
        ("https://*.preview.example.com", "https://*.preview.example.com", false),
        ("https://*.preview.example.com", "https://A.preview.example.com", false),
        ("https://*.preview.example.com", "https://\u{430}.preview.example.com", false),
        ("https://*.preview.example.com", "https:/", false), ("https://*.preview.example.com", "", false),
        ("https://*.preview.example.com:8443", "https://a.preview.example.com:8443", true),
        ("https://*.preview.example.com:8443", "https://a.preview.example.com", false),
        ("null", "null", true), ("null", "", false), ("capacitor://localhost", "capacitor://localhost", true),
        ("capacitor://localhost", "capacitor://localhost.evil", false), ("capacitor://localhost", "http://localhost", false),
        ("chrome-extension://abc", "chrome-extension://abd", false), ("https://app.example", "https://app.example", true),
        ("https://app.example", "https://app.example.evil", false), ("https://app.example", "https://xapp.example", false),
    ]

    @Test("SEC-02: an entry means what it says, and a wildcard exactly one label", arguments: matches)
    func isMatch(pattern: String, origin: String, isMeant: Bool) throws {
        #expect(try OriginPattern(pattern).matches(origin) == isMeant)
    }

    struct Asking: CustomTestStringConvertible {
        var who: String
        var origin: RequestOrigin
        /// With `same_origin`, with `allow_missing`, with neither, each beside a list of `https://app.example`.
        var isAllowed: [Bool]

        var testDescription: String { who }
    }

    static let asking = [
        Asking(who: "a page that is listed", origin: .init("https://app.example", isBrowsers: true), isAllowed: [true, true, true]),
        Asking(who: "the own page, listed", origin: .init("https://app.example", isOwn: true), isAllowed: [true, true, true]),
        Asking(who: "another page", origin: .init("https://evil.example", isBrowsers: true), isAllowed: [false, false, false]),
        Asking(who: "another page of an old browser", origin: .init("https://evil.example"), isAllowed: [false, false, false]),
        Asking(
            who: "a page of the own origin", origin: .init("https://gw.example", isOwn: true, isBrowsers: true),
            isAllowed: [true, true, false]),
        Asking(who: "the own page without a Host", origin: .init(nil, isOwn: true, isBrowsers: true), isAllowed: [true, true, false]),
        Asking(who: "a program that names the server", origin: .init("https://gw.example", isOwn: true), isAllowed: [true, true, false]),
        Asking(who: "a program", origin: nil, isAllowed: [false, true, false]),
        Asking(who: "a browser that names no page", origin: .init(nil, isBrowsers: true), isAllowed: [false, false, false]),
        Asking(who: "an empty Origin", origin: "", isAllowed: [false, false, false]),
        Asking(who: "null", origin: "null", isAllowed: [false, false, false]),
    ]

    @Test(
        "SEC-02, SEC-03: same_origin is for the server's own pages, allow_missing for programs, and neither for anybody else",
        arguments: asking)
    func allowed(_ asking: Asking) throws {
        var policy = OriginPolicy(allow: [try OriginPattern("https://app.example")])
        #expect(policy.allows(asking.origin) == asking.isAllowed[2])
        policy.allowMissing = true
        #expect(policy.allows(asking.origin) == asking.isAllowed[1])
        (policy.allowMissing, policy.sameOrigin) = (false, true)
        #expect(policy.allows(asking.origin) == asking.isAllowed[0])
    }

    private func bundle(origin: String) throws -> PolicyBundle {
        let text = namespaceText("connect:\n  allow:\n    - { id: a, when: { issuer: corp } }").replacing(
            #"origin: { allow: ["https://app.example.com"], allow_missing: true }"#, with: "origin: \(origin)")
        return try PolicyBundle.load(
            files: [PolicyFile(name: "_global.yaml", text: globalText), PolicyFile(name: "chat.yaml", text: text)], options: .init())
    }

    @Test("a file says same_origin, and is refused a wildcard for strangers")
    func files() throws {
        let read = try #require(try bundle(origin: "{ same_origin: true }").namespaces["/chat"]).settings.origin
        #expect(read.sameOrigin && !read.allowMissing && read.allow.isEmpty && !read.isEmpty)
        let errors = #expect(throws: PolicyErrors.self) { try bundle(origin: #"{ allow: ["https://*.co.uk"] }"#) }
        #expect("\(errors.map { "\($0)" } ?? "")".contains("strangers"))
    }

    @Test(
        "policy check tells of entries that let in more than one site",
        arguments: [
            (#"{ allow: ["https://*.preview.example.com"] }"#, ["https://*.preview.example.com"]), (#"{ allow: ["null"] }"#, ["'null'"]),
            (#"{ allow: ["https://app.example"], same_origin: true }"#, []), ("{ same_origin: true }", []),
        ])
    func check(origin: String, says: [String]) throws {
        let found = try bundle(origin: origin).check().filter { $0.message.contains("origin") }
        #expect(found.count == says.count && zip(found, says).allSatisfy { $0.message.contains($1) }, "\(found)")
    }

    @Test("an explanation says what was lacking")
    func explain() throws {
        let bundle = try bundle(origin: "{ allow: [] }")
        for (origin, says) in [
            (RequestOrigin(nil), "allow_missing"), (.init(nil, isBrowsers: true), "browser"), ("https://x.example", "not in origin.allow"),
            (.init("https://gw.example", isOwn: true), "same_origin"),
        ] {
            let asking = subject(origin: origin, settings: bundle.global)
            let text = try #require(bundle.namespace("/chat")).explain(.connect, subject: asking, now: 0).text
            #expect(text.contains(says), "\(text)")
        }
    }
}
