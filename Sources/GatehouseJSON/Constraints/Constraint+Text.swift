extension Constraint where Value == String {
    private static func form(_ key: String, _ predicate: String, _ holds: @escaping @Sendable (RawSpan) -> Bool) -> Constraint {
        bytes(Face(key, predicate), holds)
    }

    // MARK: Characters

    /// ASCII letters only; not empty.
    public static var alpha: Constraint {
        form("isAlpha", "may only have letters") { Form.all($0, Form.isLetter) }.said(by: ["pattern": "^[A-Za-z]+$"])
    }
    /// ASCII letters and digits only; not empty.
    public static var alphanumeric: Constraint {
        form("isAlphanumeric", "may only have letters and digits") { Form.all($0, Form.isAlphanumeric) }.said(by: [
            "pattern": "^[A-Za-z0-9]+$"
        ])
    }
    /// ASCII only.
    public static var ascii: Constraint {
        form("isAscii", "may only have ASCII") { $0.isEmpty || Form.all($0) { $0 < 0x80 } }.said(by: ["pattern": "^[\\x00-\\x7F]*$"])
    }
    /// Nothing that has a lower-case form.
    public static var uppercase: Constraint {
        form("isUppercase", "must be upper case") { text in
            String(copying: text).unicodeScalars.allSatisfy { !$0.properties.isLowercase }
        }
    }
    /// Nothing that has an upper-case form.
    public static var lowercase: Constraint {
        form("isLowercase", "must be lower case") { text in
            String(copying: text).unicodeScalars.allSatisfy { !$0.properties.isUppercase }
        }
    }

    // MARK: Addresses

    /// An email address: a dot-atom at a host name, in ASCII.
    public static var email: Constraint {
        form("isEmail", "must be an email address", Form.isEmail).said(by: ["format": "email", "maxLength": 254], exactly: false)
    }
    /// An absolute URL with a host and without user information.
    public static func url(schemes: [String] = ["https", "http"]) -> Constraint {
        let names = schemes.map { Array($0.lowercased().utf8) }
        return bytes(Face("isUrl", "must be a URL"), problem: schemes.isEmpty ? "a URL needs at least one scheme" : nil) {
            Form.isURL($0, schemes: names)
        }.said(by: ["format": "uri", "maxLength": 2_048], exactly: false)
    }
    /// A host name with two labels or more.
    public static var hostname: Constraint {
        form("isFqdn", "must be a host name", Form.isHostName).said(by: ["format": "hostname", "maxLength": 253], exactly: false)
    }
    /// An IP address of version 4 or 6, or of either.
    public static func ip(_ version: Int? = nil) -> Constraint {
        let problem = version.map { $0 == 4 || $0 == 6 } ?? true ? nil : "the version of an IP address is 4 or 6"
        return bytes(Face("isIp", "must be an IP address"), problem: problem) { Form.isIP($0, 0..<$0.byteCount, version: version) }
            .said(
                by: version.map { ["format": $0 == 4 ? "ipv4" : "ipv6"] }
                    ?? ["anyOf": [["format": "ipv4"], ["format": "ipv6"]]])
    }
    /// An IP address, a slash and a prefix length.
    public static var cidr: Constraint {
        form("isIp", "must be an IP address range", Form.isCIDR).said(by: ["maxLength": 49], exactly: false)
    }
    /// A port from 1 to 65535 in text.
    public static var port: Constraint {
        form("isPort", "must be a port") { Form.isPort($0, 0..<$0.byteCount) }.said(by: [
            "pattern": "^(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$"
        ])
    }
    /// A MAC address.
    public static var mac: Constraint {
        form("isMacAddress", "must be a MAC address", Form.isMAC).said(by: [
            "pattern": "^[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})$"
        ])
    }

    // MARK: Identifiers

    /// A UUID of a version, or of any.
    public static func uuid(version: Int? = nil) -> Constraint {
        let problem = version.map { (1...8).contains($0) } ?? true ? nil : "the version of a UUID is 1 to 8"
        return bytes(Face("isUuid", "must be a UUID"), problem: problem) { Form.isUUID($0, version: version) }
            .said(by: ["format": "uuid", "pattern": .string(uuidPattern(version))])
    }

    private static func uuidPattern(_ version: Int?) -> String {
        let (hex, nothing) = ("[0-9A-Fa-f]", "0{8}-0{4}-0{4}-0{4}-0{12}")
        let form = "\(hex){8}-\(hex){4}-\(version.map(String.init) ?? "[1-8]")\(hex){3}-[89ABab]\(hex){3}-\(hex){12}"
        return version == nil ? "^(?:\(form)|\(nothing))$" : "^\(form)$"
    }
    /// A MongoDB object id.
    public static var objectID: Constraint {
        form("isMongoId", "must be an object id", Form.isObjectID).said(by: ["pattern": "^[0-9A-Fa-f]{24}$"])
    }
    /// A ULID.
    public static var ulid: Constraint {
        form("isUlid", "must be a ULID", Form.isULID).said(by: ["pattern": "^[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$"])
    }
    /// Three parts of base64url, as a JWT has; nothing is verified.
    public static var jwtShape: Constraint {
        form("isJwt", "must have the form of a JWT", Form.isJWT).said(
            by: ["pattern": "^e[A-Za-z0-9_-]{2,}\\.e[A-Za-z0-9_-]{2,}\\.[A-Za-z0-9_-]+$"], exactly: false)
    }
    /// A JSON text within the default limits.
    public static var json: Constraint {
        form("isJson", "must be JSON text") { text in (try? JSONValue(parsing: String(copying: text))) != nil }.said(
            by: ["contentMediaType": "application/json"], exactly: false)
    }
    /// A version of semver.org.
    public static var semver: Constraint {
        form("isSemVer", "must be a version", Form.isSemVer).said(by: ["maxLength": 256], exactly: false)
    }

    // MARK: Encodings

    /// Padded base64; not empty.
    public static var base64: Constraint {
        form("isBase64", "must be base64", Form.isBase64).said(
            by: [
                "contentEncoding": "base64", "pattern": "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)$",
            ], exactly: false)
    }
    /// base64url without padding; not empty.
    public static var base64url: Constraint {
        form("isBase64", "must be base64url", Form.isBase64URLText).said(
            by: ["contentEncoding": "base64url", "pattern": "^[A-Za-z0-9_-]+$"], exactly: false)
    }
    /// Hexadecimal digits; not empty.
    public static var hex: Constraint {
        form("isHexadecimal", "must be hexadecimal") { Form.all($0, Form.isHex) }.said(by: ["pattern": "^[0-9A-Fa-f]+$"])
    }
    /// A colour such as `#ff8800`.
    public static var hexColor: Constraint {
        form("isHexColor", "must be a hex colour", Form.isHexColor).said(by: [
            "pattern": "^#(?:[0-9A-Fa-f]{3,4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})$"
        ])
    }

    // MARK: Numbers and dates in text

    /// Decimal text without an exponent.
    public static var numeric: Constraint {
        form("isNumberString", "must be a number in text", Form.isNumeric).said(by: ["pattern": "^[-+]?[0-9]+(?:\\.[0-9]+)?$"])
    }
    /// `true` or `false`.
    public static var booleanText: Constraint {
        form("isBooleanString", "must be true or false in text") { text in
            (text.byteCount == 4 && text.holds("true", at: 0)) || (text.byteCount == 5 && text.holds("false", at: 0))
        }
    }
    /// Degrees from -90 to 90.
    public static var latitude: Constraint {
        form("isLatitude", "must be a latitude") { Form.isDegrees($0, 0..<$0.byteCount, bound: 90) }.said(
            by: ["pattern": "^[-+]?[0-9]+(?:\\.[0-9]+)?$", "maxLength": 24], exactly: false)
    }
    /// Degrees from -180 to 180.
    public static var longitude: Constraint {
        form("isLongitude", "must be a longitude") { Form.isDegrees($0, 0..<$0.byteCount, bound: 180) }.said(
            by: ["pattern": "^[-+]?[0-9]+(?:\\.[0-9]+)?$", "maxLength": 24], exactly: false)
    }
    /// Latitude, comma, longitude.
    public static var latLong: Constraint { form("isLatLong", "must be a pair of latitude and longitude", Form.isLatLong) }
    /// A date, or a date and time, of ISO 8601.
    public static var iso8601: Constraint { form("isIso8601", "must be a date and time in ISO 8601 form", DateForm.isISO8601) }
    /// A date and time with an offset of RFC 3339. A field of the type ``Instant`` reads the same and keeps the moment.
    public static var rfc3339: Constraint {
        form("isRFC3339", "must be a date and time in RFC 3339 form") { Instant.read($0) != nil }.said(by: ["format": "date-time"])
    }

    // MARK: Places and media

    /// A name in the form of the time zone database; whether it exists there is not checked.
    public static var timeZone: Constraint {
        form("isTimeZone", "must be a time zone", Form.isTimeZone).said(by: ["maxLength": 64], exactly: false)
    }
    /// A language tag such as `de-CH`.
    public static var locale: Constraint { form("isLocale", "must be a locale", Form.isLocale) }
    /// A media type such as `image/png`, without parameters.
    public static var mimeType: Constraint {
        form("isMimeType", "must be a media type", Form.isMediaType).said(by: ["maxLength": 255], exactly: false)
    }
    /// A code of ISO 3166-1 alpha-2, in upper case.
    public static var countryCode: Constraint {
        form("isISO31661Alpha2", "must be a country code") { Form.isCode($0, length: 2, in: Form.countries) }.said(
            by: ["pattern": "^[A-Z]{2}$"], exactly: false)
    }
    /// A code of ISO 4217, in upper case.
    public static var currencyCode: Constraint {
        form("isISO4217CurrencyCode", "must be a currency code") { Form.isCode($0, length: 3, in: Form.currencies) }.said(
            by: ["pattern": "^[A-Z]{3}$"], exactly: false)
    }
    /// A telephone number such as `+4930123456`.
    public static var e164: Constraint {
        form("isPhoneNumber", "must be a phone number in E.164 form", Form.isE164).said(by: ["pattern": "^\\+[1-9][0-9]{6,14}$"])
    }

    /// A password with enough characters of each kind.
    public static func strongPassword(minLength: Int = 12, lower: Int = 1, upper: Int = 1, digits: Int = 1, symbols: Int = 1) -> Constraint
    {
        bytes(
            Face("isStrongPassword", "is not strong enough", limit: minLength.limit),
            problem: minLength < 1 ? "a length is not positive" : nil
        ) {
            Form.isStrongPassword($0, minLength: minLength, lower: lower, upper: upper, digits: digits, symbols: symbols)
        }.said(by: ["minLength": minLength.limit], exactly: false)
    }

    // MARK: Parts

    /// A part that must be in the text, byte for byte.
    public static func contains(_ part: String) -> Constraint {
        let needle = Array(part.utf8)
        return bytes(Face("contains", "must contain \"\(part)\""), problem: part.isEmpty ? "every text contains an empty part" : nil) {
            $0.contains(needle)
        }.said(by: Pattern.ecma(part: part).map { ["pattern": .string($0)] })
    }
    /// A part that must not be in the text, byte for byte.
    public static func excludes(_ part: String) -> Constraint {
        let needle = Array(part.utf8)
        return bytes(Face("notContains", "must not contain \"\(part)\""), problem: part.isEmpty ? "every text contains an empty part" : nil)
        {
            !$0.contains(needle)
        }.said(by: Pattern.ecma(part: part).map { ["not": ["pattern": .string($0)]] })
    }
    /// A pattern that the whole text must match; see ``Pattern``.
    public static func matches(_ pattern: Pattern) -> Constraint {
        bytes(Face("matches", "must match the pattern \(pattern.name)"), problem: pattern.problem, pattern.matches)
            .said(by: pattern.ecma.map { ["pattern": .string($0)] })
    }
}

extension RawSpan {
    /// Whether the bytes of a part, which is the schema's and short, occur.
    func contains(_ part: [UInt8]) -> Bool {
        guard let first = part.first, byteCount >= part.count else { return part.isEmpty }
        let last = byteCount &- part.count
        var i = 0
        while i <= last {
            if byte(i) == first {
                var k = 1
                while k < part.count, byte(i &+ k) == part[k] { k &+= 1 }
                if k == part.count { return true }
            }
            i &+= 1
        }
        return false
    }
}
