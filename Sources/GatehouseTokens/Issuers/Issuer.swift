/// An issuer with its keys loaded and its settings checked.
struct Issuer: Sendable {
    let name: String
    let iss: String
    let keys: KeyRing
    private let types: Set<String>
    let allowsMissingType: Bool
    let rules: ClaimRules

    /// Types of other tokens of the same issuer (SEC-11); to allow one as an access token is always a mistake.
    private static let foreignTypes: Set<String> = ["dpop+jwt", "logout+jwt", "id+jwt", "secevent+jwt"]

    /// - Parameter keys: keys that were loaded before; nil to load those of the configuration.
    init(_ configuration: IssuerConfiguration, keys known: KeyRing? = nil) throws(TokenKeyError) {
        do throws(TokenKeyError) {
            try Self.check(configuration)
            if let known { keys = known } else { keys = try KeyRing(configuration) }
        } catch { throw error.at("issuer \(configuration.name)") }
        name = configuration.name
        iss = configuration.iss
        types = Set(configuration.typ.map(Self.canonicalType))
        allowsMissingType = configuration.allowsMissingType
        rules = ClaimRules(
            audience: Set(configuration.audience.map { Array($0.utf8) }), required: configuration.require,
            requiredValues: configuration.requiredValues, allowsIDTokens: configuration.allowsIDTokens, leeway: configuration.leeway,
            maxLifetime: configuration.maxLifetime)
    }

    func allows(type: String) -> Bool { types.contains(Self.canonicalType(type)) }

    private static func check(_ configuration: IssuerConfiguration) throws(TokenKeyError) {
        func refuse(_ message: String) -> TokenKeyError { TokenKeyError(.configuration, message) }
        guard !configuration.name.isEmpty else { throw refuse("an issuer needs a name") }
        guard !configuration.iss.isEmpty else { throw refuse("iss is empty: give the exact iss of its tokens") }
        guard !configuration.audience.contains(""), !configuration.audience.isEmpty || !configuration.requiredValues.isEmpty else {
            throw refuse("audience needs at least one name, and none of them empty; without it require_values says whose tokens are ours")
        }
        guard configuration.requiredValues.allSatisfy({ !$0.values.isEmpty }) else {
            throw refuse("require_values names a claim without a value, which no token could have")
        }
        guard let family = configuration.algorithms.first?.family else { throw refuse("algorithms is empty: name at least one") }
        guard configuration.algorithms.allSatisfy({ $0.family == family }) else {
            throw refuse("algorithms are of more than one family: make one issuer for each")
        }
        guard !configuration.typ.isEmpty, !configuration.typ.contains("") else { throw refuse("typ needs at least one media type") }
        let foreign = configuration.typ.map(canonicalType).filter(foreignTypes.contains)
        guard foreign.isEmpty else { throw refuse("typ \(foreign.joined(separator: ", ")) is no access token: take it out") }
        guard (0...60).contains(configuration.leeway) else { throw refuse("leeway is 0 to 60 seconds") }
        if let lifetime = configuration.maxLifetime, !(lifetime > 0 && lifetime.isFinite) {
            throw refuse("max_lifetime is more than 0 seconds")
        }
    }

    /// RFC 7515, 4.1.9: a media type, whose `application/` may be left out; RFC 2045: case does not matter, and only ASCII occurs.
    private static func canonicalType(_ type: String) -> String {
        let lowered = type.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        let prefix = Array("application/".utf8)
        let short = lowered.starts(with: prefix) && !lowered.dropFirst(prefix.count).contains(UInt8(ascii: "/"))
        return String(decoding: short ? lowered.dropFirst(prefix.count) : lowered[...], as: UTF8.self)
    }
}
