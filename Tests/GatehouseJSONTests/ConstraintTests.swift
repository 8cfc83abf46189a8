import GatehouseJSON
import GatehouseTestSupport
import Testing

@Suite("Constraints")
struct ConstraintTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let key: String
        let constraint: Constraint<String>
        let holds: [String]
        let breaks: [String]
        let testDescription: String

        init(_ name: String, _ key: String, _ constraint: Constraint<String>, _ holds: [String], not breaks: [String]) {
            self.key = key
            self.constraint = constraint
            self.holds = holds
            self.breaks = breaks
            testDescription = name
        }
    }

    static let texts: [Row] = [
        Row("length", "isLength", .length(2...3), ["ab", "éé", "😀😀😀", "e\u{301}"], not: ["a", "abcd", "", "e\u{301}e\u{301}"]),
        Row("minLength", "minLength", .minLength(2), ["ab"], not: ["a"]),
        Row("maxLength", "maxLength", .maxLength(9), ["", "ééééééééé"], not: ["0123456789"]),
        Row("byteLength", "isByteLength", .byteLength(2...4), ["é", "😀"], not: ["a", "ééé"]),
        Row("empty", "isEmpty", .empty, [""], not: ["a"]),
        Row("notEmpty", "isNotEmpty", .notEmpty, ["a", " "], not: [""]),
        Row("slug", "isSlug", .slug, ["a", "a-b_c", "1"], not: ["", "A", "-a", "a-", "a--b", "a b", "é"]),
        Row("oneOf", "isIn", .oneOf("a", "b", "é"), ["a", "b", "é"], not: ["c", "", "e\u{301}"]),
        Row("noneOf", "isNotIn", .noneOf("a"), ["b"], not: ["a"]),
        Row("equals", "equals", .equals("é"), ["é"], not: ["É", "e\u{301}"]),
        Row("notEquals", "notEquals", .notEquals("a"), ["b"], not: ["a"]),
        Row("contains", "contains", .contains("ell"), ["hello", "ell"], not: ["el", "", "EL L"]),
        Row("excludes", "notContains", .excludes("<"), ["a"], not: ["a<b", "<"]),
        Row("alpha", "isAlpha", .alpha, ["aZ"], not: ["", "a1", "é"]),
        Row("alphanumeric", "isAlphanumeric", .alphanumeric, ["aZ0"], not: ["", "a-", "é"]),
        Row("ascii", "isAscii", .ascii, ["", "a\n~"], not: ["é"]),
        Row("lowercase", "isLowercase", .lowercase, ["a1é", ""], not: ["aB", "É"]),
        Row("uppercase", "isUppercase", .uppercase, ["A1É"], not: ["Ab", "é"]),
        Row(
            "email", "isEmail", .email, ["a@b.co", "first.last+tag@sub.example.org", "o'neil@example.com"],
            not: [
                "", "a", "a@", "@b.co", "a@b", "a..b@c.de", ".a@c.de", "a.@c.de", "a b@c.de", "a@-c.de", "a@c_d.de", "a@b@c.de@", "é@c.de",
                "a@1.2.3.4",
            ]
        ),
        Row(
            "url", "isUrl", .url(),
            ["https://example.com", "http://localhost:8080/a?b=c#d", "HTTPS://1.2.3.4/%20", "https://[::1]:443/", "https://a.b/~x;y,z"],
            not: [
                "", "example.com", "ftp://a.b", "https://", "https:///x", "https://user@a.b", "https://a.b:0", "https://a.b:99999",
                "https://a b",
                "javascript:alert(1)", "https://a.b/<x>", "https://a.b/%2", "https://a.b/%zz", "https://[::1", "https://é.de",
            ]
        ),
        Row(
            "hostname", "isFqdn", .hostname, ["a.b", "xn--e1afmkfd.com", "a-b.c1"],
            not: ["", "a", "a.", ".a", "a..b", "-a.b", "a_b.c", "1.2", "a b.c"]),
        Row(
            "uuid", "isUuid", .uuid(version: 4), ["6F9619FF-8B86-4011-B42D-00CF4FC964FF", "00000000-0000-4000-8000-000000000000"],
            not: [
                "", "6f9619ff-8b86-1011-b42d-00cf4fc964ff", "6f9619ff-8b86-4011-742d-00cf4fc964ff", "6f9619ff8b864011b42d00cf4fc964ff",
                "00000000-0000-0000-0000-000000000000",
            ]
        ),
        Row(
            "any uuid", "isUuid", .uuid(), ["00000000-0000-0000-0000-000000000000", "018f5a3e-7b3a-7c00-8000-000000000000"],
            not: ["x", "018f5a3e-7b3a-9c00-8000-000000000000"]),
        Row(
            "objectID", "isMongoId", .objectID, ["507f1f77bcf86cd799439011"], not: ["507f1f77bcf86cd79943901", "507f1f77bcf86cd79943901g"]),
        Row(
            "ulid", "isUlid", .ulid, ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "7zzzzzzzzzzzzzzzzzzzzzzzzz"],
            not: ["", "81ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAU", "01ARZ3NDEKTSV4RRFFQ69G5FA"]),
        Row(
            "ip", "isIp", .ip(),
            ["1.2.3.4", "255.255.255.255", "::", "::1", "2001:db8::8a2e:370:7334", "::ffff:1.2.3.4", "1:2:3:4:5:6:7:8", "1::"],
            not: [
                "", "1.2.3", "256.1.1.1", "01.2.3.4", "1.2.3.4.5", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::",
                "::1%eth0", "1:2:3:4:5:6:7::8", "1:",
            ]
        ),
        Row("ip 4", "isIp", .ip(4), ["1.2.3.4"], not: ["::1"]),
        Row("ip 6", "isIp", .ip(6), ["::1"], not: ["1.2.3.4"]),
        Row("cidr", "isIp", .cidr, ["10.0.0.0/8", "::/0", "fe80::/128"], not: ["10.0.0.0", "10.0.0.0/33", "::/129", "10.0.0.0/08", "/8"]),
        Row("port", "isPort", .port, ["1", "65535"], not: ["", "0", "65536", "080", "1a", "-1"]),
        Row(
            "mac", "isMacAddress", .mac, ["00:1A:2b:3c:4d:5e", "00-1a-2b-3c-4d-5e"],
            not: ["", "00:1a:2b:3c:4d", "00:1a-2b:3c:4d:5e", "00:1a:2b:3c:4d:5g"]),
        Row(
            "jwt", "isJwt", .jwtShape, ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcd"],
            not: ["", "a.b.c", "eyJh.eyJh", "eyJh.eyJh.", "eyJh.eyJh.ab.cd", "eyJh.eyJh.a+b"]),
        Row("json", "isJson", .json, ["{}", "[1]", "\"x\""], not: ["", "{", "[1,]", "{\"a\":1,\"a\":2}"]),
        Row(
            "base64", "isBase64", .base64, ["YQ==", "YWI=", "YWJj", "+/+/"],
            not: ["", "YQ", "YQ=", "YR==", "YWJj====", "Y===", "YW-j", "===="]),
        Row("base64url", "isBase64", .base64url, ["YQ", "YWI", "YW-_"], not: ["", "Y", "YQ==", "YR", "YW+j"]),
        Row("hex", "isHexadecimal", .hex, ["0aF"], not: ["", "0x1", "g"]),
        Row("hexColor", "isHexColor", .hexColor, ["#fff", "#FF8800", "#ff880080"], not: ["", "#", "fff", "#ff", "#fffff", "#ggg"]),
        Row("numeric", "isNumberString", .numeric, ["1", "-1.5", "+2", "007"], not: ["", "-", "1.", ".5", "1e5", "1.2.3", "١"]),
        Row("booleanText", "isBooleanString", .booleanText, ["true", "false"], not: ["", "True", "1"]),
        Row("latitude", "isLatitude", .latitude, ["90", "-90.0", "0"], not: ["", "90.1", "a"]),
        Row("longitude", "isLongitude", .longitude, ["180", "-180", "12.5"], not: ["180.01", ""]),
        Row("latLong", "isLatLong", .latLong, ["52.5,13.4", "52.5, 13.4"], not: ["52.5", "91,0", "0,181", "1,2,3", ","]),
        Row(
            "semver", "isSemVer", .semver, ["1.2.3", "1.0.0-rc.1+b-1", "0.0.0-0a", "1.0.0+01"],
            not: ["", "1.2", "v1.2.3", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3+", "1.2.3-a..b"]),
        Row(
            "timeZone", "isTimeZone", .timeZone, ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5"],
            not: ["", "europe/berlin", "Europe/", "/", "A B/C"]),
        Row(
            "locale", "isLocale", .locale, ["de", "de-CH", "zh-Hans-CN", "es-419", "sl-rozaj"],
            not: ["", "d", "de-", "deutsch", "de_CH", "de-CHE-x"]),
        Row(
            "mimeType", "isMimeType", .mimeType, ["text/plain", "application/vnd.api+json"],
            not: ["", "text", "text/", "/plain", "a/b/c", "text/plain; charset=utf-8", "te xt/plain"]),
        Row("countryCode", "isISO31661Alpha2", .countryCode, ["DE", "ZW", "AD"], not: ["", "de", "XX", "DEU", "D "]),
        Row("currencyCode", "isISO4217CurrencyCode", .currencyCode, ["EUR", "ZWG", "AED"], not: ["", "eur", "AAA", "EU"]),
        Row(
            "e164", "isPhoneNumber", .e164, ["+4930123456", "+123456789012345"],
            not: ["", "4930123456", "+0301234567", "+49 30 123456", "+1234567890123456"]),
        Row(
            "strongPassword", "isStrongPassword", .strongPassword(), ["Correct-horse1"],
            not: ["", "Short-1a", "alllowercase-1", "NoDigitsHere-x", "NoSymbolsHere1"]),
        Row(
            "iso8601", "isIso8601", .iso8601,
            ["2024-02-29", "2024-01-01T00:00", "2024-01-01T00:00:00", "2024-01-01T23:59:60.5Z", "2024-01-01T00:00+01:00"],
            not: [
                "", "2023-02-29", "2024-13-01", "2024-00-01", "2024-01-32", "24-01-01", "2024-01-01T", "2024-01-01T24:00",
                "2024-01-01 00:00", "2024-01-01T00:00:00.Z",
            ]
        ),
        Row(
            "rfc3339", "isRFC3339", .rfc3339, ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00.123456789-23:59"],
            not: ["", "2024-01-01", "2024-01-01T00:00:00", "2024-01-01T00:00:00+0100", "2100-02-29T00:00:00Z"]),
        Row(
            "matches", "matches", .matches(Pattern("code", "[A-Z]{2}-[0-9]{2,3}")), ["AB-12", "AB-123"],
            not: ["", "AB-1", "AB-1234", "ab-12", "AB-12\n"]),
        Row("custom", "isEven", .custom("isEven", "must have an even number of characters") { $0.count % 2 == 0 }, ["", "ab"], not: ["a"]),
    ]

    @Test("VAL-12, VAL-17: a text keeps or breaks a constraint, written plainly or in escapes", arguments: texts)
    func text(row: Row) throws {
        for (texts, expected) in [(row.holds, []), (row.breaks, [row.key])] {
            for text in texts {
                let escaped =
                    "\""
                    + text.utf16.map { "\\u" + String(repeating: "0", count: 4 - String($0, radix: 16).count) + String($0, radix: 16) }
                    .joined() + "\""
                #expect(check(String.self, [row.constraint], JSONValue.string(text).serialized).keys == expected, "\(text)")
                #expect(check(String.self, [row.constraint], escaped).keys == expected, "\(text) in escapes")
            }
        }
    }

    @Test(
        "Numbers keep or break their bounds",
        arguments: [
            (Constraint<Int>.min(1), "1", "0", "min"), (.max(5), "5", "6", "max"), (.range(-2...2), "-2", "-3", "min"),
            (.range(-2...2), "2", "3", "max"),
            (.positive, "1", "0", "isPositive"), (.negative, "-1", "0", "isNegative"), (.multiple(of: 3), "-9", "10", "isDivisibleBy"),
            (.multiple(of: -1), "-9223372036854775808", "1.0", "isInt"), (.oneOf(1, 2), "2", "3", "isIn"),
            (.notEquals(1), "2", "1", "notEquals"),
        ]
    )
    func integers(constraint: Constraint<Int>, holds: String, breaks: String, key: String) {
        #expect(check(Int.self, [constraint], holds).keys == [])
        #expect(check(Int.self, [constraint], breaks).keys == [key])
    }

    @Test(
        "Decimals keep or break their bounds",
        arguments: [
            (Constraint<Double>.range(0...1), "0.5", "1.0000001", "max"), (.decimals(max: 2), "1.25", "1.255", "isNumber"),
            (.decimals(max: 0), "1e300", "0.5", "isNumber"), (.decimals(max: 8), "1.5e-7", "1.55e-8", "isNumber"),
            (.multiple(of: 0.1), "0.3", "0.35", "isDivisibleBy"),
            (.positive, "5e-324", "-0", "isPositive"), (.min(0), "0", "1e999", "isNumber"),
        ]
    )
    func decimals(constraint: Constraint<Double>, holds: String, breaks: String, key: String) {
        #expect(check(Double.self, [constraint], holds).keys == [])
        #expect(check(Double.self, [constraint], breaks).keys == [key])
    }

    @Test("Moments keep or break their bounds, and a moment is written as it was read")
    func moments() throws {
        let day = try #require(Instant("2024-03-01T00:00:00Z"))
        #expect(check(Instant.self, [.after(day)], "\"2024-03-01T01:00:00+01:00\"").keys == [])
        #expect(check(Instant.self, [.after(day)], "\"2024-02-29T23:59:59.999Z\"").keys == ["minDate"])
        #expect(check(Instant.self, [.before(day)], "\"2024-03-01T00:00:00.000000001Z\"").keys == ["maxDate"])
        #expect(check(Instant.self, [], "\"2024-03-01\"").keys == ["isRFC3339"])
        for text in [
            "1970-01-01T00:00:00Z", "2024-02-29T12:34:56.789Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1969-12-31T23:59:59.5Z",
        ] {
            #expect(Instant(text)?.description == text)
        }
        #expect(Instant("2001-09-09T01:46:40Z")?.seconds == 1_000_000_000)
    }

    @Test(
        "VAL-17, VAL-48: steps come before rules, in the order written; without them nothing is changed",
        arguments: [
            ([Constraint<String>.trim, .length(1...3)], " \u{A0}ab\n", "ab"), ([.length(1...3)], " ab ", nil),
            ([.trim, .length(1...3)], "  ", nil),
            ([.collapseSpaces], "a \t\n b", "a b"), ([.collapseSpaces, .trim], "  a  b  ", "a b"),
            ([.length(1...1), .normalize(.nfc)], "e\u{301}", "\u{E9}"),
            ([.length(1...1)], "e\u{301}", nil),
        ] as [([Constraint<String>], String, String?)]
    )
    func steps(constraints: [Constraint<String>], text: String, expected: String?) {
        let result = check(String.self, constraints, JSONValue.string(text).serialized)
        #expect((try? result.get()).map { Array($0.utf8) } == expected.map { Array($0.utf8) })
    }

    @Test("Collections: counts, uniqueness by a key, inclusion, members")
    func collections() {
        #expect(check([Int].self, [.count(1...2)], "[1,2,3]").keys == ["arrayMaxSize"])
        #expect(check([Int].self, [.count(...5), .notEmpty], "[]").keys == ["arrayNotEmpty"])
        #expect(check([Int].self, [.count(...5), .count(2...)], "[1]").keys == ["arrayMinSize"])
        #expect(check([Int].self, [.count(...5), .unique(by: { $0 % 3 })], "[1,2,4]").keys == ["arrayUnique"])
        #expect(check([Int].self, [.count(...5), .includes(3)], "[1,2]").keys == ["arrayContains"])
        #expect(check([Int?].self, [.count(...5), .each(.max(1))], "[1,null,2]").keys == ["max"])
        #expect(check(JSONObject.self, [.notEmptyObject], "{}").keys == ["isNotEmptyObject"])
        #expect(check([String: Bool].self, [.count(...1), .notEmptyObject, .keys(.maxLength(1))], "{}").keys == ["isNotEmptyObject"])
        #expect(check([String: Int].self, [.count(...3), .keys(.maxLength(3))], "{\"e\u{301}\":1,\"\u{E9}\":2}").keys == ["arrayUnique"])
        #expect(check([String: Bool].self, [.count(...1), .keys(.maxLength(1))], #"{"a":true}"#).keys == [])
    }

    @Test(
        "VAL-12: nothing is coerced: a value of another JSON type is refused",
        arguments: ["null", "true", "1", "1.5", "\"1\"", "[1]", "{\"a\":1}"]
    )
    func matrix(text: String) throws {
        let kinds: [(String, [String])] = [
            ("\"1\"", check(String.self, [], text).keys), ("true", check(Bool.self, [], text).keys), ("1", check(Int.self, [], text).keys),
            ("1", check(Int64.self, [], text).keys), ("1", check(UInt.self, [], text).keys),
            ("[1]", check([Int].self, [.count(...2)], text).keys),
            ("{\"a\":1}", check([String: Int].self, [.count(...2), .keys(.maxLength(2))], text).keys),
            ("{\"a\":1}", check(JSONObject.self, [], text).keys),
        ]
        for (accepted, keys) in kinds { #expect(keys.isEmpty == (text == accepted)) }
        #expect(check(Double.self, [], text).keys.isEmpty == ["1", "1.5"].contains(text))
        #expect(check(Float.self, [], text).keys.isEmpty == ["1", "1.5"].contains(text))
        #expect(check(JSONValue.self, [], text).keys.isEmpty)
        #expect(check(Color.self, [], text).keys == ["isEnum"])
    }

    @Test("VAL-23: the keys of constraints are frozen")
    func frozen() throws {
        let day = Instant(seconds: 0)
        var keys: Set<String> = []
        for row in Self.texts where row.testDescription != "custom" { keys.insert(row.key) }
        keys.formUnion(check(Int.self, [.range(1...2), .max(0), .positive, .multiple(of: 7)], "-3").keys)
        keys.formUnion(check(Int.self, [.range(1...2), .max(0), .negative], "3").keys)
        keys.formUnion(
            check(Instant.self, [.after(day)], "\"1960-01-01T00:00:00Z\"").keys
                + check(Instant.self, [.before(day)], "\"1990-01-01T00:00:00Z\"").keys)
        keys.formUnion(check([Int].self, [.count(...3), .notEmpty], "[]").keys + check([Int].self, [.count(...1)], "[1,1]").keys)
        keys.formUnion(
            check([Int].self, [.count(2...9), .unique(), .omits(1), .includes(2)], "[1,1]").keys
                + check([Int].self, [.count(2...9)], "[]").keys)
        keys.formUnion(check(JSONObject.self, [.notEmptyObject], "{}").keys)
        for text in ["null"] {
            keys.formUnion(check(String.self, [], text).keys + check(Bool.self, [], text).keys + check(Int.self, [], text).keys)
            keys.formUnion(
                check(Double.self, [], text).keys + check([Int].self, [.count(...1)], text).keys + check(JSONObject.self, [], text).keys)
            keys.formUnion(check(Color.self, [], text).keys + check(BinaryAttachment.self, [], text).keys)
        }
        keys.formUnion(violations(SendMessage.self, #"{"zz":1}"#).map(\.constraint))
        let frozen: Set = [
            "arrayContains", "arrayMaxSize", "arrayMinSize", "arrayNotContains", "arrayNotEmpty", "arrayUnique", "contains", "equals",
            "isAlpha",
            "isAlphanumeric", "isArray", "isAscii", "isAttachment", "isBase64", "isBoolean", "isBooleanString", "isByteLength", "isDefined",
            "isDivisibleBy", "isEmail",
            "isEmpty", "isEnum", "isFqdn", "isHexColor", "isHexadecimal", "isISO31661Alpha2", "isISO4217CurrencyCode", "isIn", "isInt",
            "isIp", "isIso8601",
            "isJson", "isJwt", "isLatLong", "isLatitude", "isLength", "isLocale", "isLongitude", "isLowercase", "isMacAddress",
            "isMimeType", "isMongoId",
            "isNegative", "isNotEmpty", "isNotEmptyObject", "isNotIn", "isNumber", "isNumberString", "isObject", "isPhoneNumber", "isPort",
            "isPositive",
            "isRFC3339", "isSemVer", "isSlug", "isString", "isStrongPassword", "isTimeZone", "isUlid", "isUppercase", "isUrl", "isUuid",
            "matches", "max",
            "maxDate", "maxLength", "min", "minDate", "minLength", "notContains", "notEquals", "whitelistValidation",
        ]
        #expect(keys.subtracting(frozen) == [])
        #expect(frozen.subtracting(keys) == [])
    }

    @Test("VAL-51: every constraint gives a value or a violation for generated values of every type, and the same one twice")
    func property() throws {
        var random = SeededRandom(seed: 0x5EED)
        let alphabet = Array("aZ09 .-_:/@#%+[]{}\",\\é😀\u{0}\u{202E}\u{301}T=".unicodeScalars)
        for _ in 0..<40 {
            let count = Int.random(in: 0...40, using: &random)
            var text = ""
            for _ in 0..<count { text.unicodeScalars.append(alphabet[Int.random(in: 0..<alphabet.count, using: &random)]) }
            let number = Double(bitPattern: random.next())
            let values: [JSONValue] = [
                .string(text), .integer(Int64(truncatingIfNeeded: random.next())), number.isFinite ? .number(number) : .null, .bool(true),
                .null,
                [.string(text)], .object(JSONObject(members: [(text, 1)])),
            ]
            for value in values {
                for row in Self.texts {
                    let first = check(String.self, [.trim, row.constraint], value.serialized)
                    #expect(first.keys == check(String.self, [.trim, row.constraint], value.serialized).keys)
                    if case .string = value {} else { #expect(first.keys == ["isString"]) }
                }
                let integers: [Constraint<Int>] = [.min(3), .max(-3), .multiple(of: 7), .positive]
                #expect(check(Int.self, integers, value.serialized).keys == check(Int.self, integers, value.serialized).keys)
                #expect(check(Double.self, [.decimals(max: 2), .multiple(of: 0.1)], value.serialized).keys.count <= 2)
                #expect(check(BinaryAttachment.self, [.binary(max: 3, types: [.png])], value.serialized).keys == ["isAttachment"])
            }
        }
    }
}
