import GatehouseNetwork
import Testing

@Suite("Addresses") struct AddressTests {
    @Test(
        "addresses are read strictly and written in one way",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("::1", "::1"), ("::", "::"), ("2001:DB8::1", "2001:db8::1"), ("::ffff:192.0.2.1", "192.0.2.1"),
            ("::ffff:c000:201", "192.0.2.1"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1::", "1::"),
            ("64:ff9b::1.2.3.4", "64:ff9b::102:304"),
            ("", nil), ("1.2.3", nil), ("1.2.3.4.5", nil), ("01.2.3.4", nil), ("256.1.1.1", nil), ("1.2.3.-4", nil), ("0x1.2.3.4", nil),
            (":::", nil),
            ("1::2::3", nil), ("1:2:3:4:5:6:7", nil), ("1:2:3:4:5:6:7:8:9", nil), ("12345::", nil), ("::g", nil), ("::1%eth0", nil),
            ("[::1]", nil),
            ("::+1", nil), ("1:2:3:4:5:6:7:8::", nil), ("1.2.3.4::", nil), (" ::1", nil), ("1:", nil), (":1", nil),
        ] as [(String, String?)])
    func parse(text: String, written: String?) { #expect(IPAddress(text)?.description == written) }

    @Test(
        "MOD-42: blocks hold IPv4, IPv6 and IPv4-mapped addresses alike",
        arguments: [
            ("10.0.0.0/8", "10.1.2.3", true), ("10.0.0.0/8", "::ffff:10.1.2.3", true), ("10.0.0.0/8", "11.0.0.0", false),
            ("0.0.0.0/0", "1.2.3.4", true),
            ("0.0.0.0/0", "::1", false), ("::/0", "1.2.3.4", true), ("::ffff:10.0.0.0/104", "10.9.9.9", true),
            ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1/32", "192.0.2.2", false), ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false),
            ("::1/128", "::1", true),
            ("fe80::/10", "febf::1", true), ("fe80::/10", "fec0::1", false), ("2001:db8::/64", "2001:db8::ffff", true),
        ])
    func contains(block: String, address: String, holds: Bool) throws {
        let cidr = try #require(CIDR(block))
        #expect(cidr.contains(try #require(IPAddress(address))) == holds)
        #expect(CIDR(cidr.description) == cidr)
    }

    @Test(
        "blocks are written in one way",
        arguments: [
            "10.0.0.1/8", "10.0.0.0/", "10.0.0.0/08", "10.0.0.0/33", "::/129", "a/8", "10.0.0.0/8/8", "/8", "10.0.0.0/+8", "2001:db8::1/32",
        ])
    func refused(text: String) { #expect(CIDR(text) == nil) }

    @Test("addresses come from the bytes of a socket too")
    func network() {
        #expect(IPAddress(networkBytes: [192, 0, 2, 1])?.description == "192.0.2.1")
        #expect(IPAddress(networkBytes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, 1])?.description == "192.0.2.1")
        #expect(IPAddress(networkBytes: [1, 2, 3]) == nil)
    }
}
