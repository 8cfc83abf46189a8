import GatehouseJSON

/// Payloads with every kind of field and every form of text.
enum FuzzedColor: String, PayloadEnum { case red, green }

struct FuzzedItem: Payload, Equatable {
    var name: String
    var color: FuzzedColor
    static let schema = Schema(
        Field("name", \.name, .trim, .length(1...16)), Field("color", \.color), make: FuzzedItem.init)
}

struct FuzzedOrder: Payload, Equatable {
    var items: [FuzzedItem]
    var tags: [String]
    var prices: [String: Double]
    var note: Patch<String>
    var count: Int
    var ratio: Float?
    var big: UInt
    var extra: JSONValue?

    static let schema = Schema(
        Field("items", \.items, .count(1...3)),
        Field("tags", \.tags, .count(...4), .unique(), .each(.slug), .omits("secret"), default: []),
        Field("prices", \.prices, .count(...3), .keys(.length(1...8)), .values(.positive, .decimals(max: 2)), default: [:]),
        Field("note", \.note, .length(...10), .collapseSpaces),
        Field("count", \.count, .range(-5...5), .multiple(of: 2), default: 2),
        Field("ratio", \.ratio, .max(1)),
        Field("big", \.big, default: 0),
        Field("extra", \.extra),
        rules: [CrossFieldRule("fits", at: "count", "must not be more than there are items") { $0.count <= $0.items.count }],
        make: FuzzedOrder.init)
}

struct FuzzedAddresses: Payload, Equatable {
    var email: String?, url: String?, host: String?, ip: String?, four: String?, six: String?, cidr: String?, port: String?, mac: String?
    var uuid: String?, object: String?, ulid: String?, jwt: String?, json: String?, semver: String?

    static let schema = Schema(
        Field("email", \.email, .email), Field("url", \.url, .url()), Field("host", \.host, .hostname), Field("ip", \.ip, .ip()),
        Field("four", \.four, .ip(4)), Field("six", \.six, .ip(6)), Field("cidr", \.cidr, .cidr), Field("port", \.port, .port),
        Field("mac", \.mac, .mac), Field("uuid", \.uuid, .uuid()), Field("object", \.object, .objectID), Field("ulid", \.ulid, .ulid),
        Field("jwt", \.jwt, .jwtShape), Field("json", \.json, .json), Field("semver", \.semver, .semver), make: FuzzedAddresses.init)
}

struct FuzzedTexts: Payload, Equatable {
    var base64: String?, base64url: String?, hex: String?, color: String?, numeric: String?, latlong: String?, iso: String?, rfc: String?
    var zone: String?, locale: String?, mime: String?, phone: String?, password: String?, pattern: String?, at: Instant?, normal: String?

    static let schema = Schema(
        Field("base64", \.base64, .base64), Field("base64url", \.base64url, .base64url), Field("hex", \.hex, .hex),
        Field("color", \.color, .hexColor), Field("numeric", \.numeric, .numeric), Field("latlong", \.latlong, .latLong),
        Field("iso", \.iso, .iso8601), Field("rfc", \.rfc, .rfc3339), Field("zone", \.zone, .timeZone),
        Field("locale", \.locale, .locale),
        Field("mime", \.mime, .mimeType), Field("phone", \.phone, .e164), Field("password", \.password, .strongPassword()),
        Field("pattern", \.pattern, .matches(Pattern("code", #"([A-Z]{2}-\d{4,6}|(a|b)*c+[^x"]?.)"#))), Field("at", \.at),
        Field("normal", \.normal, .normalize(.nfc), .length(...8)), make: FuzzedTexts.init)
}

enum FuzzedContent: TaggedUnion, Equatable {
    case item(FuzzedItem), texts(FuzzedTexts)
    static let discriminator = "type"
    static let cases = [
        UnionCase("item", make: FuzzedContent.item) { if case .item(let body) = $0 { body } else { nil } },
        UnionCase("texts", make: FuzzedContent.texts) { if case .texts(let body) = $0 { body } else { nil } },
    ]
}

struct FuzzedEnvelope: Payload, Equatable {
    var content: FuzzedContent
    static let schema = Schema(Field("content", \.content), make: FuzzedEnvelope.init)
}
