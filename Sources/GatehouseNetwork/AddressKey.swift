/// The key under which an address is counted: in every count, rate, ban and table. An IPv4 address counts alone. An IPv6 address counts
/// with its /64, which belongs to one customer. All unknown addresses count as one address.
///
/// It is made from an address only: text from a peer cannot become a key.
package struct AddressKey: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: Sendable, Hashable {
        case network(IPAddress)
        case unknown
    }

    private let kind: Kind

    package static let unknown = AddressKey(kind: .unknown)

    private init(kind: Kind) { self.kind = kind }

    package init(_ address: IPAddress) {
        kind = .network(address.isV4 ? address : IPAddress(high: address.high, low: 0))
    }

    /// `192.0.2.1`, `2001:db8::/64` or `unknown`.
    package var description: String {
        switch kind {
        case .network(let address): address.isV4 ? "\(address)" : "\(address)/64"
        case .unknown: "unknown"
        }
    }
}
