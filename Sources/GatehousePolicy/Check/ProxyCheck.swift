import GatehouseNetwork

/// Blocks of `trusted_proxies` that are too large to be a network of proxies.
struct ProxyCheck {
    let bundle: PolicyBundle

    func findings() -> [PolicyFinding] {
        bundle.global.trustedProxies.filter(\.isHuge).map { block in
            PolicyFinding(
                severity: .warning, position: bundle.proxiesPosition ?? SourcePosition(file: "_global.yaml", line: 1, column: 1),
                message: "trusted_proxies: '\(block)' lets clients choose the address that is recorded and banned, since whoever connects "
                    + "from it is believed: name the networks of your proxies")
        }
    }
}

extension CIDR {
    /// Whether it is larger than the network of any one operator: more than a /8 of IPv4, or a /16 of IPv6.
    fileprivate var isHuge: Bool { holdsV4 ? prefix < 96 + 8 : prefix < 16 }
}
