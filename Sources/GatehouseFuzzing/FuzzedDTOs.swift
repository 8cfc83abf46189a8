import GatehouseJSON

/// Payloads with every kind of field and every form of text.
enum FuzzedColor: String, DTOEnum { case red, green }

struct FuzzedItem: DTO, Equatable {
    var name: String
    var color: FuzzedColor
    static let schema = Schema(
        Field<String>("name", .trim, .length(1...16)), Field<FuzzedColor>("color"), make: FuzzedItem.init)
}

struct FuzzedOrder: DTO, Equatable {
    var items: [FuzzedItem]
    var tags: [String]
    var prices: [String: Double]
    var note: Patch<String>
    var count: Int
    var ratio: Float?
    var big: UInt
    var extra: JSONValue?

    static let schema = Schema(
        Field<[FuzzedItem]>("items", .count(1...3)),
        Field<[String]>("tags", .count(...4), .unique(), .each(.slug), .omits("secret"), default: []),
        Field<[String: Double]>("prices", .count(...3), .keys(.length(1...8)), .values(.positive, .decimals(max: 2)), default: [:]),
        Field<Patch<String>>("note", .length(...10), .collapseSpaces),
        Field<Int>("count", .range(-5...5), .multiple(of: 2), default: 2),
        Field<Float?>("ratio", .max(1)),
        Field<UInt>("big", default: 0),
        Field<JSONValue?>("extra"),
        rules: [CrossFieldRule("fits", at: "count", "must not be more than there are items") { $0.count <= $0.items.count }],
        make: FuzzedOrder.init)
}

struct FuzzedAddresses: DTO, Equatable {
    var email: String?, url: String?, host: String?, ip: String?, four: String?, six: String?, cidr: String?, port: String?, mac: String?
    var uuid: String?, object: String?, ulid: String?, jwt: String?, json: String?, semver: String?

    static let schema = Schema(
        Field<String?>("email", .email), Field<String?>("url", .url()), Field<String?>("host", .hostname), Field<String?>("ip", .ip()),
        Field<String?>("four", .ip(4)), Field<String?>("six", .ip(6)), Field<String?>("cidr", .cidr), Field<String?>("port", .port),
        Field<String?>("mac", .mac), Field<String?>("uuid", .uuid()), Field<String?>("object", .objectID), Field<String?>("ulid", .ulid),
        Field<String?>("jwt", .jwtShape), Field<String?>("json", .json), Field<String?>("semver", .semver), make: FuzzedAddresses.init)
}

struct FuzzedTexts: DTO, Equatable {
    var base64: String?, base64url: String?, hex: String?, color: String?, numeric: String?, latlong: String?, iso: String?, rfc: String?
    var zone: String?, locale: String?, mime: String?, phone: String?, password: String?, pattern: String?, at: Instant?, normal: String?

    static let schema = Schema(
        Field<String?>("base64", .base64), Field<String?>("base64url", .base64url), Field<String?>("hex", .hex),
        Field<String?>("color", .hexColor), Field<String?>("numeric", .numeric), Field<String?>("latlong", .latLong),
        Field<String?>("iso", .iso8601), Field<String?>("rfc", .rfc3339), Field<String?>("zone", .timeZone),
        Field<String?>("locale", .locale),
        Field<String?>("mime", .mimeType), Field<String?>("phone", .e164), Field<String?>("password", .strongPassword()),
        Field<String?>("pattern", .matches(Pattern("code", #"([A-Z]{2}-\d{4,6}|(a|b)*c+[^x"]?.)"#))), Field<Instant?>("at"),
        Field<String?>("normal", .normalize(.nfc), .length(...8)), make: FuzzedTexts.init)
}

enum FuzzedContent: TaggedUnion, Equatable {
    case item(FuzzedItem), texts(FuzzedTexts)
    static let discriminator = "type"
    static let cases = [
        UnionCase("item", FuzzedItem.self) { FuzzedContent.item($0) }, UnionCase("texts", FuzzedTexts.self) { FuzzedContent.texts($0) },
    ]
}

struct FuzzedEnvelope: DTO, Equatable {
    var content: FuzzedContent
    static let schema = Schema(Field<FuzzedContent>("content"), make: FuzzedEnvelope.init)
}
