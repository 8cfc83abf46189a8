import ArgumentParser
import Gatehouse

/// The options of `gatehouse serve`, and the configuration they stand for.
struct ServeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The address to listen on.", valueName: "address"))
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("The port; 0 takes a free one.", valueName: "port"))
    var port = 8443

    @Option(help: ArgumentHelp("The directory of the policies.", valueName: "directory"))
    var policies = PolicyFiles.defaultDirectory

    @OptionGroup var keyRoot: KeyRootOption

    @Option(help: ArgumentHelp("Where server.pem and server-key.pem are, unless --cert and --key say otherwise.", valueName: "directory"))
    var certs = DevelopmentFiles.defaultDirectory

    @Option(
        name: .customLong("var"), help: ArgumentHelp("Where the server writes: audit/ and moderation.sqlite.", valueName: "directory")
    )
    var state = "var"

    @Option(help: ArgumentHelp("The PEM file of the certificate, the leaf first.", valueName: "file"))
    var cert: String?

    @Option(help: ArgumentHelp("The PEM file of its private key.", valueName: "file"))
    var key: String?

    @Option(
        name: .customLong("client-ca"),
        help: ArgumentHelp("Clients must show a certificate of these authorities, a PEM file (mutual TLS).", valueName: "file"))
    var clientCA: String?

    @Flag(help: "With --client-ca: clients may also come without a certificate.")
    var clientCertOptional = false

    @Option(
        name: .customLong("cors-origin"),
        help: ArgumentHelp(
            "Pages of this origin may read polling answers (CORS); repeatable. Whether they may connect is for the policies to say.",
            valueName: "origin"))
    var corsOrigins: [String] = []

    @Flag(help: "With --cors-origin: such pages may send cookies along, for a load balancer.")
    var corsCredentials = false

    @Option(
        help: ArgumentHelp(
            "Where /healthz, /readyz and /metrics are, plain HTTP for whoever reaches it, or off. Default: 127.0.0.1:9464 if it is free; with --port 0 any port.",
            valueName: "address:port"),
        transform: MonitoringAddress.init)
    var monitoring: MonitoringAddress?

    @Flag(help: "Plain HTTP; on a loopback address only.")
    var insecure = false

    @Option(help: ArgumentHelp("Event loops.", valueName: "count"))
    var loops = 1

    @Flag(help: "Refuse development keys and certificates, and policies that do not enforce.")
    var strict = false

    @Flag(help: "Start behind an audit log that does not verify; the log records it.")
    var acceptBrokenAudit = false

    @Option(
        help: ArgumentHelp(
            "While the audit log cannot be written: fail_operation, shutdown or continue.", valueName: "policy"),
        transform: Self.auditFailure)
    var onAuditFailure = Configuration.AuditFailure.failOperation

    @Option(help: ArgumentHelp("A file elsewhere for checkpoints of the audit log too, or - for the standard output.", valueName: "file"))
    var checkpoints: String?

    @Flag(help: "Print the effective limits and end.")
    var printLimits = false

    private static func auditFailure(_ word: String) throws -> Configuration.AuditFailure {
        guard let known = Configuration.AuditFailure(rawValue: word) else {
            throw ValidationError("it is fail_operation, shutdown or continue.")
        }
        return known
    }

    func validate() throws {
        guard (cert == nil) == (key == nil) else { throw ValidationError("--cert and --key belong together.") }
        guard !insecure || cert == nil else { throw ValidationError("--insecure serves plain HTTP, so --cert and --key are of no use.") }
        guard !insecure || clientCA == nil else { throw ValidationError("--insecure serves plain HTTP, so --client-ca is of no use.") }
        guard !clientCertOptional || clientCA != nil else { throw ValidationError("--client-cert-optional needs --client-ca.") }
        guard !corsCredentials || !corsOrigins.isEmpty else { throw ValidationError("--cors-credentials needs --cors-origin.") }
        guard (0...65_535).contains(port) else { throw ValidationError("--port is 0 to 65535.") }
        guard !strict || onAuditFailure != .continue else {
            throw ValidationError("--on-audit-failure continue loses records, which --strict does not take.")
        }
        guard loops > 0 else { throw ValidationError("--loops is at least 1.") }
    }

    /// A second server of this machine starts all the same.
    static func defaultMonitoring(port: Int) -> Monitoring {
        Monitoring(port: port == 0 ? 0 : Monitoring().port, isRequired: false)
    }

    var certificate: String { cert ?? DevelopmentFiles(directory: certs).certificate }
    var audit: String { state + "/audit" }
    var moderation: String { state + "/moderation.sqlite" }

    /// Only what nobody chose a place for is made at a first start.
    var makesDevelopmentFiles: Bool { !strict && certs == DevelopmentFiles.defaultDirectory }

    var configuration: Configuration {
        let key = key ?? DevelopmentFiles(directory: certs).certificateKey
        var configuration = Configuration(transport: insecure ? .insecure : .tls(certificate: certificate, privateKey: key))
        configuration.clientCertificates = clientCA.map {
            clientCertOptional ? .optional(authorities: $0) : .required(authorities: $0)
        }
        configuration.cors = corsOrigins.isEmpty ? nil : CORS(origins: corsOrigins, credentials: corsCredentials)
        configuration.host = host
        configuration.port = port
        configuration.policies = policies
        configuration.root = keyRoot.root
        configuration.audit = audit
        configuration.acceptsBrokenAudit = acceptBrokenAudit
        configuration.auditFailure = onAuditFailure
        configuration.auditCheckpoints = checkpoints.map { $0 == "-" ? .standardOutput : .file($0) }
        configuration.eventLoops = loops
        configuration.monitoring = (monitoring ?? .at(Self.defaultMonitoring(port: port))).monitoring
        configuration.strict = strict
        return configuration
    }
}
