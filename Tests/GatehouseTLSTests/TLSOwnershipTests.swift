import Testing

@testable import GatehouseTLS

@Suite("Ownership of OpenSSL's objects")
struct TLSOwnershipTests {
    @Test("SEC-45: a thousand connections are freed once each, whether they ended in order, in the middle, or never began")
    func freedOnce() throws {
        let authority = try TestAuthority()
        let server = try authority.server()
        let client = try authority.client()
        let counter = FreeCounter()
        for round in 0..<500 {
            let pair = try EnginePair(client: client, server: server)
            #expect(counter.watch(pair.client))
            #expect(counter.watch(pair.server))
            if round % 4 != 0 { try pair.handshake() }
            if round % 4 == 1 {
                pair.client.close()
                pair.server.close()
                try pair.carry()
            }
        }
        #expect(counter.count == 1000)
    }

    @Test("SEC-45: a context goes with its last reference; connections made from it live on")
    func contextGoes() throws {
        let authority = try TestAuthority()
        weak var gone: TLSContext?
        let pair: EnginePair
        do {
            let server = try authority.server()
            gone = server
            pair = try EnginePair(client: authority.client(), server: server)
        }
        #expect(gone == nil)
        try pair.handshake()
        #expect(pair.server.state == .open)
    }
}
