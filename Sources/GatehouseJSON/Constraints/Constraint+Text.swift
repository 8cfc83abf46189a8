extension Constraint where Value == String {
    private static func form(_ key: String, _ predicate: String, _ holds: @escaping @Sendable (RawSpan) -> Bool) -> Constraint {
        bytes(Face(key, predicate), holds)
    }

    // MARK: Characters

    /// ASCII letters only; not empty.
    public static var alpha: Constraint { form("isAlpha", "may only have letters") { Form.all($0, Form.isLetter) } }
    /// ASCII letters and digits only; not empty.
    public static var alphanumeric: Constraint {
        form("isAlphanumeric", "may only have letters and digits") { Form.all($0, Form.isAlphanumeric) }
    }
    /// ASCII only.
    public static var ascii: Constraint { form("isAscii", "may only have ASCII") { $0.isEmpty || Form.all($0) { $0 < 0x80 } } }
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
    public static var email: Constraint { form("isEmail", "must be an email address", Form.isEmail) }
    /// An absolute URL with a host and without user information.
    public static func url(schemes: [String] = ["https", "http"]) -> Constraint {
        let names = schemes.map { Array($0.lowercased().utf8) }
        return bytes(Face("isUrl", "must be a URL"), problem: schemes.isEmpty ? "a URL needs at least one scheme" : nil) {
            Form.isURL($0, schemes: names)
        }
    }
    /// A host name with two labels or more.
    public static var hostname: Constraint { form("isFqdn", "must be a host name", Form.isHostName) }
    /// An IP address of version 4 or 6, or of either.
    public static func ip(_ version: Int? = nil) -> Constraint {
        let problem = version.map { $0 == 4 || $0 == 6 } ?? true ? nil : "the version of an IP address is 4 or 6"
        return bytes(Face("isIp", "must be an IP address"), problem: problem) { Form.isIP($0, 0..<$0.byteCount, version: version) }
    }
    /// An IP address, a slash and a prefix length.
    public static var cidr: Constraint { form("isIp", "must be an IP address range", Form.isCIDR) }
    /// A port from 1 to 65535 in text.
    public static var port: Constraint { form("isPort", "must be a port") { Form.isPort($0, 0..<$0.byteCount) } }
    /// A MAC address.
    public static var mac: Constraint { form("isMacAddress", "must be a MAC address", Form.isMAC) }

    // MARK: Identifiers

    /// A UUID of a version, or of any.
    public static func uuid(version: Int? = nil) -> Constraint {
        let problem = version.map { (1...8).contains($0) } ?? true ? nil : "the version of a UUID is 1 to 8"
        return bytes(Face("isUuid", "must be a UUID"), problem: problem) { Form.isUUID($0, version: version) }
    }
    /// A MongoDB object id.
    public static var objectID: Constraint { form("isMongoId", "must be an object id", Form.isObjectID) }
    /// A ULID.
    public static var ulid: Constraint { form("isUlid", "must be a ULID", Form.isULID) }
    /// Three parts of base64url, as a JWT has; nothing is verified.
    public static var jwtShape: Constraint { form("isJwt", "must have the form of a JWT", Form.isJWT) }
    /// A JSON text within the default limits.
    public static var json: Constraint {
        form("isJson", "must be JSON text") { text in (try? JSONValue(parsing: String(copying: text))) != nil }
    }
    /// A version of semver.org.
    public static var semver: Constraint { form("isSemVer", "must be a version", Form.isSemVer) }

    // MARK: Encodings

    /// Padded base64; not empty.
    public static var base64: Constraint { form("isBase64", "must be base64", Form.isBase64) }
    /// base64url without padding; not empty.
    public static var base64url: Constraint { form("isBase64", "must be base64url", Form.isBase64URLText) }
    /// Hexadecimal digits; not empty.
    public static var hex: Constraint { form("isHexadecimal", "must be hexadecimal") { Form.all($0, Form.isHex) } }
    /// A colour such as `#ff8800`.
    public static var hexColor: Constraint { form("isHexColor", "must be a hex colour", Form.isHexColor) }

    // MARK: Numbers and dates in text

    /// Decimal text without an exponent.
    public static var numeric: Constraint { form("isNumberString", "must be a number in text", Form.isNumeric) }
    /// `true` or `false`.
    public static var booleanText: Constraint {
        form("isBooleanString", "must be true or false in text") { text in
            (text.byteCount == 4 && text.holds("true", at: 0)) || (text.byteCount == 5 && text.holds("false", at: 0))
        }
    }
    /// Degrees from -90 to 90.
    public static var latitude: Constraint {
        form("isLatitude", "must be a latitude") { Form.isDegrees($0, 0..<$0.byteCount, bound: 90) }
    }
    /// Degrees from -180 to 180.
    public static var longitude: Constraint {
        form("isLongitude", "must be a longitude") { Form.isDegrees($0, 0..<$0.byteCount, bound: 180) }
    }
    /// Latitude, comma, longitude.
    public static var latLong: Constraint { form("isLatLong", "must be a pair of latitude and longitude", Form.isLatLong) }
    /// A date, or a date and time, of ISO 8601.
    public static var iso8601: Constraint { form("isIso8601", "must be a date and time in ISO 8601 form", DateForm.isISO8601) }
    /// A date and time with an offset of RFC 3339. A field of the type ``Instant`` reads the same and keeps the moment.
    public static var rfc3339: Constraint { form("isRFC3339", "must be a date and time in RFC 3339 form") { Instant.read($0) != nil } }

    // MARK: Places and media

    /// A name in the form of the time zone database; whether it exists there is not checked.
    public static var timeZone: Constraint { form("isTimeZone", "must be a time zone", Form.isTimeZone) }
    /// A language tag such as `de-CH`.
    public static var locale: Constraint { form("isLocale", "must be a locale", Form.isLocale) }
    /// A media type such as `image/png`, without parameters.
    public static var mimeType: Constraint { form("isMimeType", "must be a media type", Form.isMediaType) }
    /// A code of ISO 3166-1 alpha-2, in upper case.
    public static var countryCode: Constraint {
        form("isISO31661Alpha2", "must be a country code") { Form.isCode($0, length: 2, in: Form.countries) }
    }
    /// A code of ISO 4217, in upper case.
    public static var currencyCode: Constraint {
        form("isISO4217CurrencyCode", "must be a currency code") { Form.isCode($0, length: 3, in: Form.currencies) }
    }
    /// A telephone number such as `+4930123456`.
    public static var e164: Constraint { form("isPhoneNumber", "must be a phone number in E.164 form", Form.isE164) }

    /// A password with enough characters of each kind.
    public static func strongPassword(minLength: Int = 12, lower: Int = 1, upper: Int = 1, digits: Int = 1, symbols: Int = 1) -> Constraint
    {
        bytes(
            Face("isStrongPassword", "is not strong enough", limit: minLength.limit),
            problem: minLength < 1 ? "a length is not positive" : nil
        ) {
            Form.isStrongPassword($0, minLength: minLength, lower: lower, upper: upper, digits: digits, symbols: symbols)
        }
    }

    // MARK: Parts

    /// A part that must be in the text, byte for byte.
    public static func contains(_ part: String) -> Constraint {
        let needle = Array(part.utf8)
        return bytes(Face("contains", "must contain \"\(part)\""), problem: part.isEmpty ? "every text contains an empty part" : nil) {
            $0.contains(needle)
        }
    }
    /// A part that must not be in the text, byte for byte.
    public static func excludes(_ part: String) -> Constraint {
        let needle = Array(part.utf8)
        return bytes(Face("notContains", "must not contain \"\(part)\""), problem: part.isEmpty ? "every text contains an empty part" : nil)
        {
            !$0.contains(needle)
        }
    }
    /// A pattern that the whole text must match; see ``Pattern``.
    public static func matches(_ pattern: Pattern) -> Constraint {
        bytes(Face("matches", "must match the pattern \(pattern.name)"), problem: pattern.problem, pattern.matches)
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
