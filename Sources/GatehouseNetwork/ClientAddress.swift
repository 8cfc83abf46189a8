/// A client's address, or `unknown` if no trusted source knows it.
///
/// Callers must handle an unknown address: no `ip` condition holds for it, and limits count all unknown clients as one address (``key``).
package enum ClientAddress: Sendable, Hashable, CustomStringConvertible {
    case known(IPAddress)
    case unknown

    package init(_ address: IPAddress?) { self = address.map { .known($0) } ?? .unknown }

    /// For rules only; counters use ``key``.
    package var ip: IPAddress? {
        switch self {
        case .known(let address): address
        case .unknown: nil
        }
    }

    /// The key under which the address is counted.
    package var key: AddressKey {
        switch self {
        case .known(let address): AddressKey(address)
        case .unknown: .unknown
        }
    }

    /// One spelling for one address; `unknown` without one.
    package var description: String {
        switch self {
        case .known(let address): "\(address)"
        case .unknown: "unknown"
        }
    }
}
