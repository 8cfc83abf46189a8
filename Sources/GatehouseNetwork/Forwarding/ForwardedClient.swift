/// The client behind proxies (SEC-27): the right-most hop that is not a trusted proxy. Fields from other peers are not read.
package struct ForwardedClient: Sendable, Equatable {
    package let address: ClientAddress
    /// Whether the client's own connection is encrypted, as `Forwarded` says; `nil` where it says nothing.
    package let isSecure: Bool?
    /// The text of an unreadable hop. The address is unknown then.
    package let unreadable: String?

    /// - Parameters:
    ///   - peer: the other end of the TCP connection.
    ///   - fields: the values of the field, in the order they came.
    ///   - trusts: whether an address is a trusted proxy's.
    package init(peer: IPAddress?, field: ForwardedField, fields: [String], trusts: (IPAddress) -> Bool) {
        let isTrusted = peer.map(trusts) ?? false
        self.init(through: peer, field, isTrusted ? fields : [], trusts)
    }

    /// - Parameter proxy: the address that stands where there is no hop; unknown for a trusted peer without an address.
    package init(through proxy: IPAddress?, _ field: ForwardedField, _ fields: [String], _ trusts: (IPAddress) -> Bool) {
        var (address, isSecure) = (ClientAddress(proxy), Bool?.none)
        // A comma within quotes parts an element in two, and neither half can be read then. Read from the right, what a client wrote itself
        // cannot change how the hops of the proxies are read.
        let hops = fields.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
        for hop in hops.reversed() {
            let element = field == .forwarded ? ForwardedElement(hop) : nil
            let node = field == .forwarded ? element.flatMap { ForwardedNode.parse($0.node) } : ForwardedNode.parse(hop)
            guard let node else {
                // An unreadable hop tells neither that the client is the proxy nor that it is anybody else.
                self.init(.unknown, isSecure: nil, unreadable: String(hop))
                return
            }
            (address, isSecure) = (.known(node), element.flatMap { $0.scheme.map { $0 == "https" } })
            if !trusts(node) { break }
        }
        self.init(address, isSecure: isSecure, unreadable: nil)
    }

    private init(_ address: ClientAddress, isSecure: Bool?, unreadable: String?) {
        self.address = address
        self.isSecure = isSecure
        self.unreadable = unreadable
    }
}
