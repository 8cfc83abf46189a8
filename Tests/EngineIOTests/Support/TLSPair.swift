import EngineIO
import GatehouseNetwork
import GatehouseTLS
import NIOCore

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A server and a client context with certificates made for this run, in a directory that goes with it.
final class TLSPair: Sendable {
    let server: EngineTLS
    private let client: TLSContext
    private let files: DevelopmentCertificates.Files
    private let directory: String

    struct NoDirectory: Error {}

    init() throws {
        var template = Array("/tmp/engineio-tls-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw NoDirectory() }
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let now = Int64(time(nil))
        _ = try DevelopmentCertificates.create(in: directory, now: now)
        files = DevelopmentCertificates.Files(directory: directory)
        let context = try TLSContext.server(.init(certificatePath: files.certificate, privateKeyPath: files.key), now: now)
        server = EngineTLS { context }
        client = try TLSContext.client(.init(authorityPath: files.authority), now: now)
    }

    deinit {
        for file in [files.authority, files.authorityKey, files.certificate, files.key] { _ = unsafe unlink(file) }
        _ = unsafe rmdir(directory)
    }

    /// The same, with someone to tell of handshakes that fail.
    func server(telling failed: @escaping @Sendable (String?, TLSError) -> Void) -> EngineTLS {
        EngineTLS(handshakeFailed: { failed($0.ip.map { "\($0)" }, $1) }, context: server.context)
    }

    /// Begins the handshake on a connection that has said nothing.
    func secure(_ connection: RawClient) async throws {
        let (client, channel) = (client, connection.channel)
        try await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.addHandler(TLSHandler(client: client, peer: TLSPeerName("127.0.0.1")), position: .first)
        }.get()
    }

    func connect(_ server: TestServer) async throws -> RawClient {
        let client = client
        return try await RawClient(port: server.port) { channel in
            try channel.pipeline.syncOperations.addHandler(TLSHandler(client: client, peer: TLSPeerName("127.0.0.1")))
        }
    }
}
