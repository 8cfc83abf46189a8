import GatehousePolicy
import GatehouseTLS

/// Warnings of a start: development keys and certificates, and origins that only one of policies and CORS names.
struct StartWarnings {
    let configuration: Configuration
    let bundle: PolicyBundle
    /// The issuers with a key that is marked as made for development, by name.
    var developmentKeys: [String] = []
    /// The server's certificate; `nil` without TLS.
    var certificate: CertificateSummary?

    /// A line each.
    var lines: [String] {
        var lines: [String] = []
        let issuers = bundle.global.issuers.filter { $0.development || developmentKeys.contains($0.name) }.map(\.name)
        if !issuers.isEmpty {
            lines.append("development keys are trusted (issuer \(issuers.joined(separator: ", "))): not for production")
        }
        if certificate?.isDevelopment == true { lines.append("the certificate is a development one: not for production") }
        if configuration.api != nil, !bundle.api.isGiven {
            lines.append("back ends may call nothing: \(configuration.policies)/\(ApiPolicy.fileName), which says who may, is missing")
        }
        for origin in configuration.cors?.originsWithoutPolicy(bundle) ?? [] {
            lines.append("CORS lets \(origin) read answers, but no policy lets it connect: add it to origin.allow")
        }
        return lines + withoutCORS
    }

    /// A page of another origin cannot read answers of long-polling without CORS, and that is how clients begin.
    private var withoutCORS: [String] {
        var told: Set<OriginPattern> = []
        var lines: [String] = []
        for policy in bundle.namespaces.values.sorted(by: { $0.name < $1.name }) where policy.settings.transports.contains(.polling) {
            for origin in policy.settings.origin.allow where configuration.cors?.covers(origin) != true && told.insert(origin).inserted {
                lines.append(
                    "\(configuration.policies)/\(policy.file) lets pages of \(origin) connect, but no cors_origin lets them read answers of "
                        + "long-polling: add \(origin) to cors_origin, unless it is the server's own origin or a proxy answers CORS")
            }
        }
        return lines
    }
}
