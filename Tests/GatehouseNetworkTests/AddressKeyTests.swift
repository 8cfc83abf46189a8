import GatehouseNetwork
import Testing

@Suite("What an address is counted under") struct AddressKeyTests {
    @Test(
        "an IPv4 address counts alone, an IPv6 address with its /64",
        arguments: [
            ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", true), ("2001:db8:0:1::1", "2001:db8:0:2::1", false),
            ("192.0.2.1", "192.0.2.2", false), ("192.0.2.1", "::ffff:192.0.2.1", true), ("::1", "::2", true), ("::1", "0.0.0.1", false),
        ])
    func keys(first: String, second: String, isOne: Bool) {
        let keys = [first, second].map { ClientAddress(IPAddress($0)).key }
        #expect(!keys.contains(.unknown))
        #expect((keys[0] == keys[1]) == isOne)
    }

    @Test("all unknown addresses are one, which no address is")
    func unknown() {
        #expect(ClientAddress(nil).key == .unknown && ClientAddress.unknown.ip == nil)
        for text in ["::", "0.0.0.0", "::ffff:0.0.0.0"] { #expect(ClientAddress(IPAddress(text)).key != .unknown) }
    }

    @Test(
        "keys and addresses are written as people read them",
        arguments: [("192.0.2.1", "192.0.2.1"), ("2001:DB8:0:1::7", "2001:db8:0:1::/64"), ("x", "unknown")])
    func text(address: String, key: String) {
        #expect("\(ClientAddress(IPAddress(address)).key)" == key)
    }
}
