import Gatehouse
import GatehousePolicy
import GatehouseTokens

/// The files that a first start makes: none, unless the default development places are used and empty.
struct FirstStart {
    let files: DevelopmentFiles
    /// Where the server writes.
    let state: String
    let makesCertificates: Bool
    let makesTokenKey: Bool

    init(_ settings: ServerSettings, _ bundle: PolicyBundle) {
        let configuration = settings.configuration
        files = DevelopmentFiles(directory: settings.certificates)
        state = settings.state
        // Makes only files in default places.
        let isDefault = !configuration.strict && settings.certificates == DevelopmentFiles.defaultDirectory
        makesCertificates = isDefault && configuration.transport != .insecure && !settings.namesCertificate
        makesTokenKey = isDefault && Self.usesDevelopmentKey(bundle, files, root: configuration.root)
    }

    init(files: DevelopmentFiles, state: String, makesCertificates: Bool, makesTokenKey: Bool) {
        self.files = files
        self.state = state
        self.makesCertificates = makesCertificates
        self.makesTokenKey = makesTokenKey
    }

    /// Returns the new files.
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

    /// Whether a development issuer reads its keys from the default place.
    private static func usesDevelopmentKey(_ bundle: PolicyBundle, _ files: DevelopmentFiles, root: String) -> Bool {
        bundle.global.issuers.contains { issuer in
            // An invalid issuer gets no key: the start reports its errors.
            issuer.development && (try? IssuerConfiguration(issuer, root: root))?.keys.map(\.path) == [files.tokenKeySet]
        }
    }
}
