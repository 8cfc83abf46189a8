import COpenSSL
import GatehouseLiveObjects

/// What connections of one kind share: certificate, key, trust, protocol settings. It never changes, so every event loop may use it. It
/// owns the `SSL_CTX` and frees it once. Connections made from it keep alive what they need of it.
@safe package final class TLSContext: Sendable {
    package enum Role: Sendable, Hashable {
        case server, client
    }

    package let role: Role
    /// The leaf certificate of this side. `nil` for a client without one.
    package let certificate: CertificateSummary?
    /// Whether peers are asked for certificates, whose chains make a handshake longer.
    let verifiesPeer: Bool

    // An SSL_CTX may be used by several threads at once as long as nobody changes it, and nobody does after `init`.
    nonisolated(unsafe) private let pointer: OpaquePointer
    var handle: OpaquePointer { unsafe pointer }
    private let mark = HandleMark(.sslContext)

    private init(role: Role, owning pointer: OpaquePointer, certificate: CertificateSummary?, verifiesPeer: Bool) {
        self.role = role
        unsafe self.pointer = unsafe pointer
        self.certificate = certificate
        self.verifiesPeer = verifiesPeer
    }

    deinit { unsafe SSL_CTX_free(pointer) }

    /// Reads and checks certificate and key (they match, the dates hold at `now`, the key file is its owner's alone).
    ///
    /// - Parameter now: seconds since 1970.
    package static func server(_ configuration: TLSServerConfiguration, now: Int64) throws(TLSError) -> TLSContext {
        let pair = try CertificatePair(
            certificatePath: configuration.certificatePath, privateKeyPath: configuration.privateKeyPath, now: now
        )
        let context = try unsafe makeContext(.server)
        do throws(TLSError) {
            try unsafe pair.install(on: context)
            try unsafe TLSTrust.install(configuration.clientCertificates, on: context)
            unsafe installSessionTickets(on: context)
            unsafe ApplicationProtocols.installServerChoice(on: context)
        } catch {
            unsafe SSL_CTX_free(context)
            throw error
        }
        return unsafe TLSContext(
            role: .server, owning: context, certificate: pair.summary,
            verifiesPeer: configuration.clientCertificates != .notRequested
        )
    }

    /// A client that verifies the server's chain, and its host name when a connection is made.
    ///
    /// - Parameter now: seconds since 1970.
    package static func client(_ configuration: TLSClientConfiguration, now: Int64) throws(TLSError) -> TLSContext {
        var pair: CertificatePair?
        if let identity = configuration.identity {
            pair = try CertificatePair(certificatePath: identity.certificatePath, privateKeyPath: identity.privateKeyPath, now: now)
        }
        let summary = pair?.summary
        let protocols = try ApplicationProtocols.wireForm(configuration.applicationProtocols)
        let context = try unsafe makeContext(.client)
        do throws(TLSError) {
            if let pair { try unsafe pair.install(on: context) }
            try unsafe TLSTrust.installServerTrust(authorityPath: configuration.authorityPath, on: context)
            if !protocols.isEmpty, unsafe SSL_CTX_set_alpn_protos(context, protocols, UInt32(clamping: protocols.count)) != 0 {
                throw TLSError(.libraryFailure, "OpenSSL refused the application protocols.", cause: OpenSSLFailure.drain())
            }
        } catch {
            unsafe SSL_CTX_free(context)
            throw error
        }
        return unsafe TLSContext(role: .client, owning: context, certificate: summary, verifiesPeer: true)
    }

    private static func makeContext(_ role: Role) throws(TLSError) -> OpaquePointer {
        ERR_clear_error()
        guard let context = unsafe SSL_CTX_new(role == .server ? TLS_server_method() : TLS_client_method()) else {
            throw TLSError(.libraryFailure, "OpenSSL could not make a TLS context.", cause: OpenSSLFailure.drain())
        }
        do throws(TLSError) {
            try unsafe TLSProfile.apply(to: context)
        } catch {
            unsafe SSL_CTX_free(context)
            throw error
        }
        return unsafe context
    }

    /// Stateless tickets save a reconnecting client a signature, and the server keeps nothing. The keys are the context's own, so a
    /// certificate reload also rotates them.
    private static func installSessionTickets(on context: OpaquePointer) {
        let identifier: [UInt8] = Array("gatehouse".utf8)
        unsafe SSL_CTX_set_session_id_context(context, identifier, UInt32(identifier.count))
        unsafe gatehouse_ssl_ctx_set_cache_mode(context, Int(SSL_SESS_CACHE_OFF))
        unsafe SSL_CTX_set_num_tickets(context, TLSProfile.ticketsPerConnection)
        unsafe SSL_CTX_set_timeout(context, TLSProfile.ticketLifetimeSeconds)
    }
}
