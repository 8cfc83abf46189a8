import GatehouseNetwork
import Testing

@Suite("Who the client behind a proxy is (SEC-27)") struct ForwardedClientTests {
    private func client(_ peer: String, _ fields: [String], in field: ForwardedField = .xForwardedFor) throws -> ForwardedClient {
        let trusted = try [#require(CIDR("10.0.0.0/8")), #require(CIDR("fd00::/8"))]
        return ForwardedClient(
            peer: IPAddress(peer), field: field, fields: fields, trusts: { address in trusted.contains { $0.contains(address) } })
    }

    @Test(
        "the client is the right-most hop that is not a trusted proxy",
        arguments: [
            ("9.9.9.9", ["1.1.1.1"], "9.9.9.9"),
            ("9.9.9.9", ["not an address"], "9.9.9.9"),
            ("10.0.0.1", ["1.1.1.1"], "1.1.1.1"),
            ("10.0.0.1", ["6.6.6.6, 1.1.1.1"], "1.1.1.1"),
            ("10.0.0.1", ["6.6.6.6", "1.1.1.1, 10.2.3.4"], "1.1.1.1"),
            ("10.0.0.1", ["6.6.6.6", "1.1.1.1", "10.2.3.4"], "1.1.1.1"),
            ("10.0.0.1", [], "10.0.0.1"),
            ("10.0.0.1", ["10.0.0.2"], "10.0.0.2"),
            ("10.0.0.1", ["2001:DB8::1"], "2001:db8::1"),
            ("::ffff:10.0.0.1", ["1.1.1.1"], "1.1.1.1"),
            ("fd00::1", ["1.1.1.1,fd00::2"], "1.1.1.1"),
            // What a client wrote itself is not looked at, whatever it is.
            ("10.0.0.1", ["nonsense", "\", 1.1.1.1"], "1.1.1.1"),
        ] as [(String, [String], String)])
    func hops(peer: String, fields: [String], address: String) throws {
        let client = try client(peer, fields)
        #expect(client.address == ClientAddress(IPAddress(address)) && client.unreadable == nil)
    }

    @Test(
        "a hop may have a port, brackets and blanks",
        arguments: [
            ("203.0.113.8:51008", "203.0.113.8"), ("[2001:db8::1]:443", "2001:db8::1"), ("[2001:db8::1]", "2001:db8::1"),
            ("  203.0.113.8\t", "203.0.113.8"), ("::ffff:203.0.113.8", "203.0.113.8"), ("[::ffff:203.0.113.8]:1", "203.0.113.8"),
            ("203.0.113.8:0", "203.0.113.8"), ("203.0.113.8:65535", "203.0.113.8"),
        ])
    func forms(hop: String, address: String) throws {
        #expect(try client("10.0.0.1", [hop]).address == ClientAddress(IPAddress(address)))
        #expect(try client("10.0.0.1", ["6.6.6.6, \(hop) ,10.0.0.2:80"]).address == ClientAddress(IPAddress(address)))
    }

    @Test(
        "any other hop makes the address unknown, never the proxy's own",
        arguments: [
            "", " ", "unknown", "_hidden", "-", "localhost", "203.0.113", "203.0.113.8:", "203.0.113.8:65536", "203.0.113.8:http",
            "203.0.113.8:-1", "203.0.113.8:000001", "203.0.113.08", "203.0.113.8.9", "203.0.113.8/32", "203.0.113.8 203.0.113.9",
            "[203.0.113.8]",
            "[2001:db8::1", "2001:db8::1]", "[2001:db8::1]443", "[2001:db8::1]:", "[2001:db8::1]:x", "[]", "[:]", "fe80::1%eth0",
            "[fe80::1%25eth0]:1", "2001:db8::1::2", "\"203.0.113.8\"", "for=203.0.113.8", "203.0.113.8;proto=https", "٢٠٣.0.113.8",
            "10.0.0.2\u{0}", String(repeating: "1", count: 10_000),
        ])
    func unreadable(hop: String) throws {
        for fields in [[hop], ["127.0.0.1, \(hop)"], ["203.0.113.8", hop], ["203.0.113.8, \(hop), 10.0.0.2"]] {
            let client = try client("10.0.0.1", fields)
            #expect(client.address == .unknown && client.isSecure == nil, "\(fields)")
            #expect(client.unreadable?.contains(hop) == true, "\(fields)")
        }
    }

    @Test(
        "RFC 7239: `Forwarded` names the client and its scheme",
        arguments: [
            (["for=203.0.113.8"], "203.0.113.8", nil),
            (["For=203.0.113.8;Proto=HTTPS;by=10.0.0.1"], "203.0.113.8", true),
            (["for=\"203.0.113.8:51008\";proto=http"], "203.0.113.8", false),
            (["for=\"[2001:db8:cafe::17]:4711\""], "2001:db8:cafe::17", nil),
            (["for=6.6.6.6, for=203.0.113.8;proto=https, for=10.0.0.2;proto=http"], "203.0.113.8", true),
            (["for=6.6.6.6", "for=203.0.113.8 ; proto=https"], "203.0.113.8", true),
            // The client's own part may break the grammar.
            (["for=\"6.6.6.6, for=203.0.113.8"], "203.0.113.8", nil),
            ([], "10.0.0.1", nil),
        ] as [([String], String, Bool?)])
    func forwarded(fields: [String], address: String, isSecure: Bool?) throws {
        let client = try client("10.0.0.1", fields, in: .forwarded)
        #expect(client.address == ClientAddress(IPAddress(address)) && client.isSecure == isSecure && client.unreadable == nil)
    }

    @Test(
        "RFC 7239: an element that does not name an address makes it unknown",
        arguments: [
            "", "203.0.113.8", "for=unknown", "for=_SEVKISEK", "for=", "for", "proto=https", "by=10.0.0.1", "for=203.0.113.8;for=127.0.0.1",
            "for=203.0.113.8;", "for=[2001:db8::1]", "for=\"203.0.113.8", "for=203.0.113.8\"", "for=\"203.0.\\113.8\"", "for==203.0.113.8",
            "for = 203.0.113.8", "for=203.0.113.8 proto=https", " host=\"a,b\"",
        ])
    func unreadableElement(element: String) throws {
        for fields in [[element], ["for=127.0.0.1, \(element)"], ["for=203.0.113.8", element]] {
            let client = try client("10.0.0.1", fields, in: .forwarded)
            #expect(client.address == .unknown && client.isSecure == nil && client.unreadable != nil, "\(fields)")
        }
    }

    @Test("a peer without an address is unknown; as a trusted one it names the client")
    func withoutAddress() {
        #expect(ForwardedClient(peer: nil, field: .xForwardedFor, fields: ["1.1.1.1"], trusts: { _ in true }).address == .unknown)
        #expect(ForwardedClient(through: nil, .xForwardedFor, ["1.1.1.1"], { _ in false }).address == ClientAddress(IPAddress("1.1.1.1")))
        #expect(ForwardedClient(through: nil, .xForwardedFor, [], { _ in false }).address == .unknown)
    }
}
