import NIOCore
import Testing

@testable import GatehouseTLS

@Suite("The certificate store")
struct CertificateStoreTests {
    /// What may be wrong with a pair on disk.
    enum Fault: CaseIterable {
        case otherKey, expired, notYetValid, openToOthers, openToChange, encrypted, noKey, noCertificate, damagedCertificate, missing,
            directory

        var code: TLSError.Code {
            switch self {
            case .otherKey: .keyMismatch
            case .expired: .certificateExpired
            case .notYetValid: .certificateNotYetValid
            case .openToOthers: .keyFileMode
            case .openToChange: .fileNotTrusted
            case .encrypted: .keyEncrypted
            case .noKey: .keyInvalid
            case .noCertificate, .damagedCertificate: .certificateInvalid
            case .missing, .directory: .fileUnreadable
            }
        }
    }

    private func inject(_ fault: Fault, _ authority: TestAuthority) throws {
        let directory = authority.directory
        switch fault {
        case .otherKey:
            _ = try authority.issueServer("other")
            #expect(directory.rename("other-key.pem", to: "server-key.pem"))
        case .expired: _ = try authority.issueServer(now: secondsNow() - 400 * 86_400)
        case .notYetValid: _ = try authority.issueServer(now: secondsNow() + 86_400)
        case .openToOthers: #expect(directory.setMode(0o604, of: "server-key.pem"))
        case .openToChange: #expect(directory.setMode(0o646, of: "server.pem"))
        case .encrypted: try directory.write(TestOpenSSL.encryptedKey(), to: "server-key.pem")
        case .noKey: try directory.write(Array("no key\n".utf8), to: "server-key.pem")
        case .noCertificate: try directory.write([], to: "server.pem")
        case .damagedCertificate:
            let text = "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIQ\n-----END CERTIFICATE-----\n"
            try directory.write(Array(text.utf8), to: "server.pem")
        case .missing: #expect(directory.remove("server.pem"))
        case .directory:
            #expect(directory.remove("server-key.pem"))
            #expect(directory.link("server-key.pem", to: "/"))
        }
    }

    @Test("SEC-33, SEC-44: a bad pair is named and stays out; the old one serves on", arguments: Fault.allCases)
    func badPair(fault: Fault) throws {
        let authority = try TestAuthority()
        let store = try CertificateStore(authority.issueServer(), now: secondsNow())
        let before = store.current
        try inject(fault, authority)
        do {
            try store.reload(now: secondsNow())
            Issue.record("the pair was taken")
        } catch {
            #expect(error.code == fault.code)
            #expect(!error.description.contains("BEGIN"))
        }
        #expect(store.current === before)
    }

    @Test("SEC-44: a good pair is taken; a live connection keeps the old one", arguments: [TestOpenSSL.tls12, TestOpenSSL.tls13])
    func goodPair(version: Int32) throws {
        let authority = try TestAuthority()
        let store = try CertificateStore(authority.issueServer(), now: secondsNow())
        let old = try #require(store.current.certificate)
        let client = try authority.client()
        client.limit(toVersion: version)
        let pair = try EnginePair(client: client, server: store.current)
        try pair.handshake()

        _ = try authority.issueServer()
        try store.reload(now: secondsNow())
        let new = try #require(store.current.certificate)
        #expect(new.fingerprint != old.fingerprint)
        try pair.client.write(ByteBuffer(string: "still there"))
        try pair.carry()
        #expect(try EnginePair.readAll(pair.server) == Array("still there".utf8))
        let next = try EnginePair(client: client, server: store.current)
        try next.handshake()
        #expect(next.client.session?.peer?.fingerprint == new.fingerprint)
        #expect(pair.client.session?.peer?.fingerprint == old.fingerprint)
    }

    @Test("A look at the files reloads once per change, and complains once per bad change")
    func looksForChanges() throws {
        let authority = try TestAuthority()
        let store = try CertificateStore(authority.issueServer(), now: secondsNow())
        #expect(try store.reloadIfChanged(now: secondsNow()) == nil)
        let directory = authority.directory
        _ = try authority.issueServer("next")
        #expect(directory.rename("next-key.pem", to: "server-key.pem"))
        #expect(throws: TLSError.self) { try store.reloadIfChanged(now: secondsNow()) }
        #expect(try store.reloadIfChanged(now: secondsNow()) == nil)
        #expect(directory.rename("next.pem", to: "server.pem"))
        #expect(try store.reloadIfChanged(now: secondsNow()) === store.current)
    }

    @Test("SEC-44: a pair that was not taken is taken once it is good: its mode was mended, or its time has come")
    func becomesGood() throws {
        let authority = try TestAuthority()
        let directory = authority.directory
        let store = try CertificateStore(authority.issueServer(), now: secondsNow())
        let old = try #require(store.current.certificate)

        _ = try authority.issueServer()
        #expect(directory.setMode(0o644, of: "server-key.pem"))
        #expect(throws: TLSError.self) { try store.reloadIfChanged(now: secondsNow()) }
        #expect(try store.reloadIfChanged(now: secondsNow()) == nil, "the same is not said twice")
        #expect(directory.setMode(0o600, of: "server-key.pem"))
        let mended = try #require(try store.reloadIfChanged(now: secondsNow())?.certificate)
        #expect(mended.fingerprint != old.fingerprint)
        #expect(try store.reloadIfChanged(now: secondsNow()) == nil)

        let tomorrow = secondsNow() + 86_400
        _ = try authority.issueServer(now: tomorrow)
        #expect(throws: TLSError.self) { try store.reloadIfChanged(now: secondsNow()) }
        #expect(try store.reloadIfChanged(now: secondsNow()) == nil)
        let grown = try #require(try store.reloadIfChanged(now: tomorrow + 60)?.certificate)
        #expect(grown.fingerprint != mended.fingerprint)
    }

    @Test("SEC-44: of two reloads at a time the one that began later stays, whichever is done first")
    func overtaken() throws {
        let authority = try TestAuthority()
        let pair = try authority.issueServer()
        let store = try CertificateStore(pair, now: secondsNow())
        let earlier = store.begin()
        let old = try TLSContext.server(pair, now: secondsNow())
        let later = store.begin()
        let new = try TLSContext.server(try authority.issueServer(), now: secondsNow())
        #expect(store.install(new, of: later) === new)
        #expect(store.install(old, of: earlier) === new && store.current === new)
    }

    @Test("SEC-44, R22: twenty swaps, bad ones among them, while connections are made")
    func swapsUnderLoad() async throws {
        let authority = try TestAuthority()
        let client = try authority.client()
        let store = try CertificateStore(authority.issueServer(), now: secondsNow())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    for _ in 0..<60 {
                        let pair = try EnginePair(client: client, server: store.current)
                        try pair.handshake()
                    }
                }
            }
            for swap in 0..<20 {
                let before = store.current
                let issued = try authority.issueServer()
                guard swap % 3 == 2 else {
                    let taken = try store.reload(now: secondsNow())
                    #expect(taken === store.current && taken !== before)
                    #expect(taken.certificate == (try TLSContext.server(issued, now: secondsNow())).certificate)
                    continue
                }
                try inject(.openToOthers, authority)
                let error = #expect(throws: TLSError.self) { try store.reload(now: secondsNow()) }
                #expect(error?.code == .keyFileMode)
                #expect(store.current === before)
            }
            try await group.waitForAll()
        }
        _ = try authority.issueServer()
        try store.reload(now: secondsNow())
    }
}
