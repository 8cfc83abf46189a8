import GatehouseNetwork

/// Where an issuer's keys come from: one of `jwks_file`, `jwks_url`, `pem_files` and `secret_files`.
extension IssuerReader {
    /// The package trait whose build has the HTTP client.
    static let isBuiltWithRemoteJWKS: Bool = {
        #if RemoteJWKS
            true
        #else
            false
        #endif
    }()

    func keys(_ mapping: inout MappingReader) -> IssuerPolicy.Keys? {
        let jwks = mapping.take("jwks_file").map { path($0, "jwks_file", mapping) }
        let url = (takesPublishedKeys ? mapping.take("jwks_url") : mapping.takeUnenforced("jwks_url")).map { address($0, mapping) }
        let pem = mapping.take("pem_files").map { files($0, "pem_files") }
        let secret = mapping.take("secret_files").map { files($0, "secret_files") }
        switch (jwks, url, pem, secret) {
        case (.some(let path), nil, nil, nil): return path.map { .jwksFile($0) }
        case (nil, .some(let url), nil, nil): return url.map { .jwksURL($0) }
        case (nil, nil, .some(let files), nil): return files.map { .pemFiles($0) }
        case (nil, nil, nil, .some(let files)): return files.map { .secretFiles($0) }
        case (nil, nil, nil, nil):
            diagnostics.report(
                .missingKey, at: mapping.position, "'\(mapping.name)' has no keys: add one, such as 'jwks_file: certs/corp.jwks.json'")
        default:
            diagnostics.report(
                .conflict, at: mapping.position, "one of jwks_file, jwks_url, pem_files and secret_files per issuer: remove the others")
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

    private func address(_ node: YAMLNode, _ mapping: MappingReader) -> String? {
        guard let text = mapping.text(node, "jwks_url") else { return nil }
        guard Self.isPinnable(text) else {
            diagnostics.report(
                .value, at: node.position,
                "'jwks_url' is the whole https address of the issuer's JWK Set, such as https://idp.example.com/jwks.json")
            return nil
        }
        guard takesPublishedKeys else {
            diagnostics.report(
                .notSupported, at: node.position,
                "'jwks_url' needs a gatehouse built with the package trait RemoteJWKS (swift build --traits RemoteJWKS): "
                    + "build it so, or fetch the set into a file and name it with 'jwks_file'")
            return nil
        }
        return text
    }

    /// Whether a text is an https address that every reader of addresses takes apart alike: ASCII, a host name or an address, perhaps a port,
    /// a path; no user, no fragment, no backslash, nothing left to resolve. An `@` in the path is no user: Google's addresses have one.
    static func isPinnable(_ text: String) -> Bool {
        let prefix = "https://"
        guard text.hasPrefix(prefix), text.utf8.count <= 1_024, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return false }
        let rest = text.dropFirst(prefix.count)
        guard !rest.contains(where: { "#\\\"<>^`{|}".contains($0) }) else { return false }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let path = rest[end...]
        guard path.isEmpty || path.hasPrefix("/"), !path.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) else {
            return false
        }
        var host = rest[..<end]
        if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
            guard let port = UInt16(host[host.index(after: colon)...]), port > 0 else { return false }
            host = host[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") { return IPAddress(String(host.dropFirst().dropLast())) != nil }
        return !host.isEmpty && !host.hasPrefix(".") && !host.contains("..")
            && host.utf8.allSatisfy { isNameByte($0) && $0 != UInt8(ascii: "_") || $0 == UInt8(ascii: ".") }
    }
}
