import EngineIO
import GatehouseNetwork
import GatehousePolicy

extension Configuration {
    /// - Throws: ``StartError`` for the first value that is out of range, with the range.
    func check() throws(StartError) {
        let settings = ServerSettings(self)
        for setting in Setting.all {
            guard let member = setting.member, let objection = setting.form.objection(to: settings[setting], of: member) else { continue }
            throw StartError(code: .configuration, message: objection)
        }
        if cors?.origins.isEmpty == true {
            throw StartError(code: .configuration, message: "cors.origins is empty: name an origin, or leave cors out")
        }
        if transport == .insecure, clientCertificates != nil {
            throw StartError(
                code: .configuration, message: "clientCertificates needs TLS, and the transport is plain HTTP: use TLS, or leave them out")
        }
        if let api {
            guard !servesPlainAPI || Self.isLoopback(api.host) else {
                throw StartError(
                    code: .configuration,
                    message:
                        "back ends send tokens, which plain HTTP shows to the network: serve api on 127.0.0.1, or with TLS, which needs the "
                        + "certificate of the server")
            }
            guard !servesPlainAPI || api.clientAuthorities == nil else {
                throw StartError(
                    code: .configuration,
                    message: "api.clientAuthorities needs TLS, and the API is on plain HTTP: use TLS, or leave them out")
            }
        }
        if let affinityCookie, AffinityCookie(name: affinityCookie, value: node) == nil {
            throw StartError(
                code: .configuration,
                message: "an affinityCookie, and the name of its node, \(node), have 1 to 64 letters, digits, _, - and . alone: rename one")
        }
        if let healthPath, healthPath == path || healthPath + "/" == path {
            throw StartError(
                code: .configuration, message: "healthPath \(healthPath) is the path of the Socket.IO endpoint: choose another")
        }
    }

    /// Whether plain HTTP is served beyond this machine, so that it is for trusted proxies only.
    var servesProxiesOnly: Bool { transport == .insecure && unixSocket == nil && !Self.isLoopback(host) }

    /// Whether back ends are served without TLS.
    var servesPlainAPI: Bool { api?.isPlain == true || transport == .insecure }

    /// - Throws: ``StartError`` if the policies name no client that this configuration could serve.
    func check(_ bundle: PolicyBundle) throws(StartError) {
        let hasProxies = !bundle.global.trustedProxies.isEmpty
        if servesProxiesOnly, !hasProxies {
            throw StartError(
                code: .configuration,
                message:
                    "plain HTTP on \(host), which is no loopback address, is for proxies that end TLS: name them in trusted_proxies of "
                    + "\(policies)/_global.yaml, or use TLS, or listen on 127.0.0.1")
        }
        if proxyProtocol, !hasProxies, unixSocket == nil {
            throw StartError(
                code: .configuration,
                message:
                    "proxyProtocol is for trusted proxies, and there are none: name them in trusted_proxies of \(policies)/_global.yaml")
        }
    }

    /// Addresses as they are written, with or without brackets, and the one name that means loopback everywhere; where that leads is looked
    /// at again once it is bound.
    package static func isLoopback(_ host: String) -> Bool {
        if host.lowercased() == "localhost" { return true }
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        guard let address = IPAddress(isBracketed ? String(host.dropFirst().dropLast()) : host) else { return false }
        return address.isLoopback
    }
}
