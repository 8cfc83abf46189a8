import GatehousePolicy

/// What a first start makes before the server is built: nothing, unless the default places of development are used and empty.
struct FirstStart {
    let options: ServeOptions
    let bundle: PolicyBundle

    /// Gives the files that were made.
    func prepare(now: Int64) throws(CommandFailure) -> [String] {
        try Directory.make(options.state, mode: 0o750, orElse: .cannotStart)
        guard options.makesDevelopmentFiles else { return [] }
        let files = DevelopmentFiles(directory: options.certs)
        do {
            var made: [String] = []
            if !options.insecure, options.cert == nil { made += try files.makeCertificates(hosts: [], now: now) }
            if usesDevelopmentKey(files) { made += try files.makeTokenKey() }
            return made
        } catch {
            throw CommandFailure(.cannotStart, ErrorText.of(error))
        }
    }

    /// Whether an issuer that says it is for development takes its keys from our place for them.
    private func usesDevelopmentKey(_ files: DevelopmentFiles) -> Bool {
        bundle.global.issuers.contains { issuer in
            guard issuer.development, case .jwksFile(let path) = issuer.keys else { return false }
            return path == files.tokenKeySet
        }
    }
}
