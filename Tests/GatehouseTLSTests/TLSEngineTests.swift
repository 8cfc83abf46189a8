import NIOCore
import Testing

@testable import GatehouseTLS

@Suite("A pair of TLS engines")
struct TLSEngineTests {
    static let versions = [TestOpenSSL.tls12, TestOpenSSL.tls13]

    @Test("SEC-01: they agree on the newest version, a listed cipher and http/1.1", arguments: versions)
    func agrees(version: Int32) throws {
        let authority = try TestAuthority()
        let client = try authority.client()
        client.limit(toVersion: version)
        let pair = try EnginePair(client: client, server: authority.server())
        try pair.handshake()

        let session = try #require(pair.server.session)
        #expect(session.version == (version == TestOpenSSL.tls13 ? .tls13 : .tls12))
        #expect(session.cipher == (version == TestOpenSSL.tls13 ? "TLS_AES_128_GCM_SHA256" : "ECDHE-ECDSA-AES128-GCM-SHA256"))
        #expect(session.applicationProtocol == "http/1.1")
        #expect(session.peer == nil)
        #expect(pair.client.session?.peer?.isDevelopment == true)
    }

    @Test("They carry data both ways and end both halves in order", arguments: versions)
    func carriesData(version: Int32) throws {
        let authority = try TestAuthority()
        let client = try authority.client()
        client.limit(toVersion: version)
        let pair = try EnginePair(client: client, server: authority.server())
        try pair.handshake()

        try pair.client.write(ByteBuffer(string: "from the client"))
        try pair.server.write(ByteBuffer(string: "from the server"))
        try pair.carry()
        #expect(try EnginePair.readAll(pair.server) == Array("from the client".utf8))
        #expect(try EnginePair.readAll(pair.client) == Array("from the server".utf8))

        pair.client.close()
        try pair.carry()
        var nothing = ByteBuffer()
        #expect(try pair.server.read(into: &nothing) == .peerClosed)
        #expect(pair.server.state == .peerClosed)
        try pair.server.write(ByteBuffer(string: "last words"))
        pair.server.close()
        try pair.carry()
        #expect(try EnginePair.readAll(pair.client) == Array("last words".utf8))
        #expect(pair.client.state == .closed)
        #expect(pair.server.state == .closed)
        try pair.client.receiveEnd()
    }

    @Test("FZ-10: every way to cut the bytes in two gives the same connection", arguments: versions)
    func everySplit(version: Int32) throws {
        let authority = try TestAuthority()
        let client = try authority.client()
        client.limit(toVersion: version)
        let server = try authority.server()
        let whole = try EnginePair(client: client, server: server)
        try whole.handshake()
        for first in 1...whole.longestFlight {
            let pair = try EnginePair(client: client, server: server)
            try pair.handshake(first: first)
            try pair.client.write(ByteBuffer(string: "hello"))
            try pair.carry(first: first)
            let received = try EnginePair.readAll(pair.server)
            #expect(received == Array("hello".utf8), "first piece of \(first) bytes")
        }
    }

    @Test("FZ-10: one byte at a time gives the same connection", arguments: versions)
    func byteByByte(version: Int32) throws {
        let authority = try TestAuthority()
        let client = try authority.client()
        client.limit(toVersion: version)
        let pair = try EnginePair(client: client, server: authority.server())
        try pair.handshake(piece: 1)
        let message = [UInt8](repeating: 7, count: 40_000)
        try pair.client.write(ByteBuffer(bytes: message))
        var ciphertext = try #require(pair.client.takeCiphertext())
        var received: [UInt8] = []
        while let byte = ciphertext.readSlice(length: 1) {
            pair.server.receive(byte)
            received += try EnginePair.readAll(pair.server)
        }
        #expect(received == message)
    }

    @Test("A returning client resumes with its ticket, until the certificate is reloaded", arguments: versions)
    func resumes(version: Int32) throws {
        let authority = try TestAuthority()
        let client = try authority.client()
        client.limit(toVersion: version)
        let server = try authority.server()
        let first = try EnginePair(client: client, server: server)
        try first.handshake()
        // In TLS 1.3 the ticket comes after the handshake.
        #expect(try EnginePair.readAll(first.client) == [])
        #expect(first.server.session?.isResumed == false)

        let second = try EnginePair(client: client, server: server)
        #expect(TestOpenSSL.resume(first.client, on: second.client))
        try second.handshake()
        #expect(second.server.session?.isResumed == true)

        let third = try EnginePair(client: client, server: authority.server())
        #expect(TestOpenSSL.resume(first.client, on: third.client))
        try third.handshake()
        #expect(third.server.session?.isResumed == false)
    }
}
