import Gatehouse
import GatehousePolicy
import GatehouseTokens

/// What a first start makes before the server is built: nothing, unless the default places of development are used and empty.
struct FirstStart {
    let files: DevelopmentFiles
    /// Where the server writes.
    let state: String
    let makesCertificates: Bool
    let makesTokenKey: Bool

    init(_ options: ServeOptions, _ bundle: PolicyBundle) {
        files = DevelopmentFiles(directory: options.certs)
        state = options.state
        makesCertificates = options.makesDevelopmentFiles && !options.insecure && options.cert == nil
        makesTokenKey = options.makesDevelopmentFiles && Self.usesDevelopmentKey(bundle, files, root: options.keyRoot.root)
    }

    init(files: DevelopmentFiles, state: String, makesCertificates: Bool, makesTokenKey: Bool) {
        self.files = files
        self.state = state
        self.makesCertificates = makesCertificates
        self.makesTokenKey = makesTokenKey
    }

    /// Gives the files that were made.
    func prepare(now: Int64) throws(CommandFailure) -> [String] {
        try Directory.make(state, mode: 0o750, orElse: .cannotStart)
        do {
            var made: [String] = []
            if makesCertificates { made += try files.makeCertificates(hosts: [], now: now) }
            if makesTokenKey { made += try files.makeTokenKey() }
            return made
        } catch {
            throw CommandFailure(.cannotStart, ErrorText.of(error))
        }
    }

    /// Whether an issuer that says it is for development takes its keys from our place for them.
    private static func usesDevelopmentKey(_ bundle: PolicyBundle, _ files: DevelopmentFiles, root: String) -> Bool {
        bundle.global.issuers.contains { issuer in
            // An issuer that makes no sense gets no key: the start says what is wrong with it.
            issuer.development && (try? IssuerConfiguration(issuer, root: root))?.keys.map(\.path) == [files.tokenKeySet]
        }
    }
}
