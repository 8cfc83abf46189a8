import GatehouseJSON

/// The tokens of an issuer that are meant for us: `audience`, `require_values`, and the exceptions `typ_missing` and `id_tokens`.
extension IssuerReader {
    /// Claims that name the client a token was made for, or its use: one of them can stand in for `aud`. Okta calls the client `cid`,
    /// Entra's first version `appid`.
    private static let clientClaims = ["client_id", "azp", "cid", "appid", "token_use"]

    /// - Returns: nil, told to the diagnostics, if it is wrong; empty if there is none.
    func audience(_ mapping: inout MappingReader) -> [String]? {
        guard mapping.entries.contains(where: { $0.key == "audience" }) else { return [] }
        let names = mapping.texts("audience")
        return names?.isEmpty == true ? nil : names
    }

    /// - Returns: nil, told to the diagnostics, if it is wrong; empty if there is none.
    func requiredValues(_ mapping: inout MappingReader) -> [IssuerPolicy.RequiredValue]? {
        guard let node = mapping.take("require_values") else { return [] }
        guard let values = MappingReader(node, "require_values", diagnostics) else { return nil }
        if values.entries.isEmpty {
            diagnostics.report(.value, at: node.position, "'require_values' is empty: name a claim, or remove the key")
        }
        let read = values.entries.compactMap { requiredValue($0, values) }
        return read.count == values.entries.count && !read.isEmpty ? read : nil
    }

    private func requiredValue(_ entry: YAMLEntry, _ mapping: MappingReader) -> IssuerPolicy.RequiredValue? {
        // A name that is no pointer is the claim of that name, whatever is in it: "https://example.com/tenant", "cognito:groups".
        let pointer =
            entry.key.hasPrefix("/")
            ? JSONPointer(entry.key) : JSONPointer("/" + entry.key.replacing("~", with: "~0").replacing("/", with: "~1"))
        guard let pointer, !entry.key.isEmpty else {
            diagnostics.report(
                .value, at: entry.keyPosition, "'\(entry.key.prefix(64))' is neither the name of a claim nor a JSON pointer to one")
            return nil
        }
        guard pointer.tokens != ["aud"] else {
            diagnostics.report(.conflict, at: entry.keyPosition, "what 'aud' must name is the issuer's 'audience': write it there")
            return nil
        }
        guard let items = mapping.items(entry.value, entry.key, orSingle: true) else { return nil }
        let values = items.compactMap { mapping.literal($0, entry.key) }
        return values.count == items.count ? .init(name: entry.key, pointer: pointer, values: values) : nil
    }

    /// `allow` or `refuse`; refused where nothing is written.
    func exception(_ key: String, _ profile: IssuerPolicy.Profile?, _ mapping: inout MappingReader) -> IssuerPolicy.Exception {
        let position = mapping.entries.first { $0.key == key }?.value.position
        let exception = mapping.choice(key, IssuerPolicy.Exception.self) ?? .refuse
        if let profile, let position, exception == .allow {
            diagnostics.report(.conflict, at: position, "'profile: \(profile.rawValue)' has no such tokens: remove '\(key)', or 'profile'")
        }
        return exception
    }

    /// An issuer makes tokens for others too. Ours are known by `aud`, or by the client where tokens have none.
    func checkBinding(_ issuer: IssuerPolicy, _ mapping: MappingReader) {
        guard issuer.audience.isEmpty else { return }
        let name = "'\(mapping.name)'"
        guard
            issuer.requiredValues.contains(where: {
                Self.clientClaims.contains($0.pointer.tokens.first ?? "") && $0.pointer.tokens.count == 1
            })
        else {
            return diagnostics.report(
                .missingKey, at: mapping.position,
                "\(name) has no 'audience': add one, such as 'audience: [gatehouse]'; where its tokens have no aud, say whose they are with "
                    + "'require_values' for one of \(Self.clientClaims.joined(separator: ", ")), such as 'require_values: { client_id: my-app }'"
            )
        }
        if issuer.require.contains("aud") {
            diagnostics.report(
                .conflict, at: mapping.position, "\(name) requires aud, and has no 'audience' that would say which one: add it")
        }
        if issuer.idTokens == .allow {
            diagnostics.report(
                .missingKey, at: mapping.position,
                "\(name) takes ID tokens and has no 'audience': an ID token names in aud the client it is for; add it")
        }
    }
}
