import GatehouseNetwork
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Restrictions looked up")
struct RestrictionSetTests {
    // MARK: Addresses

    /// Network, address, whether it is in it (MOD-42).
    static let networks: [(String, String, Bool)] = [
        ("192.0.2.7", "192.0.2.7", true), ("192.0.2.7", "192.0.2.8", false), ("192.0.2.7", "::ffff:192.0.2.7", true),
        ("::ffff:192.0.2.7", "192.0.2.7", true), ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false),
        ("10.0.0.0/8", "::ffff:10.1.2.3", true), ("::ffff:10.0.0.0/104", "10.9.9.9", true), ("::ffff:10.0.0.0/104", "11.9.9.9", false),
        ("0.0.0.0/0", "203.0.113.1", true), ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "203.0.113.1", true),
        ("::/0", "2001:db8::1", true), ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false),
        ("2001:db8::/64", "2001:db8::ffff:ffff:ffff:ffff", true), ("2001:db8::/64", "2001:db8:0:1::", false),
        ("2001:db8::1", "2001:db8::1", true), ("2001:db8::1", "2001:db8::2", false), ("2001:db8::2/127", "2001:db8::3", true),
        ("2001:db8::2/127", "2001:db8::4", false), ("2000::/3", "3fff::1", true), ("2000::/3", "4000::", false),
        ("::1", "127.0.0.1", false), ("127.0.0.0/8", "::1", false),
    ]

    @Test("MOD-42: a network holds IPv4, IPv6 and mapped addresses alike", arguments: networks)
    func network(_ network: String, _ address: String, _ isIn: Bool) throws {
        let set = RestrictionSet(bans: [try .network(network)], mutes: [], rooms: [])
        let address = ClientAddress(IPAddress(address))
        #expect((set.ban(of: address, now: 0) != nil) == isIn)
        #expect(set.ban(of: ClientAddress.unknown, now: 0) == nil)
    }

    @Test("MOD-03: a narrow ban that has ended, or is of another place, hides no wider one")
    func nested() throws {
        let wide = try Ban.network("10.0.0.0/8")
        let set = RestrictionSet(
            bans: [
                try .network("10.1.2.3", ends: 5), try .network("10.1.0.0/16", "/chat"), wide,
                try .network("10.1.2.0/24", "/chat", room: "r"),
            ],
            mutes: [], rooms: [])
        let address = ClientAddress(IPAddress("10.1.2.3"))
        #expect(set.ban(of: address, now: 5) == wide)
        #expect(set.ban(of: address, now: 4)?.ends == 5)
    }

    @Test("MOD-03: what every one of 20,000 networks says is what a scan of all of them says")
    func likeAScan() throws {
        var random = SystemRandomNumberGenerator()
        var bans: [Ban] = []
        for _ in 0..<20_000 {
            let length = Int.random(in: 8...32, using: &random)
            let word = UInt32.random(in: 0x0A00_0000...0x0AFF_FFFF, using: &random) & (length == 0 ? 0 : .max << UInt32(32 - length))
            bans.append(try .network("\(IPAddress(v4: word))/\(length)", ends: Int64.random(in: 0...10, using: &random)))
        }
        let set = RestrictionSet(bans: bans, mutes: [], rooms: [])
        for _ in 0..<200 {
            let address = IPAddress(v4: UInt32.random(in: 0x0A00_0000...0x0AFF_FFFF, using: &random))
            let expected = bans.contains { ban in
                guard case .network(let network) = ban.subject else { return false }
                return 7 < ban.ends ?? .max && network.contains(address)
            }
            #expect((set.ban(of: ClientAddress(address), now: 7) != nil) == expected, "\(address)")
        }
    }

    // MARK: Scopes

    /// Scope of a ban, place that is asked about, whether it keeps out.
    static let scopes: [(Namespace?, String?, Namespace?, String?, Bool)] = [
        (nil, nil, nil, nil, true), (nil, nil, "/a", nil, true), (nil, nil, "/a", "r", true), ("/a", nil, nil, nil, false),
        ("/a", nil, "/a", nil, true), ("/a", nil, "/a", "r", true), ("/a", nil, "/b", nil, false), ("/a", "r", "/a", nil, false),
        ("/a", "r", "/a", "r", true), ("/a", "r", "/a", "s", false), ("/a", "r", "/b", "r", false), ("/a", "r", nil, nil, false),
    ]

    @Test("MOD-03: a ban keeps out of its place and of what is in it", arguments: scopes)
    func scope(_ namespace: Namespace?, _ room: String?, _ asked: Namespace?, _ askedRoom: String?, _ keepsOut: Bool) throws {
        let set = RestrictionSet(
            bans: [.user("alice", namespace, room: room), try .network("192.0.2.0/24", namespace, room: room)], mutes: [], rooms: [])
        #expect((set.ban(of: .test(), in: asked, room: askedRoom, now: 0) != nil) == keepsOut)
        #expect(set.ban(of: .test("bob"), in: asked, room: askedRoom, now: 0) == nil)
        let address = ClientAddress(IPAddress("192.0.2.1"))
        #expect((set.ban(of: address, in: asked, room: askedRoom, now: 0) != nil) == keepsOut)
    }

    @Test("A user of another issuer is another user, and so is one of another spelling")
    func users() {
        let set = RestrictionSet(bans: [.user("ren\u{E9}")], mutes: [.of("ren\u{E9}")], rooms: [])
        for other in [UserID(iss: "https://other.example", subject: "ren\u{E9}"), .test("rene\u{301}")] {
            #expect(set.ban(of: other, now: 0) == nil && set.mute(of: other, in: "/", room: nil, now: 0) == nil)
        }
    }

    // MARK: Mutes

    /// Mutes of a user as (namespace, room, ends, shadow), and which of them holds in room `r` of `/a` at 10.
    static let mutes: [([(Namespace?, String?, Int64, Bool)], Int?)] = [
        ([], nil), ([(nil, nil, 11, false)], 0), ([(nil, nil, 10, false)], nil), ([("/a", nil, 11, false)], 0),
        ([("/b", nil, 11, false)], nil), ([("/a", "r", 11, false)], 0), ([("/a", "s", 11, false)], nil),
        ([(nil, nil, 20, true), ("/a", nil, 11, false)], 1), ([(nil, nil, 11, false), ("/a", nil, 20, true)], 0),
        ([(nil, nil, 11, false), ("/a", "r", 20, false)], 1), ([(nil, nil, 20, false), ("/a", "r", 11, false)], 0),
        ([(nil, nil, 20, true), ("/a", nil, 10, false)], 0),
    ]

    @Test("MOD-04: the mute that holds is in force, plain rather than shadow, and the longest", arguments: mutes)
    func mute(_ given: [(Namespace?, String?, Int64, Bool)], _ expected: Int?) {
        let mutes = given.map { Mute.of("alice", $0.0, room: $0.1, ends: $0.2, shadow: $0.3) }
        let set = RestrictionSet(bans: [], mutes: mutes + [.of("bob")], rooms: [])
        #expect(set.mute(of: .test(), in: "/a", room: "r", now: 10) == expected.map { mutes[$0] })
        #expect(set.mute(of: .test("carol"), in: "/a", room: "r", now: 10) == nil)
    }

    // MARK: Rooms

    @Test("MOD-34: locks and slow modes have no effect from their end on")
    func rooms() {
        let set = RestrictionSet(
            bans: [], mutes: [],
            rooms: [.locked("r", .closed, in: "/a", ends: 10), .slow("s", 5_000, in: "/a", ends: 10), .locked("t", .readOnly, in: "/a")])
        #expect(set.lock(on: "r", in: "/a", now: 9)?.mode == .closed && set.lock(on: "r", in: "/a", now: 10) == nil)
        #expect(set.slow(on: "s", in: "/a", now: 9)?.interval == 5_000 && set.slow(on: "s", in: "/a", now: 10) == nil)
        #expect(set.lock(on: "t", in: "/a", now: .max - 1)?.mode == .readOnly)
        #expect(set.lock(on: "r", in: "/b", now: 9) == nil && set.slow(on: "r", in: "/a", now: 9) == nil)
    }

    @Test("A set without restrictions has the number 0, another one a new number each time")
    func numbers() {
        let current = CurrentRestrictions()
        #expect(current.number == 0 && !current.isInForce)
        current.replace(with: RestrictionSet(bans: [.user()], mutes: [], rooms: []))
        let first = current.number
        #expect(first != 0 && current.numbered.number == first)
        current.replace(with: RestrictionSet(bans: [], mutes: [.of()], rooms: []))
        #expect(current.number != first && current.number != 0)
        current.replace(with: .none)
        #expect(current.number == 0)
    }
}
