/// Reads an entry of `issuers`.
struct IssuerReader {
    let diagnostics: Diagnostics
    private static let families: [String: String] = [
        "HS256": "HS", "HS384": "HS", "HS512": "HS", "RS256": "RS", "RS384": "RS", "RS512": "RS", "PS256": "PS", "PS384": "PS",
        "PS512": "PS",
        "ES256": "ES", "ES384": "ES", "ES512": "ES", "EdDSA": "EdDSA",
    ]

    func read(_ entry: YAMLEntry) -> IssuerPolicy? {
        guard var mapping = MappingReader(entry.value, "issuer \(entry.key)", diagnostics) else { return nil }
        guard (1...64).contains(entry.key.utf8.count), entry.key.utf8.allSatisfy(Self.isNameByte) else {
            diagnostics.report(.value, at: entry.keyPosition, "an issuer's name is at most 64 of the characters a-z A-Z 0-9 _ -")
            return nil
        }
        let iss = mapping.required("iss", "https://idp.example.com").flatMap { mapping.text($0, "iss") }
        let audience = required("audience", "[gatehouse]", &mapping)
        let keys = keys(&mapping)
        let algorithmsNode = mapping.entries.first { $0.key == "algorithms" }?.value
        let algorithms = required("algorithms", "[ES256]", &mapping)
        if let algorithms, let node = algorithmsNode { check(algorithms, keys, at: node.position) }
        let issuer = IssuerPolicy(
            name: entry.key, iss: iss ?? "", audience: audience ?? [], keys: keys ?? .jwksFile(""), algorithms: algorithms ?? [],
            typ: mapping.texts("typ") ?? ["at+jwt"], require: mapping.texts("require") ?? ["exp", "iat", "sub", "jti"],
            leeway: mapping.span("leeway", atMost: 60_000_000_000) ?? 0, maxLifetime: mapping.span("max_lifetime"),
            development: mapping.bool("development") ?? false, position: entry.keyPosition)
        mapping.finish()
        return iss != nil && audience != nil && keys != nil && algorithms != nil ? issuer : nil
    }

    private func required(_ key: String, _ example: String, _ mapping: inout MappingReader) -> [String]? {
        guard mapping.entries.contains(where: { $0.key == key }) else {
            _ = mapping.required(key, example)
            return nil
        }
        return mapping.texts(key)
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
        case .pemFiles where families == ["HS"]:
            diagnostics.report(.conflict, at: position, "an HMAC secret is not a PEM file: use secret_files")
        default: break
        }
    }

    private func keys(_ mapping: inout MappingReader) -> IssuerPolicy.Keys? {
        let jwks = mapping.take("jwks_file").map { path($0, "jwks_file", mapping) }
        let pem = mapping.take("pem_files").map { files($0, "pem_files") }
        let secret = mapping.take("secret_files").map { files($0, "secret_files") }
        switch (jwks, pem, secret) {
        case (.some(let path), nil, nil): return path.map { .jwksFile($0) }
        case (nil, .some(let files), nil): return files.map { .pemFiles($0) }
        case (nil, nil, .some(let files)): return files.map { .secretFiles($0) }
        case (nil, nil, nil):
            diagnostics.report(
                .missingKey, at: mapping.position, "'\(mapping.name)' has no keys: add one, such as 'jwks_file: certs/corp.jwks.json'")
        default:
            diagnostics.report(
                .conflict, at: mapping.position, "one of jwks_file, pem_files and secret_files per issuer: remove the others")
        }
        return nil
    }

    private func path(_ node: YAMLNode, _ key: String, _ mapping: MappingReader) -> String? {
        guard let text = mapping.text(node, key) else { return nil }
        guard text.utf8.count <= 1_024, !text.split(separator: "/").contains(".."), !text.contains("://") else {
            diagnostics.report(.value, at: node.position, "'\(key)' is the path of a file on this machine, without '..'")
            return nil
        }
        return text
    }

    private func files(_ node: YAMLNode, _ key: String) -> [(kid: String, path: String)]? {
        guard let mapping = MappingReader(node, key, diagnostics) else { return nil }
        guard !mapping.entries.isEmpty else {
            diagnostics.report(.value, at: node.position, "'\(key)' is empty: write 'key-id: path'")
            return nil
        }
        return mapping.entries.compactMap { entry in path(entry.value, key, mapping).map { (entry.key, $0) } }
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
