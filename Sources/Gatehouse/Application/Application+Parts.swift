import EngineIO
import GatehouseAudit
import GatehouseJSON
import GatehousePolicy
import GatehouseTLS
import GatehouseTokens
import NIOCore
import SocketIO

/// The parts a server is made of, each refused with one clear line if it cannot be had (REL-24).
extension Application {
    /// A start asks of the policies what a reload does: they load, fit the gateways and pass their own tests. Blocks on the disk.
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

    /// - Parameter outages: is told when the log cannot be written any more.
    func openAudit(outages: @escaping @Sendable () -> Void) throws(StartError) -> (AuditLog, AuditKey) {
        do {
            // The log is what refuses a second server.
            let log = try AuditLog.open(configuration.auditing(auditFiles, logger: logger, outages: outages), files: auditFiles)
            return (log, try AuditKey.loadOrMake(at: configuration.audit + "/audit.key"))
        } catch {
            throw StartError(code: .audit, message: "the audit log in \(configuration.audit) cannot be opened", cause: error)
        }
    }
}

/// The limits that each layer is given. `EffectiveLimits` shows these and no others.
extension Configuration {
    var jsonLimits: JSONLimits { .default }

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
        engine.pingInterval = TimeAmount(limits.pingInterval)
        engine.pingTimeout = TimeAmount(limits.pingTimeout)
        engine.upgradeTimeout = TimeAmount(limits.upgradeTimeout)
        engine.outboundQueue = limits.outboundQueue
        engine.cors = cors?.policy
        engine.connections = ConnectionLimits(bundle.global.connections)
        engine.trustedProxies = bundle.global.trustedProxies.compactMap { AddressRange($0.description) }
        return engine
    }
}

extension ConnectionLimits {
    /// What the policy says, or the default. Whoever has not shown a token gets at most a tenth of the node's connections (SEC-A), however
    /// many those are.
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
