import EngineIO
import GatehouseAudit
import GatehouseJSON
import GatehousePolicy
import GatehouseTLS
import GatehouseTokens
import NIOCore
import SocketIO

/// Builds the parts of a server. A part that cannot be built refuses the start with one clear line (REL-24).
extension Application {
    /// A start checks policies as a reload does: they load, fit the gateways and pass their own tests. Blocks on the disk.
    func loadPolicies(_ mounted: [MountedNamespace]) throws(StartError) -> PolicyBundle {
        let activation: PolicyActivation
        do {
            activation = try PolicyActivation.prepare(
                directory: configuration.policies, generation: 1, following: nil, catalogue: RouteCatalogue(mounted: mounted))
        } catch {
            throw StartError(code: .policy, message: "the policies in \(configuration.policies) cannot be used", cause: error)
        }
        activation.logWarnings(of: configuration.policies, to: logger)
        return activation.bundle
    }

    func makeKeys(_ policies: PolicyHolder, unknownKeys: UnknownKeys) throws(StartError) -> TokenKeys {
        do {
            return try TokenKeys(policies, root: configuration.root, unknownKey: { unknownKeys.note($0) })
        } catch {
            throw StartError(code: .tokens, message: "token keys cannot be used", cause: error)
        }
    }

    func makeCertificates() throws(StartError) -> CertificateStore? {
        guard case .tls(let certificate, let key) = configuration.transport else { return nil }
        do {
            return try CertificateStore(
                TLSServerConfiguration(
                    certificatePath: certificate, privateKeyPath: key,
                    clientCertificates: configuration.clientCertificates?.tls ?? .notRequested),
                now: clock.wallMilliseconds() / 1_000)
        } catch {
            throw StartError(code: .tls, message: "the TLS certificate cannot be used", cause: error)
        }
    }

    /// The certificate of the server, for callers of ``Configuration/api``; `nil` where they are served plain HTTP, or not at all.
    func makeAPICertificates() throws(StartError) -> CertificateStore? {
        guard let api = configuration.api, !configuration.servesPlainAPI, case .tls(let certificate, let key) = configuration.transport
        else { return nil }
        do {
            return try CertificateStore(
                TLSServerConfiguration(
                    certificatePath: certificate, privateKeyPath: key,
                    clientCertificates: api.clientAuthorities.map { .required(authorityPath: $0) } ?? .notRequested),
                now: clock.wallMilliseconds() / 1_000)
        } catch {
            throw StartError(code: .tls, message: "the TLS certificate cannot be used for back ends", cause: error)
        }
    }

    /// - Parameter outages: called when the log can no longer be written.
    func openAudit(outages: @escaping @Sendable () -> Void) throws(StartError) -> (AuditLog, AuditKey) {
        do {
            // Before the log: a start that is interrupted here leaves no log whose keys seem lost.
            let key = try AuditKey.loadOrMake(at: configuration.auditKey)
            // The log is what refuses a second server.
            let log = try AuditLog.open(configuration.auditing(auditFiles, logger: logger, outages: outages), files: auditFiles)
            return (log, key)
        } catch {
            throw StartError(code: .audit, message: "the audit log in \(configuration.audit) cannot be opened", cause: error)
        }
    }
}

/// The limits of each layer, exactly as `EffectiveLimits` shows them.
extension Configuration {
    /// A string may be as long as the message that it is in.
    var jsonLimits: JSONLimits {
        var limits = JSONLimits.default
        limits.stringBytes = self.limits.maxPayload
        return limits
    }

    var tls: TLSHandlerOptions { TLSHandlerOptions() }

    var socketIOLimits: SocketIOLimits {
        var result = SocketIOLimits()
        result.namespacesPerConnection = limits.namespacesPerConnection
        result.roomsPerConnection = limits.roomsPerConnection
        result.queuedEventsPerSocket = limits.queuedEvents
        result.attachments = limits.attachments
        result.connectTimeout = TimeAmount(limits.connectTimeout)
        return result
    }

    func engine(_ bundle: PolicyBundle) -> EngineConfiguration {
        var engine = EngineConfiguration()
        engine.path = path
        engine.transports = Set(
            [EngineTransportName.polling, .websocket].filter { bundle.allowsTransport($0 == .polling ? .polling : .websocket) })
        engine.maxPayload = limits.maxPayload
        engine.packetsPerPayload = max(1_024, limits.maxPayload / 8)
        engine.pingInterval = TimeAmount(limits.pingInterval)
        engine.pingTimeout = TimeAmount(limits.pingTimeout)
        engine.upgradeTimeout = TimeAmount(limits.upgradeTimeout)
        engine.outboundQueue = limits.outboundQueue
        engine.timeouts.idle = TimeAmount(limits.keepAlive)
        engine.servesProxiesOnly = servesProxiesOnly
        engine.readsProxyHeaders = proxyProtocol
        engine.cors = cors?.policy
        engine.affinity = affinityCookie.flatMap { AffinityCookie(name: $0, value: node) }
        engine.connections = ConnectionLimits(bundle.global.connections)
        engine.trustedProxies = bundle.global.trustedProxies
        engine.forwardedField = bundle.global.forwardedField
        return engine
    }
}

extension ConnectionLimits {
    /// The policy's limits, or the defaults. Clients without a token get at most a tenth of the node's connections (SEC-A).
    init(_ caps: ConnectionCaps) {
        self.init()
        node = caps.node ?? node
        perAddress = caps.perIP ?? perAddress
        unauthenticated = caps.unauthenticated ?? node.map { max(1, $0 / 10) }
    }
}

extension ConnectionCaps {
    /// Connections of one user to the node.
    var perUserOrDefault: Int { perUser ?? 20 }
}
