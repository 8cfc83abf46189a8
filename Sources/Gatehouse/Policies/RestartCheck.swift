import GatehouseNetwork
import GatehousePolicy

/// Settings that are read when the server starts. A reload that changes one would take effect only in part, so it is refused.
struct RestartCheck {
    let bundle: PolicyBundle
    let current: PolicyBundle

    var needed: [PolicyError] {
        var found: [PolicyError] = []
        func report(_ setting: String) {
            found.append(
                PolicyError(
                    .notSupported, at: SourcePosition(file: "_global.yaml", line: 0, column: 0),
                    "\(setting) is read when the server starts: restart it for this change"))
        }
        let (new, old) = (bundle.global, current.global)
        if new.connections.node != old.connections.node { report("'limits.connections.node'") }
        if new.connections.perIP != old.connections.perIP { report("'limits.connections.per_ip'") }
        if new.connections.unauthenticated != old.connections.unauthenticated { report("'limits.connections.unauthenticated'") }
        if new.trustedProxies.map(\.description) != old.trustedProxies.map(\.description) { report("'trusted_proxies'") }
        if new.forwardedField != old.forwardedField { report("'forwarded_field'") }
        for transport in [TransportName.websocket, .polling] where bundle.allowsTransport(transport) != current.allowsTransport(transport) {
            report("whether any namespace has the transport \(transport.rawValue)")
        }
        return found
    }
}
