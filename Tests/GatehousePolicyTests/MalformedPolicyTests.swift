import GatehousePolicy
import GatehouseTestSupport
import Testing

/// Every row is a file with `§` where the error must be told, the error's code, and words of its message that say how to mend it.
@Suite("Malformed policies (POL-20)") struct MalformedPolicyTests {
    typealias Row = (text: String, code: String, says: String)

    /// What follows the header of a namespace file.
    private static let namespaceRows: [Row] = [
        // Members and types of the namespace.
        ("§modee: report", "unknown_key", "did you mean 'mode'"),
        ("§colour: red", "unknown_key", "known here:"),
        ("transports: §websocket", "type", "a list such as"),
        ("transports: [websocket, §http]", "value", "websocket, polling"),
        ("transports: §[]", "value", "empty list"),
        ("transports: §{ a: b }", "type", "a list"),
        ("mode: §enforced", "value", "enforce, warn, report"),
        ("mode: §[enforce]", "value", "one of"),
        ("connect: §yes", "type", "a mapping"),
        ("connect: { allow: §true }", "type", "a list of rules"),
        ("connect: { §allows: [] }", "unknown_key", "did you mean 'allow'"),
        ("connect: { allow: [ §chat ] }", "type", "a mapping"),
        ("connect: { allow: [ §{ when: { issuer: corp } } ] }", "missing_key", "'id: chat.users'"),
        ("connect: { allow: [ { id: a }, { id: §a } ] }", "duplicate_id", "used once"),
        ("connect: { allow: [ { id: §\"a b\" } ] }", "value", "A-Z a-z"),
        ("connect: { allow: [ { id: §builtin.x } ] }", "value", "choose another"),
        ("connect: { allow: [ { id: §12 } ] }", "type", "write \"12\""),
        ("connect: { allow: [ { id: §no } ] }", "type", "write \"no\""),
        ("connect: { allow: [ { id: §\"\" } ] }", "value", "is empty"),
        ("connect: { allow: [ { id: a, mode: §report } ] }", "not_supported", "belongs to deny rules"),
        ("connect: { allow: [ { id: a, §code: banned } ] }", "unknown_key", "known here"),
        ("connect: { deny: [ { id: a, code: §nope } ] }", "value", "starts with 'app.'"),
        ("connect: { deny: [ { id: a, mode: §off } ] }", "value", "one of"),
        ("connect: { allow: [ { id: a, §event: message } ] }", "unknown_key", "known here"),
        // Conditions.
        ("connect: { allow: [ { id: a, when: §{} } ] }", "value", "name a condition"),
        ("connect: { allow: [ { id: a, when: §all } ] }", "type", "a mapping"),
        ("connect: { allow: [ { id: a, when: { §role: { any_of: [user] } } } ] }", "unknown_key", "did you mean 'roles'"),
        ("connect: { allow: [ { id: a, when: { roles: §[user] } } ] }", "type", "a mapping"),
        ("connect: { allow: [ { id: a, when: { roles: §{} } } ] }", "missing_key", "any_of or all_of"),
        ("connect: { allow: [ { id: a, when: { roles: { any_of: §[] } } } ] }", "value", "empty list"),
        ("connect: { allow: [ { id: a, when: { roles: { any_of: [user, §user] } } } ] }", "value", "listed twice"),
        ("connect: { allow: [ { id: a, when: { roles: { §any: [user] } } } ] }", "unknown_key", "known here: all_of, any_of"),
        ("connect: { allow: [ { id: a, when: { roles: { any_of: [§true] } } } ] }", "type", "write \"true\""),
        ("connect: { allow: [ { id: a, when: { issuer: §crop } } ] }", "unknown_name", "known: corp"),
        ("connect: { allow: [ { id: a, when: { anonymous: §false } } ] }", "value", "can only be true"),
        ("connect: { allow: [ { id: a, when: { anonymous: §yes } } ] }", "value", "can only be true"),
        ("connect: { allow: [ { id: a, when: { anonymous: true, §roles: { any_of: [user] } } } ] }", "conflict", "remove one"),
        ("connect: { allow: [ { id: a, when: { anonymous: true, §claims: { \"/a\": { exists: true } } } } ] }", "conflict", "remove one"),
        ("connect: { allow: [ { id: a, when: { claims: { §tenant: { equals: a } } } } ] }", "value", "starts with '/'"),
        ("connect: { allow: [ { id: a, when: { claims: { \"/a\": §{} } } } ] }", "missing_key", "equals, in, exists"),
        ("connect: { allow: [ { id: a, when: { claims: { \"/a\": §b } } } ] }", "type", "a mapping"),
        ("connect: { allow: [ { id: a, when: { claims: { \"/a\": { equals: §no } } } } ] }", "type", "quote text"),
        ("connect: { allow: [ { id: a, when: { claims: { \"/a\": { equals: §12:30 } } } } ] }", "type", "quote text"),
        ("connect: { allow: [ { id: a, when: { claims: { \"/a\": { equals: §1_000 } } } } ] }", "type", "numbers in digits"),
        ("connect: { allow: [ { id: a, when: { claims: { \"/a\": { equals: §0x1F } } } } ] }", "type", "numbers in digits"),
        ("connect: { allow: [ { id: a, when: { claims: { \"/a\": { gte: §abc } } } } ] }", "type", "a number without quotes"),
        ("connect: { allow: [ { id: a, when: { claims: { \"/a\": { gte: §\"3\" } } } } ] }", "type", "a number without quotes"),
        ("connect: { allow: [ { id: a, when: { claims: { \"/a\": { exists: §yes } } } } ] }", "type", "true or false"),
        ("connect: { allow: [ { id: a, when: { claims: { \"/a\": §{ exists: false, equals: b } } } } ] }", "conflict", "remove one"),
        ("connect: { allow: [ { id: a, when: { claims: { \"/a\": { §like: b } } } } ] }", "unknown_key", "known here"),
        ("connect: { allow: [ { id: a, when: { ip: [§\"10.0.0.1/8\"] } } ] }", "value", "zeros after its prefix"),
        ("connect: { allow: [ { id: a, when: { ip: [§\"10.0.0/8\"] } } ] }", "value", "address block"),
        ("connect: { allow: [ { id: a, when: { ip: [§\"10.0.0.0/33\"] } } ] }", "value", "address block"),
        ("connect: { allow: [ { id: a, when: { ip: [§\"010.0.0.0/8\"] } } ] }", "value", "address block"),
        ("connect: { allow: [ { id: a, when: { ip: [§10.0.0.1] } } ] }", "type", "write \"10.0.0.1\""),
        ("connect: { allow: [ { id: a, when: { auth: { max_age: §15 } } } ] }", "type", "such as 30s"),
        ("connect: { allow: [ { id: a, when: { auth: { max_age: §15min } } } ] }", "type", "such as 30s"),
        ("connect: { allow: [ { id: a, when: { auth: §{} } } ] }", "missing_key", "max_age"),
        ("connect: { allow: [ { id: a, when: { transport: §http } } ] }", "value", "websocket, polling"),
        // Rooms and patterns.
        ("rooms: { join: { allow: [ §{ id: a } ] } }", "missing_key", "'room:"),
        ("rooms: { join: { allow: [ { id: a, room: §\"a::b\" } ] } }", "value", "empty segment"),
        ("rooms: { join: { allow: [ { id: a, room: §\"a:*b\" } ] } }", "value", "whole segment"),
        ("rooms: { join: { allow: [ { id: a, room: §\"**:a\" } ] } }", "value", "last segment"),
        ("rooms: { join: { allow: [ { id: a, room: §\"u-{sub}\" } ] } }", "value", "whole segment"),
        ("rooms: { join: { allow: [ { id: a, room: §\"{iss}\" } ] } }", "value", "{sub} or {/pointer}"),
        ("rooms: { join: { allow: [ { id: a, room: §\"{/a~2}\" } ] } }", "value", "JSON pointer"),
        ("rooms: { join: { allow: [ { id: a, room: §\"e\u{301}\" } ] } }", "value", "NFC"),
        ("rooms: { join: { allow: [ { id: a, room: §*all } ] } }", "unsupported_yaml", "an alias"),
        ("rooms: { max_per_connection: §0 }", "value", "from 1 to 1024"),
        ("rooms: { max_per_connection: §1_000 }", "type", "digits only"),
        ("rooms: { max_per_connection: §\"64\" }", "type", "without quotes"),
        // Sending.
        ("send: { allow: [ §{ id: a } ] }", "missing_key", "'event: message'"),
        ("send: { allow: [ { id: a, event: §[] } ] }", "value", "empty list"),
        ("send: { allow: [ { id: a, event: §\"{sub}\" } ] }", "value", "no templates"),
        ("send: { allow: [ { id: a, event: m, room_at: §room } ] }", "value", "starts with '/'"),
        ("send: { allow: [ { id: a, event: m, §to: b } ] }", "missing_key", "room_at: /room"),
        ("send: { allow: [ { id: a, event: m, joined: §true } ] }", "missing_key", "room_at: /room"),
        ("send: { allow: [ { id: a, event: m, room_at: /r, joined: §false } ] }", "value", "can only be true"),
        ("send: { allow: [ { id: a, event: m, max_bytes: §8192 } ] }", "type", "such as 64KiB"),
        ("send: { allow: [ { id: a, event: m, max_bytes: §8kb } ] }", "type", "such as 64KiB"),
        ("send: { deny: [ { id: a, event: m, §max_bytes: 8KiB } ] }", "conflict", "narrows an allow rule"),
        ("send: { allow: [ { id: a, event: m, rate: §5/s } ] }", "type", "a mapping"),
        ("send: { allow: [ { id: a, event: m, rate: { connection: §5 } } ] }", "type", "10/s burst 40"),
        ("send: { allow: [ { id: a, event: m, rate: { connection: §5/s burst } } ] }", "type", "10/s burst 40"),
        ("send: { allow: [ { id: a, event: m, rate: { connection: §0/s } } ] }", "type", "10/s burst 40"),
        ("send: { allow: [ { id: a, event: m, rate: { connection: 5/s, on_exceed: §ban } } ] }", "value", "nack, drop, close"),
        ("send: { allow: [ { id: a, event: m, rate: §{ on_exceed: drop } } ] }", "missing_key", "connection, user, ip"),
        ("send: { allow: [ { id: a, event: m, scope: §{} } ] }", "missing_key", "remove it"),
        ("send: { allow: [ { id: a, event: m, room_at: /r }, §{ id: b, event: \"*\", room_at: /q } ] }", "conflict", "one place"),
        ("send: { approvals: [ { event: drain, needs: §3 } ] }", "value", "from 2 to 2"),
        ("send: { approvals: [ §{ event: drain, distinct_subjects: false } ] }", "not_supported", "approve their own request"),
        ("receive: { allow: [ { id: a, event: m, §room: b } ] }", "unknown_key", "known here"),
        // Limits and tokens.
        ("limits: { payload: §64 }", "type", "such as 64KiB"),
        ("limits: { connection: { bytes: §64/s } }", "type", "64KiB/s"),
        ("limits: { user: { connections: §-1 } }", "type", "whole number"),
        ("limits: { violations: §{ ban_after: 3 } }", "missing_key", "'window: 60s'"),
        ("limits: { violations: §{ window: 60s, ban_after: 3 } }", "missing_key", "ban_for: 10m"),
        ("token: { on_expiry: §never }", "value", "refresh, disconnect"),
        ("token: { on_expiry: disconnect, refresh: §{ window: 60s } }", "conflict", "on_expiry: refresh"),
        ("token: { max_session: §12 }", "type", "such as 30s"),
        ("errors: { violations: §off }", "type", "true or false"),
        // What is kept.
        ("recovery: §on", "type", "a mapping"),
        ("recovery: §{}", "missing_key", "'window: 2m'"),
        ("recovery: { window: §120 }", "type", "such as 30s"),
        ("recovery: { window: §500ms }", "value", "at least 1s"),
        ("recovery: { window: §2h }", "value", "at most 1h"),
        ("recovery: { window: 2m, bytes: §1000 }", "type", "such as 64KiB"),
        ("recovery: { window: 2m, bytes: §2GiB }", "value", "from 1KiB to 1GiB"),
        ("recovery: { window: 2m, messages: §0 }", "value", "from 1 to"),
        ("recovery: { window: 2m, §size: 10 }", "unknown_key", "known here: bytes, messages, window"),
        ("history: §{ size: 10, ttl: 1m }", "missing_key", "'rooms: \"lobby:*\"'"),
        ("history: §{ rooms: \"a:*\", ttl: 1m }", "missing_key", "'size: 100'"),
        ("history: §{ rooms: \"a:*\", size: 10 }", "missing_key", "'ttl: 10m'"),
        ("history: { rooms: §\"user:{sub}\", size: 10, ttl: 1m }", "value", "the same for everybody"),
        ("history: { rooms: \"a:*\", size: §0, ttl: 1m }", "value", "from 1 to 10000"),
        ("history: { rooms: \"a:*\", size: 10, ttl: §2d }", "value", "at most 1d"),
        ("history: { rooms: \"a:*\", size: 10, ttl: 1m, id_at: §id }", "value", "starts with '/'"),
        ("history: { rooms: \"a:*\", size: 10, ttl: 1m, §room: b }", "unknown_key", "did you mean 'rooms'"),
        ("presence: §{}", "missing_key", "'rooms: \"lobby:*\"'"),
        ("presence: { rooms: §[] }", "value", "empty list"),
        ("§recover: { window: 2m }", "unknown_key", "did you mean 'recovery'"),
        // The YAML itself.
        ("limits: §&a { payload: 1KiB }", "unsupported_yaml", "an anchor"),
        ("limits: §*a", "unsupported_yaml", "an alias"),
        ("limits: §!!map { payload: 1KiB }", "unsupported_yaml", "a tag"),
        ("§<<: { payload: 1KiB }", "unsupported_yaml", "a merge key"),
        ("limits: §|", "unsupported_yaml", "several lines"),
        ("limits: §>", "unsupported_yaml", "several lines"),
        ("§? a", "unsupported_yaml", "a complex key"),
        ("§---", "unsupported_yaml", "a second document"),
        ("§...", "unsupported_yaml", "a second document"),
        ("§%YAML 1.2", "unsupported_yaml", "a directive"),
        ("limits: { payload: 1KiB }\n§limits: {}", "duplicate_key", "given twice"),
        ("limits: { payload: 1KiB, §payload: 2KiB }", "duplicate_key", "remove one"),
        ("limits:§", "type", "has no value"),
        ("limits: { §payload: }", "type", "has no value"),
        ("limits: §{ payload: 1KiB", "syntax", "'}' is missing"),
        ("transports: §[websocket", "syntax", "']' is missing"),
        ("transports: [websocket§}", "syntax", "']' is due"),
        ("transports: [websocket,§, polling]", "syntax", "a value is missing"),
        ("transports: [websocket] §polling", "syntax", "nothing may follow"),
        ("token: { max_session: §\"12h }", "syntax", "no closing \""),
        ("token: { max_session: §'12h }", "syntax", "no closing '"),
        ("token: { max_session: \"§\\n\" }", "syntax", "escapes"),
        ("§\ttoken: {}", "syntax", "use spaces"),
        ("token:\n  max_session: 1h\n    §on_expiry: refresh", "syntax", "indentation"),
        ("token:\n  max_session: 1h\n §on_expiry: refresh", "syntax", "unexpected indentation"),
        ("token: a§: b", "syntax", "a second ':'"),
        ("token: §- a", "syntax", "own line"),
        ("§token", "syntax", "a key with a colon"),
        ("§- a", "syntax", "indent it below"),
        ("token: §@a", "syntax", "quote it"),
        ("token: §`a", "syntax", "quote it"),
        ("token: { §\u{202E}a: b }", "syntax", "direction-changing"),
        ("token: a§\u{2028}b", "syntax", "line separator"),
        ("token: §\u{1}", "syntax", "a control character"),
        ("token: a§\u{FEFF}", "syntax", "a byte order mark"),
        ("transports: [websocket, [[[[[[[[[[[[[[§[a]]]]]]]]]]]]]]]]", "too_large", "16 levels"),
    ]

    /// Whole `_global.yaml` files; the header is added to rows that do not start with `=`.
    private static let globalRows: [Row] = [
        ("issuers: §[]", "type", "a mapping"),
        ("issuers: { §\"a b\": { iss: x, audience: [a], jwks_file: f, algorithms: [ES256] } }", "value", "an issuer's name"),
        ("issuers: { a: §{ audience: [a], jwks_file: f, algorithms: [ES256] } }", "missing_key", "'iss: "),
        ("issuers: { a: §{ iss: x, jwks_file: f, algorithms: [ES256] } }", "missing_key", "'audience: "),
        ("issuers: { a: §{ iss: x, audience: [a], algorithms: [ES256] } }", "missing_key", "jwks_file"),
        ("issuers: { a: §{ iss: x, audience: [a], jwks_file: f } }", "missing_key", "'algorithms: "),
        ("issuers: { a: { iss: x, audience: [a], jwks_file: f, algorithms: §[none] } }", "value", "EdDSA"),
        ("issuers: { a: { iss: x, audience: [a], jwks_file: f, algorithms: §[ES256, RS256] } }", "conflict", "one family"),
        ("issuers: { a: { iss: x, audience: [a], jwks_file: §../f, algorithms: [ES256] } }", "value", "without '..'"),
        ("issuers: { a: { iss: x, audience: [a], jwks_file: §\"https://x\", algorithms: [ES256] } }", "value", "on this machine"),
        (
            "issuers: { a: §{ iss: x, audience: [a], jwks_file: f, secret_files: { k: f }, algorithms: [HS256] } }", "conflict",
            "remove the others"
        ),
        ("issuers: { a: { iss: x, audience: [a], secret_files: { k: f }, algorithms: §[ES256] } }", "conflict", "HS256"),
        ("issuers: { a: { iss: x, audience: [a], jwks_file: f, algorithms: [ES256], leeway: §61s } }", "value", "at most 1m"),
        ("issuers: { a: { iss: x, audience: [a], jwks_file: f, algorithms: [ES256], development: §1 } }", "type", "true or false"),
        ("issuers: { a: { iss: x, audience: [a], jwks_file: f, algorithms: [ES256], profile: §rfc7519 } }", "value", "rfc9068"),
        ("issuers: { a: { iss: x, audience: [a], jwks_file: f, algorithms: [ES256], profile: §9068 } }", "value", "rfc9068"),
        ("issuers: { a: { iss: x, audience: [a], jwks_file: f, algorithms: [ES256], §profil: rfc9068 } }", "unknown_key", "'profile'"),
        (
            "issuers: { a: { iss: x, audience: [a], jwks_file: f, algorithms: [ES256], profile: rfc9068, typ: §[JWT] } }", "conflict",
            "typ: [at+jwt]"
        ),
        (
            "issuers: { a: { iss: x, audience: [a], jwks_file: f, algorithms: [ES256], profile: rfc9068, typ: §[at+jwt, JWT] } }",
            "conflict", "remove 'typ'"
        ),
        (
            "issuers: { a: { iss: x, audience: [a], jwks_file: f, algorithms: [ES256], require: §[exp, sub, iat, iss], profile: rfc9068 } }",
            "conflict", "requires aud, client_id, jti too"
        ),
        ("issuers: { a: { iss: x, audience: [a], jwks_url: §\"http://x/jwks\", algorithms: [ES256] } }", "value", "https"),
        ("issuers: { a: { iss: x, audience: [a], jwks_url: §\"file:///etc/x\", algorithms: [ES256] } }", "value", "https"),
        ("issuers: { a: §{ iss: x, audience: [a], jwks_file: f, jwks_url: \"https://x/y\", algorithms: [ES256] } }", "conflict", "remove"),
        ("claims: { roles: §roles }", "value", "starts with '/'"),
        ("claims: { §role: /roles }", "unknown_key", "did you mean 'roles'"),
        ("deny: [ §{ id: a } ]", "missing_key", "refuse everybody"),
        ("deny: [ { id: a, when: { ip: [\"10.0.0.0/8\"] }, §mode: report } ]", "unknown_key", "known here"),
        ("deny: [ { id: a, when: { §roles: { any_of: [x] } } } ]", "unknown_name", "claims: { roles"),
        ("limits: { connections: { node: §ten } }", "type", "a whole number"),
        ("limits: { ip: { §malfomed: 1/s } }", "unknown_key", "did you mean 'malformed'"),
        ("limits: { ip: { malformed: §1 } }", "type", "a rate per"),
        ("limits: { ip: { failed_auth_penalty: §off } }", "type", "a mapping"),
        ("limits: { ip: { failed_auth_penalty: { §delay: 1s } } }", "unknown_key", "delay_after"),
        ("limits: { ip: { failed_auth_penalty: { delay_after: §0 } } }", "value", "from 1"),
        ("limits: { ip: { failed_auth_penalty: { max_delay: §2h } } }", "value", "at most 1h"),
        ("limits: { ip: { failed_auth_penalty: { max_delay: §30 } } }", "type", "such as 30s"),
        ("limits: { ip: { failed_auth_penalty: { ban_after: §many } } }", "type", "a whole number"),
        ("limits: { ip: { failed_auth_penalty: { ban_for: §2d } } }", "value", "at most 1d"),
        ("limits: { ip: { failed_auth_penalty: { window: §25h } } }", "value", "at most 1d"),
        ("trusted_proxies: [§localhost]", "value", "address block"),
        ("=§apiVersion: gatehouse/v1\nkind: Global\n", "missing_key", "'revision: 1'"),
        ("=apiVersion: §gatehouse/v2\nkind: Global\nrevision: 1\n", "value", "gatehouse/v1"),
        ("=apiVersion: gatehouse/v1\nkind: §Globl\nrevision: 1\n", "value", "is Global"),
        ("=apiVersion: gatehouse/v1\nkind: Global\nrevision: §1.5\n", "type", "whole number"),
        ("=apiVersion: gatehouse/v1\nkind: Global\nrevision: §0\n", "value", "from 1"),
        ("=§- a", "type", "a mapping"),
        ("=§", "syntax", "holds nothing"),
        ("=# only a comment\n§", "syntax", "holds nothing"),
    ]

    static let allRows: [(file: String, row: Row)] =
        namespaceRows.map { ("chat.yaml", $0) } + globalRows.map { ("_global.yaml", $0) }

    @Test("POL-20: the corpus has at least 100 files")
    func size() { #expect(Self.allRows.count >= 100) }

    @Test("POL-20: each is refused at its exact line and column with a message that says how to mend it", arguments: allRows.indices)
    func refused(index: Int) throws {
        let (file, row) = Self.allRows[index]
        var marked = row.text
        if marked.hasPrefix("=") {
            marked.removeFirst()
        } else if file == "chat.yaml" {
            marked = "apiVersion: gatehouse/v1\nkind: NamespacePolicy\nnamespace: /chat\nrevision: 1\n" + marked
        } else {
            marked = "apiVersion: gatehouse/v1\nkind: Global\nrevision: 1\n" + marked
        }
        let parts = marked.unicodeScalars.split(separator: "§", omittingEmptySubsequences: false)
        let before = String(String.UnicodeScalarView(parts[0])), text = before + String(String.UnicodeScalarView(parts[1]))
        let lines = before.split(separator: "\n", omittingEmptySubsequences: false)
        let place = "\(file):\(lines.count):\((lines.last?.unicodeScalars.count ?? 0) + 1)"
        let other = file == "chat.yaml" ? PolicyFile(name: "_global.yaml", text: globalText) : nil
        do {
            _ = try PolicyBundle.load(files: [PolicyFile(name: file, text: text)] + [other].compactMap { $0 })
            Issue.record("it loaded:\n\(text)")
        } catch {
            let errors = (error as PolicyErrors).errors
            #expect(
                errors.contains { $0.position.description == place && $0.code.description == row.code && $0.message.contains(row.says) },
                "wanted \(place) [\(row.code)] '\(row.says)', got\n\(error)\nfor\n\(text)")
        }
    }

    @Test(
        "POL-20: nobody is offered a member that this version does not enforce",
        arguments: [
            ("send: { allow: [ { id: a, event: m } ], approval: [] }", "approvals"),
            ("send: { allow: [ { id: a, event: m, scop: {} } ] }", "scope"),
            ("send: { allow: [ { id: a, event: m, scope: { room_claim: /a } } ] }", "rooms_claim"),
        ])
    func unenforced(_ text: String, _ member: String) {
        #expect {
            try PolicyBundle.load(files: [
                PolicyFile(name: "_global.yaml", text: globalText), PolicyFile(name: "chat.yaml", text: namespaceText(text)),
            ])
        } throws: { error in
            guard let errors = (error as? PolicyErrors)?.errors.filter({ $0.code == .unknownKey }), errors.count == 1 else { return false }
            return !errors.contains { $0.message.contains(member) }
        }
    }

    @Test("POL-20: several mistakes in several files are told at once")
    func all() {
        #expect {
            try PolicyBundle.load(files: [
                PolicyFile(name: "_global.yaml", text: globalText + "\nx: 1\ny: 2"),
                PolicyFile(name: "chat.yaml", text: namespaceText("modus: 1\nconnect: { allow: [ { id: \"\" } ] }")),
            ])
        } throws: { error in
            (error as? PolicyErrors)?.errors.map(\.position.description) == [
                "_global.yaml:11:1", "_global.yaml:12:1", "chat.yaml:8:1", "chat.yaml:9:27",
            ]
        }
    }

    @Test(
        "a file name that stands for no namespace, or for another than the file says, is refused",
        arguments: [
            ("Chat room.yaml", "chat.yaml is /chat"), ("_x.yaml", "chat.yaml is /chat"), ("game..x.yaml", "chat.yaml is /chat"),
            ("other.yaml", "stands for namespace /other"),
        ])
    func names(name: String, says: String) {
        #expect {
            try PolicyBundle.load(files: [
                PolicyFile(name: "_global.yaml", text: globalText), PolicyFile(name: name, text: namespaceText("")),
            ])
        } throws: { "\($0)".contains(says) }
    }

    @Test(
        "file names stand for namespaces",
        arguments: [("root.yaml", "/"), ("game.lobby.yaml", "/game/lobby"), ("a-b_c.yaml", "/a-b_c"), ("tenant.+.yaml", "/tenant/*")])
    func namespaces(file: String, namespace: String) throws {
        let bundle = try PolicyBundle.load(files: [
            PolicyFile(name: "_global.yaml", text: globalText), PolicyFile(name: file, text: namespaceText("", namespace: namespace)),
        ])
        #expect(bundle.namespace(namespace) != nil)
    }

    @Test("POL-20: size is bounded: 256 KiB a file, 2,000 characters a line")
    func sizes() {
        for (text, says) in [
            (globalText + "\n" + String(repeating: "# x\n", count: 70_000), "over 256 KiB"),
            (globalText + "\n#" + String(repeating: "x", count: 3_000), "a line over"),
        ] {
            #expect { try PolicyBundle.load(files: [PolicyFile(name: "_global.yaml", text: text)]) } throws: { "\($0)".contains(says) }
        }
        #expect { try PolicyBundle.load(files: [PolicyFile(name: "_global.yaml", bytes: [0x61, 0x3A, 0x20, 0xFF])]) } throws: {
            "\($0)".contains("UTF-8")
        }
    }

    @Test("POL-20: mutated policies either load or are refused with a place; none stops the process", arguments: 0..<3)
    func fuzz(part: UInt64) {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed of the loader fuzz: \(seed)")
        var random = SeededRandom(seed: seed)
        let base = Array(
            (namespaceText(
                "rooms: { join: { allow: [ { id: own, room: \"user:{sub}\" } ] } }\nsend:\n  allow:\n    - id: a\n      event: [m, n]\n"))
                .utf8)
        let tokens = [
            "&a ", "*a", "!!str ", "- ", ": ", "{", "}", "[", "]", "\"", "'", "#", "\n", "\n  ", "\t", "\r", "---\n", "? ", "| ", "%",
            "\u{0}", "é", ",", "<<: ",
        ]
        .map { Array($0.utf8) }
        for _ in 0..<700 {
            var bytes = base
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let at = Int.random(in: 0...bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes.insert(contentsOf: random.pick(tokens), at: at)
                case 1: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 0...9, using: &random)))
                default: if at < bytes.count { bytes[at] = UInt8.random(in: 0...255, using: &random) }
                }
            }
            do {
                _ = try PolicyBundle.load(files: [
                    PolicyFile(name: "_global.yaml", text: globalText), PolicyFile(name: "chat.yaml", bytes: bytes),
                ])
            } catch {
                #expect(!(error as PolicyErrors).errors.isEmpty)
            }
        }
    }
}
