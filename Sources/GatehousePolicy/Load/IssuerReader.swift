/// Reads an entry of `issuers`.
struct IssuerReader {
    let diagnostics: Diagnostics
    /// Whether this build can fetch the keys that an issuer publishes.
    var takesPublishedKeys = Self.isBuiltWithRemoteJWKS
    private static let families: [String: String] = [
        "HS256": "HS", "HS384": "HS", "HS512": "HS", "RS256": "RS", "RS384": "RS", "RS512": "RS", "PS256": "PS", "PS384": "PS",
        "PS512": "PS",
        "ES256": "ES", "ES384": "ES", "ES512": "ES", "EdDSA": "EdDSA",
    ]

    /// Clocks of servers differ by less, and a token that begins this much early does no harm.
    private static let standardLeeway: Int64 = 30_000_000_000

    func read(_ entry: YAMLEntry) -> IssuerPolicy? {
        guard var mapping = MappingReader(entry.value, "issuer \(entry.key)", diagnostics) else { return nil }
        guard (1...64).contains(entry.key.utf8.count), entry.key.utf8.allSatisfy(Self.isNameByte) else {
            diagnostics.report(.value, at: entry.keyPosition, "an issuer's name is at most 64 of the characters a-z A-Z 0-9 _ -")
            return nil
        }
        let iss = mapping.required("iss", "https://idp.example.com").flatMap { mapping.text($0, "iss") }
        let audience = audience(&mapping)
        let keys = keys(&mapping)
        let algorithmsNode = mapping.entries.first { $0.key == "algorithms" }?.value
        let algorithms = required("algorithms", "[ES256]", &mapping)
        if let algorithms, let node = algorithmsNode { check(algorithms, keys, at: node.position) }
        let profile = mapping.choice("profile", IssuerPolicy.Profile.self)
        let typ = typ(profile, &mapping)
        let missingType = exception("typ_missing", profile, &mapping)
        let idTokens = exception("id_tokens", profile, &mapping)
        let require = require(profile, &mapping)
        let requiredValues = requiredValues(&mapping)
        var claims = mapping.mapping("claims")
        let issuer = IssuerPolicy(
            name: entry.key, iss: iss ?? "", audience: audience ?? [], keys: keys ?? .jwksFile(""), algorithms: algorithms ?? [],
            profile: profile, typ: typ, missingType: missingType, idTokens: idTokens, require: require,
            requiredValues: requiredValues ?? [], rolesClaim: claims?.pointer("roles"), scopesClaim: claims?.pointer("scopes"),
            leeway: mapping.span("leeway", atMost: 60_000_000_000) ?? Self.standardLeeway, maxLifetime: mapping.span("max_lifetime"),
            development: mapping.bool("development") ?? false, position: entry.keyPosition)
        claims?.finish()
        mapping.finish()
        if audience != nil, requiredValues != nil { checkBinding(issuer, mapping) }
        return iss != nil && audience != nil && keys != nil && algorithms != nil && requiredValues != nil ? issuer : nil
    }

    private func required(_ key: String, _ example: String, _ mapping: inout MappingReader) -> [String]? {
        guard mapping.entries.contains(where: { $0.key == key }) else {
            _ = mapping.required(key, example)
            return nil
        }
        return mapping.texts(key)
    }

    private func typ(_ profile: IssuerPolicy.Profile?, _ mapping: inout MappingReader) -> [String] {
        let position = mapping.entries.first { $0.key == "typ" }?.value.position
        guard let given = mapping.texts("typ") else { return profile?.typ ?? ["at+jwt"] }
        if let position, given.contains(where: { $0.lowercased() == "none" }) {
            diagnostics.report(
                .value, at: position, "'none' is no type: tokens without a typ are taken with 'typ_missing: allow' beside 'typ'")
        }
        if let profile, let position, given != profile.typ {
            diagnostics.report(
                .conflict, at: position,
                "'profile: \(profile.rawValue)' means 'typ: [\(profile.typ.joined(separator: ", "))]': remove 'typ', or 'profile'")
        }
        return given
    }

    private func require(_ profile: IssuerPolicy.Profile?, _ mapping: inout MappingReader) -> [String] {
        let position = mapping.entries.first { $0.key == "require" }?.value.position
        guard let given = mapping.texts("require") else { return profile?.require ?? ["exp", "iat", "sub", "jti", "client_id"] }
        let lacking = (profile?.require ?? []).filter { !given.contains($0) }
        if let profile, let position, !lacking.isEmpty {
            diagnostics.report(
                .conflict, at: position,
                "'profile: \(profile.rawValue)' requires \(lacking.joined(separator: ", ")) too: add what lacks, or remove 'require'")
        }
        return given
    }

    private func check(_ algorithms: [String], _ keys: IssuerPolicy.Keys?, at position: SourcePosition) {
        var families: Set<String> = []
        for name in algorithms {
            guard let family = Self.families[name] else {
                diagnostics.report(
                    .value, at: position,
                    "'\(name.prefix(32))' is not a signature algorithm; known: \(Self.families.keys.sorted().joined(separator: ", "))")
                return
            }
            families.insert(family)
        }
        if families.count > 1 {
            diagnostics.report(
                .conflict, at: position, "'algorithms' are of one family per issuer: make a second issuer for the other keys")
        }
        switch keys {
        case .secretFiles where families != ["HS"]:
            diagnostics.report(.conflict, at: position, "'secret_files' are for HS256, HS384 and HS512 only: use jwks_file or pem_files")
        case .jwksURL where families == ["HS"]:
            diagnostics.report(.conflict, at: position, "an HMAC secret is not published: use secret_files")
        case .pemFiles where families == ["HS"]:
            diagnostics.report(.conflict, at: position, "an HMAC secret is not a PEM file: use secret_files")
        default: break
        }
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
