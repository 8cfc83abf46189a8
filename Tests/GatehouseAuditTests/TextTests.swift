import GatehouseAudit
import GatehouseJSON
import GatehouseNetwork
import Testing

@Suite("Text from outside")
struct TextTests {
    static let hostile: [String] = [
        "a\"b\\c", "line\nbreak\r\n", "\u{1B}[31mred\u{1B}[0m", "\u{1B}]0;title\u{07}", "nul\u{0}byte", "\u{7F}\u{80}\u{85}\u{9B}31m\u{9F}",
        "\u{2028}\u{2029}", "\u{202E}gnp.exe\u{202C}", "\u{2066}iso\u{2069}\u{200E}\u{200F}\u{061C}\u{FEFF}",
        "{\"v\":1}\",\"h\":\"forged\"}", ",\"h\":\"", String(repeating: "x", count: 10_000), String(repeating: "é", count: 300),
        String(repeating: "\u{1}", count: 300), String(repeating: "👩‍👩‍👧‍👦", count: 40), "", "ünïcödé 日本語", "\"prev_seq\":9,\"prev_h\":\"x\"",
    ]

    /// By Unicode's own properties, not by the table that is tested.
    private static func mustBeEscaped(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        return properties.generalCategory == .control || properties.generalCategory == .lineSeparator
            || properties.generalCategory == .paragraphSeparator || properties.isBidiControl
    }

    @Test("AUD-03, SEC-32: hostile text in every place leaves no control character in the file or on a terminal", arguments: hostile)
    func hostileText(_ text: String) throws {
        let test = try TestLog()
        test.log.record(
            AuditRecord(
                .messageDenied,
                actor: AuditActor(issuer: text, subject: text, client: text, roles: [text], origin: text, transport: text),
                target: AuditTarget(namespace: text, event: text, room: text, issuer: text, subject: text, reference: text),
                decision: AuditDecision(id: ULIDGenerator.shared.next(), effect: .deny, rule: text, reason: text),
                detail: ["text": .string(text), "number": 1]))
        try test.close()
        let bytes = test.directory.segments.flatMap { test.directory.read($0) }
        #expect(String(validating: bytes, as: UTF8.self) != nil)
        let raw = String(decoding: bytes, as: UTF8.self).unicodeScalars.filter { $0 != "\n" && Self.mustBeEscaped($0) }
        #expect(raw.isEmpty)
        let record = try #require(test.directory.records.first { $0["event"] == "msg.denied" })
        let read = record["target"]?.objectValue?["room"]?.stringValue
        #expect(read.map { text.hasPrefix($0) || text.unicodeScalars.starts(with: $0.unicodeScalars) } == true)
        #expect((read == text) == (record["target"]?.objectValue?["trunc"] == nil))

        var reader = AuditReader(directory: test.directory.log)
        while let entry = try reader.next() {
            #expect(!entry.summary.unicodeScalars.contains(where: Self.mustBeEscaped))
        }
    }

    @Test("AUD-03: text is cut at 256 bytes on a scalar boundary", arguments: [(255, 255), (256, 256), (257, 256)])
    func cut(_ length: Int, _ kept: Int) throws {
        let test = try TestLog()
        test.log.record(AuditRecord(.roomJoined, target: AuditTarget(room: String(repeating: "x", count: length))))
        test.log.record(AuditRecord(.roomJoined, target: AuditTarget(room: "a" + String(repeating: "é", count: 200))))
        try test.close()
        let rooms = test.directory.records.compactMap { $0["target"]?.objectValue?["room"]?.stringValue?.utf8.count }
        #expect(rooms == [kept, 255])
    }

    @Test("AUD-01: a record is never longer than 8 KiB; what does not fit is left out and said")
    func longest() throws {
        let test = try TestLog()
        let long = String(repeating: "\u{1}", count: 300)
        var record = AuditRecord(
            .messageDenied,
            actor: AuditActor(
                issuer: long, subject: long, client: long, tokenID: long, sessionID: long, roles: Array(repeating: long, count: 50),
                origin: long, transport: long, claims: (0..<20).map { ("\(long)\($0)", .integer($0)) },
                key: try AuditKey(bytes: Array(repeating: 7, count: 32))),
            target: AuditTarget(namespace: long, event: long, room: long, issuer: long, subject: long, reference: long),
            decision: AuditDecision(id: ULIDGenerator.shared.next(), effect: .deny, rule: long, reason: long, generation: .max),
            count: .max, request: ULIDGenerator.shared.next())
        for index in 0..<40 { record.detail.append("key\(index)", .string(long)) }
        test.log.record(record)
        try test.close()
        #expect(test.directory.records[1]["detail"]?.objectValue?["trunc"] == true)
    }

    @Test("AUD-04: jti, sid and claims are in the file only as keyed hashes")
    func pseudonyms() throws {
        let key = try AuditKey(bytes: Array(0..<32))
        var levels = AuditLevels()
        try levels.set(.full, for: .authOK)
        let chosen = levels
        let test = try TestLog { $0.levels = chosen }
        let actor = AuditActor(
            subject: "u", tokenID: "token-0001", sessionID: "token-0001", claims: [("tenant", .integer(987_654))], key: key)
        test.log.record(AuditRecord(.authOK, actor: actor))
        test.log.record(AuditRecord(.authRefreshed, actor: actor))
        try test.close()
        let text = test.directory.lines.joined()
        #expect(!text.contains("token-0001") && !text.contains("987654"))
        let actors = test.directory.records.compactMap { $0["actor"]?.objectValue }
        // HMAC-SHA-256 of "jti", NUL, "token-0001" under the bytes 0 to 31, by Python.
        #expect(actors[0]["jti_h"] == "hmac:a3836d39f5052969c303e68cdcc81062")
        #expect(actors[0]["jti_h"] != actors[0]["sid_h"])
        #expect(actors[0]["claims"]?.objectValue?["tenant"]?.stringValue?.hasPrefix("hmac:") == true && actors[1]["claims"] == nil)
    }

    @Test("AUD-04: redact-check finds tokens, keys and secrets, and nothing in a clean log")
    func redactCheck() throws {
        let check = RedactCheck(secrets: ["hunter2-hunter2", "short"])
        let token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1MSIsImV4cCI6MX0.c2lnbmF0dXJl"
        let table: [(String, RedactCheck.Finding.Kind?)] = [
            ("a \(token) b", .token), ("Bearer=\(token)", .token), ("x.\(token)", .token), ("eyJ.eyJ", nil), ("eyJust.a.name", nil),
            ("-----BEGIN PRIVATE KEY-----", .privateKey), ("-----BEGIN EC PRIVATE KEY-----", .privateKey),
            ("the hunter2-hunter2 secret", .secret), ("short", nil), ("-----BEGIN PUBLIC KEY-----", nil),
        ]
        for (text, kind) in table { #expect(check.findings(in: Array(text.utf8)).first?.kind == kind, "\(text)") }

        let test = try TestLog()
        test.log.record(.denial())
        test.log.record(AuditRecord(.handlerError, detail: ["leak": .string(token)]))
        try test.close()
        let found = try check.findings(inDirectory: test.directory.log)
        #expect(found.count == 1 && found.first?.line == 3 && found.first?.finding.kind == .token)
    }
}
